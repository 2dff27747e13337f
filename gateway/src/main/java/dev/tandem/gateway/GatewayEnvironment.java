package dev.tandem.gateway;

import java.time.Clock;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.LongSupplier;

/**
 * What the gateway takes from its surroundings: time, and a thread for delayed work. A test gives a
 * clock that it moves itself.
 *
 * @param executor owned by the gateway from its start
 * @param millis rise evenly, although somebody may set the clock
 */
public record GatewayEnvironment(
    ScheduledExecutorService executor, InstantSource clock, LongSupplier millis) {

  /** With a clock that nobody sets. */
  public GatewayEnvironment(ScheduledExecutorService executor, InstantSource clock) {
    this(executor, clock, clock::millis);
  }

  /** The system's clock and one timer thread. */
  public static GatewayEnvironment system() {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "tandem-timer");
              thread.setDaemon(true);
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
    Clock clock = Clock.systemUTC();
    long start = clock.millis();
    long startNanos = System.nanoTime();
    return new GatewayEnvironment(
        executor, clock, () -> start + (System.nanoTime() - startNanos) / 1_000_000);
  }
}
