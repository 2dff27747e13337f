package dev.tandem.gateway.soak;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Two people who call each other all the time while something else goes on. */
final class LiveCalls implements AutoCloseable {
  private static final long PAUSE_MILLIS = 20;

  private final TimedEnd caller;
  private final TimedEnd callee;
  private final List<Long> micros = Collections.synchronizedList(new ArrayList<>());
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private volatile int failed;

  LiveCalls(URI uri) throws InterruptedException {
    caller = new TimedEnd.Json("u0", uri);
    callee = new TimedEnd.Json("u1", uri);
    caller.awaitsReady();
    callee.awaitsReady();
    thread.scheduleWithFixedDelay(this::call, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void call() {
    try {
      long answered = caller.calls(callee).answered();
      if (answered < 0) { // over, and never answered
        failed++;
      } else {
        micros.add(answered / 1000);
      }
    } catch (AssertionError e) {
      failed++;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  int made() {
    return micros.size() + failed;
  }

  /** The share that was answered. */
  double success() {
    return micros.isEmpty() ? 0 : (double) micros.size() / made();
  }

  /** How long it took from the call to the answer, in milliseconds, for so many of a hundred. */
  double millis(double percentile) {
    List<Long> sorted = new ArrayList<>(micros);
    if (sorted.isEmpty()) {
      return Double.NaN;
    }
    Collections.sort(sorted);
    int at = (int) Math.min(sorted.size() - 1, sorted.size() * percentile / 100);
    return sorted.get(at) / 1000.0;
  }

  /** From now on others are counted. */
  void begins() {
    micros.clear();
    failed = 0;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d calls, %d lost, answered after %.1f ms (median), %.1f ms (p99) and %.1f ms (longest)",
        made(),
        failed,
        millis(50),
        millis(99),
        millis(100));
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(15, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    caller.close();
    callee.close();
  }
}
