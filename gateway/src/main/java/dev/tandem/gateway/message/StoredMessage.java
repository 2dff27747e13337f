package dev.tandem.gateway.message;

import dev.tandem.gateway.call.Payload;

/**
 * A message that waits for its receiver.
 *
 * @param fromName the sender's display name; empty for none
 * @param fromUri the sender
 * @param toUri whom the sender wrote to
 * @param maxForwards what is left of it
 * @param size of the request as it came, in bytes
 * @param expiresAt when it is of no use any more, milliseconds since the epoch
 */
public record StoredMessage(
    String fromName,
    String fromUri,
    String toUri,
    int maxForwards,
    Payload payload,
    int size,
    long expiresAt) {}
