package dev.tandem.sip.transport.ws;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.Cookie;
import io.undertow.util.Headers;
import java.net.InetAddress;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link Admission} may ask of an HTTP request that wants to become a WebSocket, or to do
 * without one what others do over it.
 */
public final class UpgradeRequest {
  private final HttpServerExchange exchange;

  /** Views a request. */
  public UpgradeRequest(HttpServerExchange exchange) {
    this.exchange = exchange;
  }

  /** The peer's address as the packets show it: a proxy's, where one is between. */
  public InetAddress remote() {
    return exchange.getSourceAddress().getAddress();
  }

  /** A header's first value, or null. */
  public @Nullable String header(String name) {
    return exchange.getRequestHeaders().getFirst(name);
  }

  /** A cookie's value, or null; null too when the cookies cannot be read. */
  public @Nullable String cookie(String name) {
    try {
      Cookie cookie = exchange.getRequestCookie(name);
      return cookie == null ? null : cookie.getValue();
    } catch (IllegalStateException | IllegalArgumentException e) {
      return null;
    }
  }

  /** A query parameter's first value, or null. */
  public @Nullable String query(String name) {
    Deque<String> values = exchange.getQueryParameters().get(name);
    return values == null ? null : values.peekFirst();
  }

  /** The names in Sec-WebSocket-Protocol, as they were offered. */
  public List<String> subProtocols() {
    return Handshake.tokens(exchange.getRequestHeaders(), Headers.SEC_WEB_SOCKET_PROTOCOL);
  }
}
