package dev.tandem.sip.transport.ws;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;

/**
 * Lets pages of the allowed origins use plain HTTP as they use WebSockets, by what browsers ask
 * before they let them (CORS). Immutable.
 */
public final class CrossOrigin {
  private static final HttpString ALLOW_ORIGIN = new HttpString("Access-Control-Allow-Origin");
  private static final HttpString ALLOW_CREDENTIALS =
      new HttpString("Access-Control-Allow-Credentials");
  private static final HttpString ALLOW_HEADERS = new HttpString("Access-Control-Allow-Headers");
  private static final HttpString ALLOW_METHODS = new HttpString("Access-Control-Allow-Methods");
  private static final HttpString MAX_AGE = new HttpString("Access-Control-Max-Age");

  private final OriginPolicy origins;
  private final String methods;
  private final String headers;

  /**
   * Makes one.
   *
   * @param methods that pages may use, such as {@code GET, POST}
   * @param headers that pages may set
   */
  public CrossOrigin(OriginPolicy origins, String methods, String headers) {
    this.origins = origins;
    this.methods = methods;
    this.headers = headers;
  }

  /** Whether the request may be answered; then the response says so to the browser. */
  public boolean admits(HttpServerExchange exchange) {
    HeaderMap response = exchange.getResponseHeaders();
    response.put(Headers.VARY, "Origin, Authorization, Cookie");
    String origin = exchange.getRequestHeaders().getFirst(Headers.ORIGIN);
    if (origin == null) {
      return true;
    }
    boolean secure = exchange.getConnection().getSslSession() != null;
    if (!origins.allows(origin, exchange.getRequestHeaders().getFirst(Headers.HOST), secure)) {
      return false;
    }
    response.put(ALLOW_ORIGIN, origin);
    response.put(ALLOW_CREDENTIALS, "true");
    return true;
  }

  /** Answers what a browser asks beforehand; false when the request is something else. */
  public boolean answersPreflight(HttpServerExchange exchange) {
    if (!exchange.getRequestMethod().equals(Methods.OPTIONS)) {
      return false;
    }
    HeaderMap response = exchange.getResponseHeaders();
    response.put(ALLOW_METHODS, methods);
    response.put(ALLOW_HEADERS, headers);
    response.put(MAX_AGE, "600");
    exchange.setStatusCode(StatusCodes.NO_CONTENT);
    exchange.endExchange();
    return true;
  }
}
