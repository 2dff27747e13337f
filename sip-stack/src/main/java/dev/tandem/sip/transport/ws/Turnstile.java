package dev.tandem.sip.transport.ws;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;

/**
 * Lets in no more newcomers at a time than one I/O thread can look after without keeping waiting
 * those whom it has: when thousands come back at once, they would be thousands of ready sockets in
 * each round of the thread, and a call between them would wait a whole round for each of its
 * messages. A newcomer costs most after it was let in, when it logs in. So what is measured is how
 * long the thread was busy since the last round: with whatever it was, newcomers are what can wait.
 * Busy means the processor's time, since neighbours on the machine make rounds long, too, and are
 * no reason to let in fewer.
 *
 * <p>Those who wait are let in as they came. Used on the I/O thread only.
 */
final class Turnstile {
  /** Runs a task on the I/O thread. */
  interface Later {
    /**
     * Does it after so many milliseconds.
     *
     * @throws RejectedExecutionException when the thread ends
     */
    void run(Runnable task, long millis);
  }

  /** Somebody at the door. */
  interface Newcomer {
    void comesIn();

    /** It waited in vain, and should try again later. */
    void isPutOff();
  }

  private record Waiting(Newcomer newcomer, long since) {}

  static final int MOST_WAITING = 8192;

  /**
   * JsSIP has no limit of its own, SIP.js gives up after 5 s, or as long as it was told to wait.
   */
  static final long MOST_MILLIS = 30_000;

  static final int MOST_AT_ONCE = 32;
  static final int LEAST_AT_ONCE = 4;
  private static final long ROUND_MILLIS = 1;
  private static final long BUSY_NANOS = 10_000_000;

  private final Later later;
  private final LongSupplier busyNanos;
  private final LongSupplier millis;
  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private final Runnable round = this::round;
  private int atOnce = MOST_AT_ONCE / 2;
  private int cameIn;
  private boolean isRoundDue;
  private long busyBefore;

  /**
   * Makes one that is open.
   *
   * @param busyNanos the processor's time that the calling thread has used
   * @param millis a clock that rises evenly
   */
  Turnstile(Later later, LongSupplier busyNanos, LongSupplier millis) {
    this.later = later;
    this.busyNanos = busyNanos;
    this.millis = millis;
  }

  /** Whether one may come in at once; it counts as let in then. */
  boolean isOpen() {
    if (!waiting.isEmpty() || cameIn >= atOnce) {
      return false;
    }
    cameIn++;
    beginRound();
    return true;
  }

  /** Calls the newcomer when it is its turn. */
  void awaitsTurn(Newcomer newcomer) {
    if (waiting.size() >= MOST_WAITING) {
      newcomer.isPutOff();
    } else {
      waiting.add(new Waiting(newcomer, millis.getAsLong()));
      beginRound();
    }
  }

  private void beginRound() {
    if (!isRoundDue) {
      busyBefore = busyNanos.getAsLong();
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
    long busy = busyNanos.getAsLong();
    boolean wasLong = busy - busyBefore > BUSY_NANOS;
    atOnce = wasLong ? Math.max(LEAST_AT_ONCE, atOnce / 2) : Math.min(MOST_AT_ONCE, atOnce + 1);
    cameIn = 0;
    if (waiting.isEmpty()) {
      return;
    }
    busyBefore = busy; // what they cost counts
    takeTurns();
    // Not before: what is due when this ends would come before the connections have their turn.
    nextRound();
  }

  private void takeTurns() {
    long latest = millis.getAsLong() - MOST_MILLIS;
    while (cameIn < atOnce && !waiting.isEmpty()) {
      Waiting first = waiting.remove();
      cameIn++;
      if (first.since() < latest) {
        first.newcomer().isPutOff();
      } else {
        first.newcomer().comesIn();
      }
    }
  }
}
