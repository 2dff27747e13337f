package dev.tandem.gateway;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
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
    if (webSocketPaths.contains(exchange.getRequestPath())
        && exchange.getRequestHeaders().contains(Headers.UPGRADE)) {
      webSockets.handleRequest(exchange);
    } else {
      site.handleRequest(exchange);
    }
  }
}
