package dev.tandem.testkit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages that wait for the script, in the order of their arrival. Thread-safe. */
final class Inbox {
  private final Deque<SipText> waiting = new ArrayDeque<>();

  synchronized void add(SipText text) {
    waiting.add(text);
    notifyAll();
  }

  /** The first that waits, and is taken out; null when none comes in this real time. */
  synchronized @Nullable SipText take(Duration patience) {
    return staysQuiet(patience) ? null : waiting.remove();
  }

  /** Waits until there is something; true when there is still nothing in the end. */
  synchronized boolean staysQuiet(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (waiting.isEmpty()) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return true;
      }
      try {
        wait(left / 1_000_000, (int) (left % 1_000_000));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return true;
      }
    }
    return false;
  }

  synchronized List<SipText> all() {
    return List.copyOf(waiting);
  }
}
