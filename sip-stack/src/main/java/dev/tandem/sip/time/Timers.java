package dev.tandem.sip.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only source of time and of delayed work: everything that waits, waits here, so that a test
 * drives every SIP timer by moving one clock. Thread-safe. Tasks run on the timer thread and must
 * neither block nor take long; one that throws is logged and harms no other.
 */
public final class Timers {
  private static final Logger log = LoggerFactory.getLogger(Timers.class);

  private final ScheduledExecutorService executor;
  private final InstantSource clock;
  private final LongSupplier millis;

  /** With a clock that nobody sets. */
  public Timers(ScheduledExecutorService executor, InstantSource clock) {
    this(executor, clock, clock::millis);
  }

  /**
   * Nothing given is owned: whoever made the executor shuts it down.
   *
   * @param millis rise evenly whatever is done to the clock
   */
  public Timers(ScheduledExecutorService executor, InstantSource clock, LongSupplier millis) {
    this.executor = executor;
    this.clock = clock;
    this.millis = millis;
  }

  /**
   * What time it is, for people and for what other machines have dated. Somebody may set it: how
   * long something lasts is a matter of {@link #millis()}.
   */
  public Instant now() {
    return clock.instant();
  }

  /** Milliseconds that rise evenly, from somewhere near the epoch's; without an allocation. */
  public long millis() {
    return millis.getAsLong();
  }

  /** {@link #millis()} as a clock, for what measures how long something lasts. */
  public InstantSource steady() {
    return () -> Instant.ofEpochMilli(millis());
  }

  /**
   * Runs {@code task} once after {@code delay}. When the executor has been shut down, never: what
   * ends last may still want to wait for something, and there is nothing left to wait for.
   */
  public Timer schedule(Duration delay, Runnable task) {
    try {
      return new Timer(executor.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS));
    } catch (RejectedExecutionException e) {
      return refused(e);
    }
  }

  /** As {@link #schedule}: after {@code period} and then once a period, until cancelled. */
  public Timer repeat(Duration period, Runnable task) {
    try {
      return new Timer(
          executor.scheduleWithFixedDelay(
              () -> run(task), period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS));
    } catch (RejectedExecutionException e) {
      return refused(e);
    }
  }

  private Timer refused(RejectedExecutionException e) {
    if (!executor.isShutdown()) {
      throw e;
    }
    return new Timer(CompletableFuture.completedFuture(null));
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      log.error("a timer task failed", e);
    }
  }

  /** A task that waits. */
  public static final class Timer {
    private final Future<?> future;

    private Timer(Future<?> future) {
      this.future = future;
    }

    /** Idempotent; a task that is running already finishes. */
    public void cancel() {
      future.cancel(false);
    }
  }
}
