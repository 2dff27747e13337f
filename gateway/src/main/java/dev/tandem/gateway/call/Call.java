package dev.tandem.gateway.call;

import dev.tandem.gateway.call.CallEffect.AckCallee;
import dev.tandem.gateway.call.CallEnd.By;
import dev.tandem.gateway.call.CallEvent.AckMissing;
import dev.tandem.gateway.call.CallEvent.AckReceived;
import dev.tandem.gateway.call.CallEvent.CalleeAgreed;
import dev.tandem.gateway.call.CallEvent.CalleeAnswered;
import dev.tandem.gateway.call.CallEvent.CalleeProgressed;
import dev.tandem.gateway.call.CallEvent.CalleeRefused;
import dev.tandem.gateway.call.CallEvent.CalleeTrying;
import dev.tandem.gateway.call.CallEvent.CallerAckMissing;
import dev.tandem.gateway.call.CallEvent.CallerAcked;
import dev.tandem.gateway.call.CallEvent.CallerCancelled;
import dev.tandem.gateway.call.CallEvent.CallerPracked;
import dev.tandem.gateway.call.CallEvent.CallerUnanswerable;
import dev.tandem.gateway.call.CallEvent.EndRequested;
import dev.tandem.gateway.call.CallEvent.HungUp;
import dev.tandem.gateway.call.CallEvent.LegLost;
import dev.tandem.gateway.call.CallEvent.Redirected;
import dev.tandem.gateway.call.CallEvent.ReplacementOffered;
import dev.tandem.gateway.call.CallEvent.RequestCancelled;
import dev.tandem.gateway.call.CallEvent.RequestReceived;
import dev.tandem.gateway.call.CallEvent.ResponseReceived;
import dev.tandem.gateway.call.CallEvent.TimerFired;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call: the caller's leg and the callee's branches joined by a back-to-back user agent.
 * Immutable; the same seed and the same events give the same effects.
 *
 * <pre>
 * OFFERED     => OFFERED:     a round of branches refused, or rang long enough: invite the next
 *                             a trunk failed as its rule says, or was silent: the same
 *                             3xx: invite those that it leads to
 *                ANSWERED:    a branch sent 2xx: answer the caller, cancel the other branches
 *                ENDING:      6xx, or every branch refused: the best refusal to the caller
 *                             CANCEL or early BYE: 487; nobody answered: 480; end requested: 503
 *                             the caller was lost
 * ANSWERED    => ESTABLISHED: the caller's ACK
 *                ENDING:      as from ESTABLISHED; and no ACK came, or one without the answer;
 *                             the answer could not be given to the caller
 * ESTABLISHED => ENDING:      BYE from, or loss of, either leg: hang up the other
 *                             481, or 408 to INVITE or UPDATE, in the call; no ACK for a re-INVITE;
 *                             longest duration reached; end requested: hang up both
 * ENDING      => ENDED:       every branch has sent its final response (a 2xx that crossed our CANCEL
 *                             is acknowledged and hung up), and the caller has acknowledged our 2xx
 *                             (BYE may not come before, RFC 3261 §15) or will not: Finish
 * ENDED       => ENDED:       anything
 * </pre>
 *
 * {@link Setup} has the rules until the answer, {@link Rounds} those for who is invited when,
 * {@link Bridge} those for requests inside the call, {@link Replacement} those for a leg that takes
 * another's place.
 */
public final class Call {
  private final Memory memory;

  Call(Memory memory) {
    this.memory = memory;
  }

  /** The call after an event, and what is to be done, in this order. */
  public record Step(Call call, List<CallEffect> effects) {}

  /** Begins a call towards branches that ring together, legs 1 to {@code branches}. */
  public static Step start(
      CallSettings settings, Payload invite, PeerFeatures callerFeatures, int branches, long seed) {
    List<Round> rounds = branches == 0 ? List.of() : Round.of(branches);
    return start(settings, invite, callerFeatures, rounds, seed);
  }

