package dev.tandem.sip.transport.net;

import java.time.Duration;

/**
 * How long a TCP or TLS connection is waited for.
 *
 * @param connect until a connection that we ask for is up; for TLS its handshake comes after this
 * @param handshake until TLS is agreed on
 * @param firstMessage from accept until the first message is complete
 * @param restOfMessage from the first byte of a later message until it is complete
 * @param stalledWrite how long something may wait to be sent without any byte leaving
 * @param idle without a byte either way; long, because a phone may register for hours, and there
 *     only so that peers that vanished without a word go away at last
 * @param linger for a last answer to leave, after the flow has ended
 */
public record StreamTimeouts(
    Duration connect,
    Duration handshake,
    Duration firstMessage,
    Duration restOfMessage,
    Duration stalledWrite,
    Duration idle,
    Duration linger) {

  public StreamTimeouts {
    Checks.positive("connect", connect);
    Checks.positive("handshake", handshake);
    Checks.positive("firstMessage", firstMessage);
    Checks.positive("restOfMessage", restOfMessage);
    Checks.positive("stalledWrite", stalledWrite);
    Checks.positive("idle", idle);
    Checks.positive("linger", linger);
  }

  public static StreamTimeouts defaults() {
    return new StreamTimeouts(
        Duration.ofSeconds(3),
        Duration.ofSeconds(8),
        Duration.ofSeconds(8),
        Duration.ofSeconds(8),
        Duration.ofSeconds(30),
        Duration.ofHours(2),
        Duration.ofSeconds(2));
  }
}
