package dev.tandem.gateway.call;

import dev.tandem.gateway.call.CallEffect.AbandonCallee;
import dev.tandem.gateway.call.CallEffect.CancelCallee;
import dev.tandem.gateway.call.CallEffect.InviteCallee;
import dev.tandem.gateway.call.CallEffect.Redirect;
import dev.tandem.gateway.call.CallEvent.CalleeRefused;
import dev.tandem.gateway.call.CallEvent.CalleeRefused.Why;
import dev.tandem.gateway.call.CallEvent.Redirected;
import dev.tandem.gateway.call.Untried.Waiting;
import java.util.ArrayList;
import java.util.List;

/**
 * Who is invited when (RFC 3261 §16.6, §16.7). Branches of a round ring together; the next round's
 * turn comes when all before have refused, or have rung long enough, or when its {@link Failover}
 * says so. Those that a 3xx leads to (§8.1.3.4, §16.7 step 4) go before the rounds that wait, the
 * first of them at once. Steps of {@link Call}.
 */
final class Rounds {
  private Rounds() {}

  /** New branches, before those that wait already. */
  static void add(Turn turn, List<Round> added) {
    List<Waiting> rounds = new ArrayList<>();
    for (Round round : added) {
      int first = turn.addBranches(round.branches());
      List<LegId> legs = new ArrayList<>(round.branches());
      for (int i = 0; i < round.branches(); i++) {
        legs.add(new LegId(first + i));
      }
      rounds.add(new Waiting(legs, round.failover()));
    }
    rounds.addAll(turn.untried.rounds());
    turn.untried = turn.untried.withRounds(rounds);
  }

  /**
   * Invites the next round.
   *
   * @return false when nobody is left
   */
  static boolean next(Turn turn) {
    turn.stop(CallTimer.NEXT_ROUND);
    boolean invited = false;
    while (!invited && !turn.untried.rounds().isEmpty()) {
      List<LegId> legs = turn.untried.rounds().get(0).legs();
      turn.untried = turn.untried.withoutFirst();
      for (LegId leg : legs) {
        if (turn.leg(leg) == LegState.WAITING) {
          turn.leg(leg, LegState.PENDING);
          turn.emit(new InviteCallee(leg, turn.untried.invite()));
          invited = true;
        }
      }
    }
    Failover failover = turn.untried.failover();
    if (!turn.untried.rounds().isEmpty()) {
      if (failover == null) {
        turn.start(CallTimer.NEXT_ROUND, turn.settings.roundTime());
      } else if (failover.onSilence()) {
        turn.start(CallTimer.NEXT_ROUND, failover.patience());
      }
    }
    return invited;
  }

  /** A branch is not silent: only its own refusal gives it up now. */
  static void heard(Turn turn, LegId leg) {
    if (turn.state == CallState.OFFERED
        && turn.branch(leg) == LegState.PENDING
        && turn.untried.failover() != null) {
      turn.stop(CallTimer.NEXT_ROUND);
    }
  }

  /** Media of a trunk that the caller hears settle it: nobody else is tried. */
  static void mediaHeard(Turn turn, Payload payload) {
    Failover failover = turn.untried.failover();
    if (failover != null
        && !failover.holdsMedia()
        && payload.hasBody()
        && turn.offered
        && turn.pendingBranches() == 1) {
      turn.dropWaitingBranches();
    }
  }

  /**
   * Its time is up: whoever rings counts as one that did not answer (§16.8), and who said nothing
   * is given up for good.
   */
  static void isOver(Turn turn) {
    boolean silent = turn.untried.failover() != null;
    for (int i = 1; i <= turn.branches(); i++) {
      LegId leg = new LegId(i);
      if (turn.leg(leg) == LegState.PENDING) {
        turn.dropExchanges(leg, false);
        turn.leg(leg, silent ? LegState.OVER : LegState.CANCELLED);
        turn.emit(
            silent
                ? new AbandonCallee(leg, Causes.NO_RESPONSE)
                : new CancelCallee(leg, Causes.NO_ANSWER));
        turn.best = ResponseChoice.better(turn.best, silent ? silence(leg) : unanswered(leg));
      }
    }
    turn.ringing = 0;
    CalleeRefused best = turn.best;
    if (!next(turn) && turn.pendingBranches() == 0 && best != null) {
      Setup.giveUp(turn, best);
    }
  }

  private static CalleeRefused unanswered(LegId leg) {
    return new CalleeRefused(leg, 480, "Temporarily Unavailable", Causes.payload(Causes.NO_ANSWER));
  }

  private static CalleeRefused silence(LegId leg) {
    return new CalleeRefused(leg, 408, "Request Timeout", Payload.EMPTY, Why.SILENCE);
  }

  /** 305 and 380 mean something else than other contacts of the same callee (§21.3). */
  static boolean isFollowed(Turn turn, CalleeRefused refused) {
    boolean moved = refused.status() == 300 || refused.status() == 301 || refused.status() == 302;
    return moved && limit(turn) > 0 && hasContact(refused.payload());
  }

  private static int limit(Turn turn) {
    return turn.settings.maxRedirects() - turn.untried.redirects();
  }

  private static boolean hasContact(Payload payload) {
    for (Header header : payload.headers()) {
      if (header.name().equalsIgnoreCase("Contact")) {
        return true;
      }
    }
    return false;
  }

  static void follow(Turn turn, CalleeRefused refused) {
    turn.leg(refused.leg(), LegState.REDIRECTING);
    turn.emit(new Redirect(refused, limit(turn)));
  }

  static void redirected(Turn turn, Redirected event) {
    LegId leg = event.refused().leg();
    if (turn.branch(leg) != LegState.REDIRECTING) {
      return; // the call was answered or ended meanwhile
    }
    turn.leg(leg, LegState.OVER);
    if (event.rounds().isEmpty()) {
      Setup.refusedForGood(turn, event.refused());
      return;
    }
    int before = turn.branches();
    add(turn, event.rounds());
    turn.untried = turn.untried.withRedirects(turn.branches() - before);
    next(turn);
  }
}
