package dev.tandem.gateway.ladder;

import java.util.List;
import java.util.Random;

/**
 * One side of a call in a random walk: does what its client could do now, and reacts to what comes
 * as its client does. Remembers what it was told, so that two sides can be compared.
 */
abstract class WalkingSide {
  /** Where its call stands, by what it was told. */
  enum State {
    NONE,
    CALLING,
    RUNG,
    ANSWERING,
    ACTIVE,
    LEAVING,
    OVER
  }

  /** Something that a side may do. */
  record Step(String name, Runnable action) {}

  State state = State.NONE;
  boolean holds;
  boolean isHeld;

  /** For the next walk. */
  final void begins() {
    state = State.NONE;
    holds = false;
    isHeld = false;
    forgets();
  }

  abstract void forgets();

  abstract String user();

  abstract void calls(String user);

  /** What it may do now. */
  abstract List<Step> steps(Random random);

  /** Leaves the call, whatever its state. */
  abstract void leaves();

  /** Puts the other side through to somebody whom it does not talk to. */
  abstract void transfers(String whom);

  /** Puts the other side through to the other side of another seat of this user's. */
  abstract void joins(WalkingSide second);

  /** Takes what has come, and reacts; returns whether there was anything. */
  abstract boolean reacts();

  /** Whether it waits for an answer of the gateway's. */
  abstract boolean waits();

  final boolean isIn(State... any) {
    return List.of(any).contains(state);
  }
}
