package dev.tandem.sip.transport.ws;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an HTTP request is to a WebSocket server (RFC 6455 §4.2): accepted, or refused. */
sealed interface Handshake {
  String VERSION = "13";

  /**
   * The request may be upgraded.
   *
   * @param acceptKey the value of Sec-WebSocket-Accept
   * @param subProtocol the chosen one as the client spelt it, null if it offered none
   */
  record Accepted(String acceptKey, @Nullable String subProtocol) implements Handshake {}

  /** The request is answered with an error. */
  record Refused(int status, String why) implements Handshake {}

  /**
   * Judges a request.
   *
   * @param spoken names of sub-protocols in lower case
   * @param protocolOptional whether a client may offer none
   */
  static Handshake of(
      HttpServerExchange exchange,
      OriginPolicy origins,
      Set<String> spoken,
      boolean protocolOptional) {
    HeaderMap headers = exchange.getRequestHeaders();
    if (!exchange.getRequestMethod().equals(Methods.GET)
        || !exchange.isHttp11()
        || !hasToken(headers, Headers.UPGRADE, "websocket")
        || !hasToken(headers, Headers.CONNECTION, "upgrade")) {
      return new Refused(426, "this is a WebSocket");
    }
    if (!VERSION.equals(only(headers, Headers.SEC_WEB_SOCKET_VERSION))) {
      return new Refused(426, "Sec-WebSocket-Version must be " + VERSION);
    }
    String key = only(headers, Headers.SEC_WEB_SOCKET_KEY);
    if (key == null || !isKey(key)) {
      return new Refused(400, "Sec-WebSocket-Key must be 16 bytes in Base64");
    }
    String host = only(headers, Headers.HOST);
    if (host == null || !exchange.isRequestComplete()) {
      return new Refused(400, host == null ? "one Host is needed" : "a body is not expected");
    }
    if (tooMany(headers, Headers.ORIGIN)
        || !origins.allows(
            only(headers, Headers.ORIGIN),
            host,
            exchange.getConnection().getSslSession() != null)) {
      return new Refused(403, "this Origin may not connect");
    }
    List<String> offered = tokens(headers, Headers.SEC_WEB_SOCKET_PROTOCOL);
    if (offered.isEmpty() && protocolOptional) {
      return new Accepted(acceptKey(key), null);
    }
    // The answer must repeat a name that was offered (RFC 6455 §4.2.2), and browsers compare it to
    // the letter: so it is matched in any case, and echoed as it came.
    for (String name : offered) {
      if (spoken.contains(name.toLowerCase(Locale.ROOT))) {
        return new Accepted(acceptKey(key), name);
      }
    }
    return new Refused(400, "Sec-WebSocket-Protocol must offer " + String.join(" or ", spoken));
  }

  private static boolean hasToken(HeaderMap headers, HttpString name, String token) {
    return tokens(headers, name).stream().anyMatch(token::equalsIgnoreCase);
  }

  static List<String> tokens(HeaderMap headers, HttpString name) {
    HeaderValues values = headers.get(name);
    List<String> tokens = new ArrayList<>();
    if (values != null) {
      for (String value : values) {
        for (String token : value.split(",", -1)) {
          if (!token.isBlank()) {
            tokens.add(token.strip());
          }
        }
      }
    }
    return tokens;
  }

  private static boolean tooMany(HeaderMap headers, HttpString name) {
    HeaderValues values = headers.get(name);
    return values != null && values.size() > 1;
  }

  private static @Nullable String only(HeaderMap headers, HttpString name) {
    HeaderValues values = headers.get(name);
    return values == null || values.size() != 1 ? null : values.getFirst().strip();
  }

  private static boolean isKey(String key) {
    try {
      return Base64.getDecoder().decode(key).length == 16;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String acceptKey(String key) {
    byte[] text =
        (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII);
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
