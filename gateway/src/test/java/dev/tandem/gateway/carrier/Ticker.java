package dev.tandem.gateway.carrier;

import dev.tandem.testkit.ManualClock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Moves a clock as real time goes, until it is closed. */
final class Ticker implements AutoCloseable {
  private static final long EVERY_MILLIS = 5;

  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final ManualClock clock;
  private long last = System.nanoTime();

  Ticker(ManualClock clock) {
    this.clock = clock;
    var unused =
        thread.scheduleAtFixedRate(this::tick, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    long now = System.nanoTime();
    clock.advance(Duration.ofNanos(now - last));
    last = now;
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
        throw new AssertionError("the clock does not stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
