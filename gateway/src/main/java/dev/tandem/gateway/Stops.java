package dev.tandem.gateway;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has been started and must be stopped, last first. Not thread-safe. */
final class Stops {
  private static final Logger log = LoggerFactory.getLogger(Stops.class);

  private final Deque<Runnable> stops = new ArrayDeque<>();

  /** To be run before everything that was added earlier. */
  void add(Runnable stop) {
    stops.push(stop);
  }

  /** Runs them all; one that fails harms no other. A second time does nothing. */
  void run() {
    while (!stops.isEmpty()) {
      Runnable stop = stops.pop();
      try {
        stop.run();
      } catch (RuntimeException e) {
        log.warn("a part did not stop in order", e);
      }
    }
  }
}
