package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.call.Cause;
import org.jspecify.annotations.Nullable;

/**
 * Why a request is not carried out, as the one error object of the dialect; thrown by whoever finds
 * out, and answered in one place.
 */
@SuppressWarnings("serial") // never written anywhere
final class Refusal extends RuntimeException {
  private final ErrorCode code;
  private final int sip;
  private final @Nullable String path;
  private final int retryAfter;

  private Refusal(ErrorCode code, int sip, String text, @Nullable String path, int retryAfter) {
    super(text, null, false, false);
    this.code = code;
    this.sip = sip;
    this.path = path;
    this.retryAfter = retryAfter;
  }

  static Refusal of(ErrorCode code, String text) {
    return new Refusal(code, 0, text, null, 0);
  }

  /** A field that is missing or not as it must be. */
  static Refusal field(String path, String text) {
    return new Refusal(ErrorCode.BAD_FIELD, 0, path + ": " + text, path, 0);
  }

  /** Too often; {@code seconds} to wait. */
  static Refusal later(String text, int seconds) {
    return new Refusal(ErrorCode.RATE_LIMITED, 0, text, null, seconds);
  }

  /** What a SIP status says. */
  static Refusal sip(int status, String text) {
    return new Refusal(ErrorCode.ofStatus(status), status, text, null, status == 429 ? 10 : 0);
  }

  /** Too much goes on for a new call; {@code seconds} to wait. */
  static Refusal overloaded(int seconds) {
    return new Refusal(ErrorCode.OVERLOADED, 503, "the gateway has too much to do", null, seconds);
  }

  /** The same for somebody who speaks SIP. */
  Cause asCause() {
    return Cause.of(sip == 0 ? 500 : sip, String.valueOf(getMessage()));
  }

  /** How many seconds to wait; 0 for nothing said. */
  int retryAfter() {
    return retryAfter;
  }

  ErrorCode code() {
    return code;
  }

  /** The error object. */
  ObjectNode toJson() {
    ObjectNode error = JsonNodeFactory.instance.objectNode();
    error.put("code", code.word());
    if (sip != 0) {
      error.put("sip", sip);
    }
    if (code.q850() != 0) {
      error.put("q850", code.q850());
    }
    error.put("text", String.valueOf(getMessage()));
    if (path != null) {
      error.put("path", path);
    }
    if (retryAfter > 0) {
      error.put("retryAfter", retryAfter);
    }
    return error;
  }
}
