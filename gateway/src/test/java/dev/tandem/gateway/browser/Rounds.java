package dev.tandem.gateway.browser;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How often the tests of this package lose the network in each phase of a call, and how long it
 * took until all was well again. {@code -Dtandem.rounds=20} makes it twenty.
 */
final class Rounds {
  static final int COUNT = Integer.getInteger("tandem.rounds", 2);

  private final String phase;
  private final List<Long> millis = new ArrayList<>();

  Rounds(String phase) {
    this.phase = phase;
  }

  /** The network went away now; {@link Stopwatch#stop} when all is well again. */
  Stopwatch start() {
    long begun = System.nanoTime();
    return () -> millis.add(Duration.ofNanos(System.nanoTime() - begun).toMillis());
  }

  /** One line for people. */
  void report() {
    Collections.sort(millis);
    System.out.printf(
        "%s: %d of %d, after %d ms in the middle, %d ms at worst%n",
        phase, millis.size(), COUNT, millis.get(millis.size() / 2), millis.get(millis.size() - 1));
  }

  /** Ends one measurement. */
  @FunctionalInterface
  interface Stopwatch {
    void stop();
  }
}
