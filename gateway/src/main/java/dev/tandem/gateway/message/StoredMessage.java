package dev.tandem.gateway.message;

import dev.tandem.gateway.call.Payload;
import org.jspecify.annotations.Nullable;

/**
 * A message that waits for its receiver.
 *
 * @param fromName the sender's display name; empty for none
 * @param fromUri the sender
 * @param toUri whom the sender wrote to
 * @param maxForwards what is left of it
 * @param size of the request as it came, in bytes
 * @param expiresAt when it is of no use any more, milliseconds since the epoch
 * @param sender hears what becomes of it; null when nobody wants to
 */
public record StoredMessage(
    String fromName,
    String fromUri,
    String toUri,
    int maxForwards,
    Payload payload,
    int size,
    long expiresAt,
    Messenger.@Nullable Outcome sender) {

  /** Its wait is over: with 200 when a device has it. */
  public void became(int status, String reason) {
    Messenger.Outcome told = sender;
    if (told != null) {
      told.later(status, reason);
    }
  }
}
