package dev.tandem.gateway.call;

import dev.tandem.gateway.call.CallEffect.AckCallee;
import dev.tandem.gateway.call.CallEffect.AnswerCaller;
import dev.tandem.gateway.call.CallEffect.PrackCallee;
import dev.tandem.gateway.call.CallEffect.Progress;
import dev.tandem.gateway.call.CallEnd.By;
import dev.tandem.gateway.call.CallEvent.CalleeAgreed;
import dev.tandem.gateway.call.CallEvent.CalleeAnswered;
import dev.tandem.gateway.call.CallEvent.CalleeProgressed;
import dev.tandem.gateway.call.CallEvent.CalleeRefused;
import dev.tandem.gateway.call.CallEvent.CalleeRefused.Why;
import java.time.Duration;

/**
 * The first INVITE: many branches towards the callee, seen by the caller as one phone that rings
 * (RFC 3261 §13, §16.7). Steps of {@link Call}.
 */
final class Setup {
  private Setup() {}

  /**
   * One branch is heard as it is. Of several, the caller gets one steady early dialog: ringing,
   * with no media of a phone that may not be the one that answers. Only the branch that rang first
   * is heard again, so that its repeated 180 still keeps the proxies on the way awake (§13.3.1.1).
   */
  static void progressed(Turn turn, CalleeProgressed event) {
    if (turn.state != CallState.OFFERED
        || turn.branch(event.leg()) != LegState.PENDING
        || event.status() == 199) {
      return;
    }
    Rounds.heard(turn, event.leg());
    Rounds.mediaHeard(turn, event.payload());
    if (turn.branches() == 1 || turn.hopefulBranches() == 1) {
      turn.ringing = event.leg().number();
      if (turn.early.branch() != event.leg().number()) {
        turn.early = Early.with(event.leg().number());
      }
      // An offer may be heard only of a branch beside which there is no other: it has one answer.
      boolean heard = turn.offered || turn.isOnlyBranch(event.leg());
      Payload payload = heard ? event.payload() : new Payload(null, event.payload().headers());
      turn.emit(new Progress(event.status(), event.reason(), payload));
    } else if (turn.ringing == 0 || turn.ringing == event.leg().number()) {
      turn.ringing = event.leg().number();
      turn.emit(new Progress(180, "Ringing", new Payload(null, event.payload().headers())));
    }
  }

  /** The early dialog of the branch that the caller hears may take further offers. */
  static void agreed(Turn turn, CalleeAgreed event) {
    if (turn.state == CallState.OFFERED
        && turn.offered
        && turn.branch(event.leg()) == LegState.PENDING
        && turn.early.branch() == event.leg().number()) {
      turn.early = turn.early.withCallee(event.features());
    }
  }

  /** The caller has a description, and perhaps answers it: then that is the branch's answer. */
  static void callerPracked(Turn turn, Payload payload) {
    LegId branch = new LegId(turn.early.branch());
    if (turn.state != CallState.OFFERED || turn.branch(branch) != LegState.PENDING) {
      return;
    }
    if (turn.offered) {
      turn.early = turn.early.withCaller();
    } else if (payload.hasBody() && turn.isOnlyBranch(branch)) {
      turn.offered = true;
      turn.early = turn.early.withCaller().withCallee(turn.early.callee());
      turn.emit(new PrackCallee(branch, payload));
    }
  }

  /**
   * The first 2xx wins, also when its round was over and it crossed our CANCEL. Any other is
   * acknowledged and ended (§13.2.2.4).
   */
  static void answered(Turn turn, CalleeAnswered event) {
    LegId leg = event.leg();
    LegState branch = turn.branch(leg);
    boolean invited = branch == LegState.PENDING || branch == LegState.CANCELLED;
    if (turn.state == CallState.OFFERED && invited) {
      win(turn, event);
    } else if (branch == LegState.CANCELLED) {
      turn.hangUpUnwanted(
          leg, turn.answered != 0 ? Causes.ANSWERED_ELSEWHERE : turn.whyEnding().cause());
    }
  }

  /** The caller has answered the offer of the only branch, and has no answer for another's. */
  private static boolean answerIsGiven(Turn turn) {
    return turn.offered && !turn.untried.invite().hasBody();
  }

