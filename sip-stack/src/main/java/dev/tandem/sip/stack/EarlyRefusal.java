package dev.tandem.sip.stack;

import dev.tandem.sip.message.Tokens;
import org.jspecify.annotations.Nullable;

/** An answer that costs no parser and no transaction, for who sends more than is taken. */
public final class EarlyRefusal {
  private EarlyRefusal() {}

  /**
   * 503 with Retry-After (RFC 3261 §21.5.4).
   *
   * @param message a request as it came
   * @return null when it is no request that can be answered
   */
  public static byte @Nullable [] busy(byte[] message, int retryAfterSeconds) {
    return Refusal.to(
        message,
        503,
        "Service Unavailable",
        Tokens.tag(),
        "Retry-After: " + retryAfterSeconds + "\r\n");
  }
}
