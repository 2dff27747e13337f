package dev.tandem.gateway;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.util.Locale;
import java.util.Set;

/** Parts what comes to the HTTP port: WebSocket upgrades on their paths, and everything else. */
final class HttpFront implements HttpHandler {
  private final Set<String> webSocketPaths;
  private final HttpHandler webSockets;
  private final HttpHandler site;

  HttpFront(Set<String> webSocketPaths, HttpHandler webSockets, HttpHandler site) {
    this.webSocketPaths = Set.copyOf(webSocketPaths);
    this.webSockets = webSockets;
    this.site = site;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    if (webSocketPaths.contains(exchange.getRequestPath()) && wantsWebSocket(exchange)) {
      webSockets.handleRequest(exchange);
    } else {
      site.handleRequest(exchange);
    }
  }

  /** Other upgrades may be offered too, such as h2c, and are not taken (RFC 9110 §7.8). */
  private static boolean wantsWebSocket(HttpServerExchange exchange) {
    String upgrade = exchange.getRequestHeaders().getFirst(Headers.UPGRADE);
    return upgrade != null && upgrade.toLowerCase(Locale.ROOT).contains("websocket");
  }
}