  private static void win(Turn turn, CalleeAnswered event) {
    if (turn.early.branch() != event.leg().number()) {
      turn.dropExchanges(new LegId(turn.early.branch()), false);
    }
    turn.state = CallState.ANSWERED;
    turn.answered = event.leg().number();
    turn.calleeFeatures = event.features();
    turn.best = null;
    turn.leg(LegId.CALLER, LegState.ACK_DUE);
    turn.emit(new AnswerCaller(event.payload()));
    if (turn.offered) {
      turn.leg(event.leg(), LegState.UP);
      turn.emit(new AckCallee(event.leg(), Payload.EMPTY));
    } else {
      turn.leg(event.leg(), LegState.ACK_DUE);
    }
    turn.dropUntriedBranches();
    turn.cancelPendingBranches(Causes.ANSWERED_ELSEWHERE);
    turn.stop(CallTimer.NEXT_ROUND);
    turn.stop(CallTimer.NO_ANSWER);
    Duration longest = turn.settings.maxDuration();
    if (longest != null) {
      turn.start(CallTimer.MAX_DURATION, longest);
    }
  }

  static void refused(Turn turn, CalleeRefused event) {
    LegState branch = turn.branch(event.leg());
    if (branch == LegState.CANCELLED || branch == LegState.WAITING) {
      turn.leg(event.leg(), LegState.OVER);
    } else if (branch == LegState.PENDING && answerIsGiven(turn)) {
      turn.dropExchanges(event.leg(), true);
      turn.leg(event.leg(), LegState.OVER);
      giveUp(turn, event);
    } else if (branch == LegState.PENDING) {
      turn.dropExchanges(event.leg(), true);
      if (turn.ringing == event.leg().number()) {
        turn.ringing = 0;
      }
      Failover failover = turn.untried.failover();
      if (Rounds.isFollowed(turn, event)) {
        Rounds.follow(turn, event);
      } else if (failover != null && !failover.follows(event)) {
        turn.leg(event.leg(), LegState.OVER);
        giveUp(turn, event);
      } else {
        turn.leg(event.leg(), LegState.OVER);
        refusedForGood(turn, event);
      }
    }
  }

  /** The refusal counts; who is left is tried. */
  static void refusedForGood(Turn turn, CalleeRefused event) {
    CalleeRefused best = ResponseChoice.better(turn.best, event);
    turn.best = best;
    if (best.status() >= 600 || (turn.pendingBranches() == 0 && !Rounds.next(turn))) {
      giveUp(turn, best);
    }
  }

  static void giveUp(Turn turn, CalleeRefused best) {
    CalleeRefused chosen = ResponseChoice.forCaller(best, turn.branches() == 1);
    turn.refuseCaller(chosen.status(), chosen.reason(), chosen.payload());
    turn.end(By.CALLEE, Causes.refused(chosen.status(), chosen.reason(), chosen.payload()));
  }

  /** A branch that can no longer be reached counts as one that refused. */
  static void branchLost(Turn turn, LegId leg) {
    refused(
        turn, new CalleeRefused(leg, 480, "Temporarily Unavailable", Payload.EMPTY, Why.TRANSPORT));
  }

  /** CANCEL, or a BYE in the early dialog, which means the same (§15). */
  static void cancelled(Turn turn, Cause cause) {
    if (turn.state == CallState.OFFERED) {
      turn.refuseCaller(487, "Request Terminated", Payload.EMPTY);
      turn.end(By.CALLER, cause);
    }
  }

  static void callerLost(Turn turn, Cause cause) {
    turn.leg(LegId.CALLER, LegState.OVER);
    turn.end(By.CALLER, Causes.lost(cause));
  }

  static void nobodyAnswered(Turn turn) {
    turn.refuseCaller(480, "Temporarily Unavailable", Causes.payload(Causes.NO_ANSWER));
    turn.end(By.GATEWAY, Causes.NO_ANSWER);
  }

  static void endRequested(Turn turn, Cause cause) {
    boolean refusal = cause.status() >= 300 && cause.status() <= 699;
    turn.refuseCaller(
        refusal ? cause.status() : 503,
        refusal ? cause.text() : "Service Unavailable",
        Causes.payload(cause));
    turn.end(By.GATEWAY, cause);
  }
}
