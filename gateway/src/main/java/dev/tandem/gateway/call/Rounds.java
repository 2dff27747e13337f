package dev.tandem.gateway.call;

import dev.tandem.gateway.call.CallEffect.CancelCallee;
import dev.tandem.gateway.call.CallEffect.InviteCallee;
import dev.tandem.gateway.call.CallEffect.Redirect;
import dev.tandem.gateway.call.CallEvent.CalleeRefused;
import dev.tandem.gateway.call.CallEvent.Redirected;
import java.util.ArrayList;
import java.util.List;

/**
 * Who is invited when (RFC 3261 §16.6, §16.7). Branches of a round ring together; the next round's
 * turn comes when all before have refused, or have rung long enough. Those that a 3xx leads to
 * (§8.1.3.4, §16.7 step 4) go before the rounds that wait, the first of them at once. Steps of
 * {@link Call}.
 */
final class Rounds {
  private Rounds() {}

  /** New branches, before those that wait already. */
  static void add(Turn turn, List<Integer> sizes) {
    List<List<LegId>> rounds = new ArrayList<>();
    for (int size : sizes) {
      int first = turn.addBranches(size);
      List<LegId> round = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        round.add(new LegId(first + i));
      }
      rounds.add(List.copyOf(round));
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
      List<List<LegId>> rounds = turn.untried.rounds();
      turn.untried = turn.untried.withRounds(rounds.subList(1, rounds.size()));
      for (LegId leg : rounds.get(0)) {
        if (turn.leg(leg) == LegState.WAITING) {
          turn.leg(leg, LegState.PENDING);
          turn.emit(new InviteCallee(leg, turn.untried.invite()));
          invited = true;
        }
      }
    }
    if (!turn.untried.rounds().isEmpty()) {
      turn.start(CallTimer.NEXT_ROUND, turn.settings.roundTime());
    }
    return invited;
  }

  /** Its time is up: whoever rings counts as one that did not answer (§16.8). */
  static void isOver(Turn turn) {
    for (int i = 1; i <= turn.branches(); i++) {
      LegId leg = new LegId(i);
      if (turn.leg(leg) == LegState.PENDING) {
        turn.dropExchanges(leg, false);
        turn.leg(leg, LegState.CANCELLED);
        turn.emit(new CancelCallee(leg, Causes.NO_ANSWER));
        turn.best =
            ResponseChoice.better(
                turn.best,
                new CalleeRefused(
                    leg, 480, "Temporarily Unavailable", Causes.payload(Causes.NO_ANSWER)));
      }
    }
    turn.ringing = 0;
    CalleeRefused best = turn.best;
    if (!next(turn) && turn.pendingBranches() == 0 && best != null) {
      Setup.giveUp(turn, best);
    }
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
