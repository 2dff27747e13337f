package dev.tandem.gateway.event;

import dev.tandem.sip.transport.FlowId;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The way to one subscriber, whatever the protocol. Called on the subscription's executor. */
public interface Subscriber {

  /** What became of a notification. */
  enum Answer {
    TAKEN,
    /** Refused, but the next may be taken. */
    REFUSED,
    /** The subscriber does not know the subscription, or is not there (RFC 6665 §4.2.2). */
    GONE,
    /** The connection has ended; the device may come back on another. */
    LOST
  }

  /**
   * Notifies.
   *
   * @param state the value of Subscription-State (RFC 6665 §8.2.3)
   * @param document null for none
   * @param answer told once, on the subscription's executor, never before this returns
   */
  void notify(String state, @Nullable Document document, Consumer<Answer> answer);

  /**
   * The device can be reached on this flow.
   *
   * @return false when that is where it was anyhow
   */
  boolean moveTo(FlowId flow);

  /** The subscription is over: let go of what was kept for it. */
  void release();
}
