package dev.tandem.gateway.guard;

import dev.tandem.sip.transport.Flow;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;

/**
 * New calls wait here for their turn on one I/O thread, so that what belongs to calls which are
 * under way is not kept waiting by them. In each round over its connections the thread takes as
 * many as make no round too long; whoever has waited too long is put off, at the price of one short
 * answer. A thread that keeps up has nobody waiting.
 *
 * <p>Used on the I/O thread only.
 */
final class CallQueue {
  /** Runs a task on the I/O thread. */
  interface Later {
    /**
     * Does it after so many milliseconds.
     *
     * @throws RejectedExecutionException when the thread ends
     */
    void run(Runnable task, long millis);
  }

  /** What becomes of a call. */
  interface Door {
    /** Whether it is never to wait. */
    boolean isUrgent(byte[] invite);

    void passes(Flow flow, byte[] invite);

    void isPutOff(Flow flow, byte[] invite);
  }

  private static final class Waiting {
    final Flow flow;
    final byte[] invite;
    final long since;

    Waiting(Flow flow, byte[] invite, long since) {
      this.flow = flow;
      this.invite = invite;
      this.since = since;
    }
  }

  static final int MOST_BYTES = 16 << 20;
  static final int MOST_AT_ONCE = 256;
  static final int LEAST_AT_ONCE = 4;

  /** So long a wait is nothing but a burst, when nobody waited before. */
  static final Duration BURST = Duration.ofMillis(500);

  private static final int AT_ONCE_AT_FIRST = 32;
  private static final int MORE = 4;

  /** So many in a short time are not worth a round of their own. */
  private static final int FEW = 8;

  private static final long SHORT_NANOS = 10_000_000;
  private static final long ROUND_MILLIS = 1;
  private static final long LONG_ROUND_NANOS = 20_000_000;

  private final Later later;
  private final LongSupplier nanos;
  private final long patience;
  private final Door door;
  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private final Runnable round = this::round;
  private int bytes;
  private long nobodyWaited;
  private int atOnce = AT_ONCE_AT_FIRST;
  private int passed;
  private long passing;
  private boolean isRoundDue;
  private long roundBegan;

  /**
   * Makes one where nobody waits.
   *
   * @param nanos as {@link System#nanoTime}
   * @param patience how long a call may wait when some have waited for longer than {@link #BURST}
   */
  CallQueue(Later later, LongSupplier nanos, Duration patience, Door door) {
    this.later = later;
    this.nanos = nanos;
    this.patience = patience.toNanos();
    this.door = door;
  }

  /** Lets a new call pass, now or when its turn comes, or puts it off. */
  void arrives(Flow flow, byte[] invite) {
    if ((waiting.isEmpty() && isTurn()) || door.isUrgent(invite)) {
      door.passes(flow, invite);
    } else if (bytes + invite.length > MOST_BYTES) {
      door.isPutOff(flow, invite);
    } else {
      long now = nanos.getAsLong();
      if (waiting.isEmpty()) {
        nobodyWaited = now;
      }
      waiting.add(new Waiting(flow, invite, now));
      bytes += invite.length;
      beginRound();
    }
  }

  /** Puts off what waits of this flow: it is about to be cancelled. */
  void giveUp(Flow flow) {
    waiting.removeIf(
        call -> {
          boolean isMeant = call.flow == flow;
          if (isMeant) {
            bytes -= call.invite.length;
            door.isPutOff(flow, call.invite);
          }
          return isMeant;
        });
  }

  private boolean isTurn() {
    if (!isRoundDue) {
      long now = nanos.getAsLong();
      if (now - passing > SHORT_NANOS) {
        passing = now;
        passed = 0;
      }
      if (passed >= FEW) {
        beginRound();
      }
    }
    if (passed >= atOnce) {
      return false;
    }
    passed++;
    return true;
  }

  private void beginRound() {
    if (!isRoundDue) {
      roundBegan = nanos.getAsLong();
      nextRound();
    }
  }

  private void nextRound() {
    isRoundDue = true;
    try {
      later.run(round, ROUND_MILLIS);
    } catch (RejectedExecutionException e) {
      waiting.clear(); // the server has stopped, and closes their connections
    }
  }

  private void round() {
    isRoundDue = false;
    passed = 0;
    long now = nanos.getAsLong();
    passing = now;
    if (now - roundBegan > LONG_ROUND_NANOS) {
      atOnce = Math.max(LEAST_AT_ONCE, atOnce * 3 / 4);
    } else if (!waiting.isEmpty()) {
      atOnce = Math.min(MOST_AT_ONCE, atOnce + MORE);
    }
    if (waiting.isEmpty()) {
      return;
    }
    roundBegan = now; // what they cost counts
    takeTurns(now);
    // Not before: what is due when this ends would come before the connections have their turn.
    nextRound();
  }

  private void takeTurns(long now) {
    boolean isBurst = now - nobodyWaited < BURST.toNanos();
    long latest = now - (isBurst ? Math.max(BURST.toNanos(), patience) : patience);
    for (Waiting first = waiting.peek(); first != null; first = waiting.peek()) {
      boolean isLate = first.since - latest < 0;
      if (!isLate && passed >= atOnce) {
        return;
      }
      waiting.remove();
      bytes -= first.invite.length;
      if (isLate) {
        door.isPutOff(first.flow, first.invite);
      } else if (first.flow.isOpen()) {
        passed++;
        door.passes(first.flow, first.invite);
      }
    }
  }
}