  /**
   * Begins a call towards the callee's branches, numbered from 1 through all rounds.
   *
   * @param invite what the caller's INVITE carries to each of them
   * @param rounds who rings together at first, and who then; may be empty: then nobody is there to
   *     be called
   * @param seed of the waiting times that must be random (RFC 3261 §14)
   */
  public static Step start(
      CallSettings settings,
      Payload invite,
      PeerFeatures callerFeatures,
      List<Round> rounds,
      long seed) {
    Turn turn =
        new Turn(
            new Memory(
                settings,
                invite.hasBody(),
                callerFeatures,
                CallState.OFFERED,
                List.of(LegState.PENDING),
                new Untried(List.of(), invite, 0, null),
                0,
                Early.NONE,
                null,
                0,
                PeerFeatures.NONE,
                List.of(),
                null,
                ExchangeId.FIRST_OURS - 1,
                0,
                seed,
                null));
    if (rounds.isEmpty()) {
      turn.refuseCaller(480, Causes.NOBODY_THERE.text(), Payload.EMPTY);
      turn.end(By.GATEWAY, Causes.NOBODY_THERE);
      return turn.step();
    }
    turn.start(CallTimer.NO_ANSWER, settings.noAnswer());
    Rounds.add(turn, rounds);
    Rounds.next(turn);
    return turn.step();
  }

  /** What follows from an event. One that means nothing here, or not any more, has no effects. */
  public Step on(CallEvent event) {
    if (memory.state() == CallState.ENDED) {
      return new Step(this, List.of());
    }
    Turn turn = new Turn(memory);
    apply(turn, event);
    return turn.step();
  }

  private static void apply(Turn turn, CallEvent event) {
    if (event instanceof CalleeProgressed e) {
      Setup.progressed(turn, e);
    } else if (event instanceof CalleeTrying e) {
      Rounds.heard(turn, e.leg());
    } else if (event instanceof CalleeAnswered e) {
      Setup.answered(turn, e);
    } else if (event instanceof CalleeAgreed e) {
      Setup.agreed(turn, e);
    } else if (event instanceof CallerPracked e) {
      Setup.callerPracked(turn, e.payload());
    } else if (event instanceof CallerAcked e) {
      callerAcked(turn, e.payload());
    } else if (event instanceof HungUp e) {
      hungUp(turn, e);
    } else if (event instanceof CalleeRefused e) {
      Setup.refused(turn, e);
    } else if (event instanceof Redirected e) {
      Rounds.redirected(turn, e);
    } else if (event instanceof CallerCancelled e) {
      Setup.cancelled(turn, e.cause());
    } else if (event instanceof RequestReceived e) {
      Bridge.requestReceived(turn, e);
    } else if (event instanceof ResponseReceived e) {
      Bridge.responseReceived(turn, e);
    } else if (event instanceof AckReceived e) {
      Bridge.ackReceived(turn, e);
    } else if (event instanceof RequestCancelled e) {
      Bridge.requestCancelled(turn, e);
    } else if (event instanceof AckMissing e) {
      Bridge.ackMissing(turn, e);
    } else if (event instanceof LegLost e) {
      legLost(turn, e);
    } else if (event instanceof ReplacementOffered e) {
      Replacement.offered(turn, e);
    } else if (event instanceof CallerAckMissing) {
      callerAckMissing(turn);
    } else if (event instanceof CallerUnanswerable e) {
      callerUnanswerable(turn, e.cause());
    } else if (event instanceof TimerFired e) {
      timerFired(turn, e.timer());
    } else if (event instanceof EndRequested e) {
      endRequested(turn, e.cause());
    }
  }

  private static void callerAcked(Turn turn, Payload payload) {
    if (turn.leg(LegId.CALLER) != LegState.ACK_DUE) {
      return;
    }
    if (turn.state == CallState.ENDING) {
      turn.hangUpCallerAtLast();
      return;
    }
    turn.state = CallState.ESTABLISHED;
    turn.leg(LegId.CALLER, LegState.UP);
    LegId callee = new LegId(turn.answered);
    if (turn.leg(callee) == LegState.ACK_DUE) {
      turn.leg(callee, LegState.UP);
      turn.emit(new AckCallee(callee, payload));
      if (!payload.hasBody()) {
        turn.end(By.GATEWAY, Causes.NO_ANSWER_IN_ACK);
        return;
      }
    }
    Bridge.releaseHeld(turn);
  }

