package dev.tandem.gateway.guard;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;

/**
 * How far one thread is behind: the time that a task waits until the thread comes to it. One task
 * at a time is under way, so a thread that hangs is not given more. Thread-safe.
 */
final class Lag {
  private final Executor thread;
  private final LongSupplier clock;
  private boolean waiting; // this and what follows: guarded by this
  private long since;
  private long last;
  private long before;

  Lag(Executor thread, LongSupplier clock) {
    this.thread = thread;
    this.clock = clock;
  }

  void probe() {
    synchronized (this) {
      if (waiting) {
        return;
      }
      waiting = true;
      since = clock.getAsLong();
    }
    try {
      thread.execute(this::arrived);
    } catch (RejectedExecutionException e) {
      arrived(); // it has ended, and is behind with nothing
    }
  }

  private synchronized void arrived() {
    before = last;
    last = clock.getAsLong() - since;
    waiting = false;
  }

  /** Of the last task, or of the one that waits if that is longer. */
  synchronized long nanos() {
    return waiting ? Math.max(last, clock.getAsLong() - since) : last;
  }

  /**
   * The lesser of the last two, of which one may wait still: a pause of the garbage collector is
   * not more work than can be done.
   */
  synchronized long lastingNanos() {
    if (!waiting) {
      return Math.min(last, before);
    }
    long waited = clock.getAsLong() - since;
    return Math.max(Math.min(last, waited), waited / 2);
  }
}
