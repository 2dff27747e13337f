package dev.tandem.gateway.json.http;

import dev.tandem.gateway.json.HttpAnswer;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Answers requests with JSON, on the I/O thread of each. */
final class Answers {
  private static final HttpString RETRY_AFTER = new HttpString("Retry-After");

  private Answers() {}

  static void send(HttpServerExchange exchange, HttpAnswer answer) {
    if (answer.retryAfter() > 0) {
      exchange.getResponseHeaders().put(RETRY_AFTER, answer.retryAfter());
    }
    send(exchange, answer.status(), answer.body());
  }

  static void send(HttpServerExchange exchange, int status, byte[] json) {
    if (exchange.isResponseStarted()) {
      return;
    }
    exchange.setStatusCode(status);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
    exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
    exchange.getResponseSender().send(ByteBuffer.wrap(json));
  }

  /** An error that the dialect has not seen; the text has no character that JSON would escape. */
  static void error(HttpServerExchange exchange, int status, String code, String text) {
    String json =
        "{\"type\":\"error\",\"error\":{\"code\":\"%s\",\"text\":\"%s\"}}".formatted(code, text);
    send(exchange, status, json.getBytes(StandardCharsets.UTF_8));
  }
}