  /** RFC 3261 §13.3.1.4: the dialog is there, but the session is to be ended. */
  private static void callerAckMissing(Turn turn) {
    if (turn.leg(LegId.CALLER) != LegState.ACK_DUE) {
      return;
    }
    if (turn.state == CallState.ENDING) {
      turn.hangUpCallerAtLast();
      return;
    }
    turn.leg(LegId.CALLER, LegState.UP);
    turn.end(By.GATEWAY, Causes.NO_ACK);
  }

  private static void callerUnanswerable(Turn turn, Cause cause) {
    if (turn.leg(LegId.CALLER) == LegState.ACK_DUE) {
      turn.leg(LegId.CALLER, LegState.OVER);
      turn.end(By.GATEWAY, cause);
    }
  }

  private static void hungUp(Turn turn, HungUp event) {
    LegState leg = turn.leg(event.leg());
    if (leg == LegState.OVER) {
      return; // our BYE crossed the peer's
    }
    if (leg == LegState.PENDING && event.leg().isCaller()) {
      Setup.cancelled(turn, event.cause());
    } else if (leg.isWithoutDialog()) {
      Setup.branchLost(turn, event.leg());
    } else {
      turn.leg(event.leg(), LegState.OVER);
      turn.end(sideOf(event.leg()), event.cause());
    }
  }

  private static void legLost(Turn turn, LegLost event) {
    LegState leg = turn.leg(event.leg());
    if (leg == LegState.OVER) {
      return;
    }
    if (leg == LegState.PENDING && event.leg().isCaller()) {
      Setup.callerLost(turn, event.cause());
    } else if (leg.isWithoutDialog()) {
      Setup.branchLost(turn, event.leg());
    } else {
      turn.leg(event.leg(), LegState.OVER);
      turn.end(sideOf(event.leg()), Causes.lost(event.cause()));
    }
  }

  private static By sideOf(LegId leg) {
    return leg.isCaller() ? By.CALLER : By.CALLEE;
  }

  private static void timerFired(Turn turn, CallTimer timer) {
    if (!turn.fires(timer)) {
      return;
    }
    switch (timer) {
      case NO_ANSWER -> Setup.nobodyAnswered(turn);
      case NEXT_ROUND -> Rounds.isOver(turn);
      case MAX_DURATION -> turn.end(By.GATEWAY, Causes.TOO_LONG);
      case GLARE_CALLER, GLARE_CALLEE -> Bridge.repeatAfterGlare(turn, timer);
    }
  }

  private static void endRequested(Turn turn, Cause cause) {
    switch (turn.state) {
      case OFFERED -> Setup.endRequested(turn, cause);
      case ANSWERED, ESTABLISHED -> turn.end(By.GATEWAY, cause);
      case ENDING, ENDED -> {}
    }
  }

  /** Where the call stands, for logs and metrics. */
  public CallState state() {
    return memory.state();
  }

  /** The branch that answered; null before. */
  public @Nullable LegId answeredLeg() {
    return memory.answered() == 0 ? null : new LegId(memory.answered());
  }

  /** What the peer of one of the two legs that are joined can do. */
  public PeerFeatures features(LegId leg) {
    return leg.isCaller() ? memory.callerFeatures() : memory.calleeFeatures();
  }

  /** Whether the caller has heard that it rings. */
  public boolean isRinging() {
    return memory.state() == CallState.OFFERED && memory.ringing() != 0;
  }

  /** Why the call ends, from the moment that this is decided; null before. */
  public @Nullable CallEnd end() {
    return memory.end();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Call that && memory.equals(that.memory);
  }

  @Override
  public int hashCode() {
    return memory.hashCode();
  }

  @Override
  public String toString() {
    return "Call[" + memory.state() + ", legs=" + memory.legs() + "]";
  }
}
