package dev.tandem.gateway.bridge;

import dev.tandem.gateway.call.CallEvent;
import java.util.List;

/** Whom a call rings, and where a 3xx from one of them leads; the adapter's side of routing. */
public interface Callees {

  /**
   * The branches to begin with. Those of one round ring together; the next round's turn comes when
   * the one before has come to nothing. No round is empty.
   */
  List<List<CalleeLeg>> rounds();

  /**
   * Where a 3xx leads, in rounds as well; empty when to nobody whom this caller may call. Called on
   * the call's executor; must not block.
   *
   * @param by the branch that answered so
   * @param limit of new branches in all
   */
  List<List<CalleeLeg>> redirected(CalleeLeg by, CallEvent.CalleeRefused refused, int limit);

  /** Branches that ring together, with no redirect followed. */
  static Callees of(List<CalleeLeg> callees) {
    return inRounds(callees.isEmpty() ? List.of() : List.of(List.copyOf(callees)));
  }

  /** Branches in rounds, with no redirect followed. */
  static Callees inRounds(List<List<CalleeLeg>> rounds) {
    return new Callees() {
      @Override
      public List<List<CalleeLeg>> rounds() {
        return rounds;
      }

      @Override
      public List<List<CalleeLeg>> redirected(
          CalleeLeg by, CallEvent.CalleeRefused refused, int limit) {
        return List.of();
      }
    };
  }
}
