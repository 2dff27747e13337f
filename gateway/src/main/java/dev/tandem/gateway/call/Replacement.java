package dev.tandem.gateway.call;

import dev.tandem.gateway.call.CallEffect.KeepLeg;
import dev.tandem.gateway.call.CallEffect.ReplaceLeg;
import dev.tandem.gateway.call.CallEvent.ReplacementOffered;

/**
 * A leg that takes another's place, as a transfer needs it (RFC 3891 §3). Steps of {@link Call}.
 *
 * <p>It waits until the call is established and no request is open in it, so that nothing begun
 * with one peer is ended with another. Meanwhile nobody may begin a new offer: they get 491.
 */
final class Replacement {
  private Replacement() {}

  static void offered(Turn turn, ReplacementOffered event) {
    if (turn.replacing != null) {
      return;
    }
    LegId leg = event.leg();
    boolean joined = leg.isCaller() || leg.number() == turn.answered;
    if (joined && (turn.state == CallState.ANSWERED || turn.state == CallState.ESTABLISHED)) {
      turn.replacing = event;
    } else {
      turn.emit(new KeepLeg(leg));
    }
  }

  /** After every event. */
  static void replaceIfQuiet(Turn turn) {
    ReplacementOffered waiting = turn.replacing;
    if (waiting == null || turn.state != CallState.ESTABLISHED || !turn.exchanges().isEmpty()) {
      return;
    }
    turn.replacing = null;
    if (waiting.leg().isCaller()) {
      turn.callerFeatures = waiting.features();
    } else {
      turn.calleeFeatures = waiting.features();
    }
    turn.emit(new ReplaceLeg(waiting.leg()));
  }

  /** The call ends. */
  static void drop(Turn turn) {
    ReplacementOffered waiting = turn.replacing;
    if (waiting != null) {
      turn.replacing = null;
      turn.emit(new KeepLeg(waiting.leg()));
    }
  }
}
