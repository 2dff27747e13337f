package dev.tandem.sip.stack;

import dev.tandem.sip.message.Tokens;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** An answer that costs no parser and no transaction, for who sends more than is taken. */
public final class EarlyRefusal {
  /** Of all of them, so that their ACKs are known again; no dialog ever has it. */
  private static final String TO_TAG = Tokens.tag();

  private static final byte[] ACK = {'A', 'C', 'K', ' '};

  private EarlyRefusal() {}

  /**
   * 503 with Retry-After (RFC 3261 §21.5.4).
   *
   * @param message a request as it came
   * @return null when it is no request that can be answered
   */
  public static byte @Nullable [] busy(byte[] message, int retryAfterSeconds) {
    return Refusal.to(
        message, 503, "Service Unavailable", TO_TAG, "Retry-After: " + retryAfterSeconds + "\r\n");
  }

  /** Whether a message is the ACK of a refusal from here, which nobody waits for. */
  public static boolean isAck(byte[] message) {
    return message.length > ACK.length
        && Arrays.equals(message, 0, ACK.length, ACK, 0, ACK.length)
        && RawHeaders.values(message, "To", 't').stream().anyMatch(to -> to.endsWith(TO_TAG));
  }
}
