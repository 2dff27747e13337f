package dev.tandem.sip.transport;

import java.net.InetSocketAddress;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * Somewhere SIP messages can be sent, which may die (RFC 5626 §2): one WebSocket, one TCP or TLS
 * connection, or the pair of a UDP socket and a peer address. Its owner is the transport that made
 * it. All methods may be called from any thread and none blocks.
 */
public interface Flow {

  FlowId id();

  Transport transport();

  /** The peer's address as the packets show it. */
  InetSocketAddress remote();

  /** The address of ours that the peer talks to. */
  InetSocketAddress local();

  /**
   * Who the peer proved to be when it connected, by a token or a certificate; null when it proved
   * nothing. The same for as long as the flow lives.
   */
  default @Nullable Principal principal() {
    return null;
  }

  /** As who we show ourselves to the peer, in Via and Contact; null for {@link #local()}. */
  default @Nullable Advertised advertised() {
    return null;
  }

  /** False from the moment that the end is known; a send may still race with it. */
  boolean isOpen();

  /**
   * Whether it may be dead without our knowing it: the peer was asked for a sign of life, and has
   * not given one yet.
   */
  default boolean isDoubtful() {
    return false;
  }

  /**
   * Queues one whole SIP message, in order. Nobody writes to the array any more, the flow neither:
   * a retransmission sends the same one again.
   *
   * @return false when the flow is dead, or dies of this message because its bounded queue is full
   *     ({@link FlowEnd.Cause#TOO_SLOW}); the end is told to the listener as always
   */
  boolean send(byte[] message);

  /** Ends the flow; idempotent. What was queued before is still sent where the transport can. */
  void close(FlowEnd why);
}
