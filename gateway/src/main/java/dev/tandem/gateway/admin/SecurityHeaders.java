package dev.tandem.gateway.admin;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.regex.Pattern;

/** Headers that make a browser refuse what our own pages never do. */
final class SecurityHeaders {
  private static final HttpString CSP = new HttpString("Content-Security-Policy");
  private static final HttpString NO_SNIFF = new HttpString("X-Content-Type-Options");
  private static final HttpString FRAMES = new HttpString("X-Frame-Options");
  private static final HttpString REFERRER = new HttpString("Referrer-Policy");
  private static final HttpString PERMISSIONS = new HttpString("Permissions-Policy");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:\\[\\]-]{1,255}");

  private static final String POLICY =
      "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self';"
          + " frame-ancestors 'none'; img-src 'self' data:; media-src 'self' blob: mediastream:;"
          + " connect-src 'self'";

  private SecurityHeaders() {}

  static void add(HttpServerExchange exchange) {
    HeaderMap headers = exchange.getResponseHeaders();
    // Older Safari does not take 'self' to mean ws: and wss: as well.
    String host = exchange.getRequestHeaders().getFirst(Headers.HOST);
    headers.put(
        CSP,
        host != null && HOST.matcher(host).matches()
            ? POLICY + " ws://" + host + " wss://" + host
            : POLICY);
    headers.put(NO_SNIFF, "nosniff");
    headers.put(FRAMES, "DENY");
    headers.put(REFERRER, "no-referrer");
    headers.put(PERMISSIONS, "microphone=(self), camera=(), geolocation=()");
  }
}
