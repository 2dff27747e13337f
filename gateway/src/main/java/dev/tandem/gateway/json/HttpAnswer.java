package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What an HTTP request is answered.
 *
 * @param status of HTTP
 * @param body JSON, as it is written; not to be changed
 * @param retryAfter seconds to wait before the next; 0 for none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record HttpAnswer(int status, byte[] body, int retryAfter) {

  static HttpAnswer ok(JsonNode body) {
    return new HttpAnswer(200, Frames.write(body), 0);
  }

  /** Some of what a client asks for is not kept any more. */
  public static HttpAnswer lost() {
    return of(Refusal.of(ErrorCode.RESUME_FAILED, "some of that is lost: resume"));
  }

  /** A refusal that is no reply to a frame. */
  static HttpAnswer of(Refusal refusal) {
    ObjectNode event = Frames.of("error");
    event.set("error", refusal.toJson());
    return refused(event);
  }

  /** A frame that has an error. */
  static HttpAnswer refused(ObjectNode frame) {
    JsonNode error = frame.path("error");
    return new HttpAnswer(
        status(error.path("code").asText()), Frames.write(frame), error.path("retryAfter").asInt());
  }

  private static int status(String code) {
    return switch (code) {
      case "auth_failed", "not_registered", "token_expired" -> 401;
      case "resume_failed" -> 410;
      case "forbidden" -> 403;
      case "too_big" -> 413;
      case "rate_limited" -> 429;
      case "server_error" -> 500;
      case "no_circuit" -> 503;
      default -> 400;
    };
  }
}
