package dev.tandem.gateway.bridge;

import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.call.Failover;
import dev.tandem.gateway.call.LegId;
import dev.tandem.gateway.call.Payload;
import org.jspecify.annotations.Nullable;

/** One branch towards the one who is called. */
public interface CalleeLeg extends Leg {

  /** Invites; from now on the leg posts its events to {@code call} as {@code self}. */
  void invite(RunningCall call, LegId self, Payload payload);

  /**
   * When the next branch is tried in place of this one, if that has a rule of its own; such a
   * branch is alone in its round.
   */
  default @Nullable Failover failover() {
    return null;
  }

  void cancel(Cause cause);

  /**
   * It said nothing in time, and the call goes on without it: it holds no place from now on, and
   * ends by itself whatever it is answered. Only for one that has a {@link #failover}.
   */
  default void abandon(Cause cause) {
    cancel(cause);
  }

  void ack(Payload payload);

  /** PRACK with the answer to the offer in a reliable provisional response. */
  void prack(Payload payload);
}
