package dev.tandem.gateway.limit;

import dev.tandem.gateway.config.route.LimitConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;

/**
 * The calls of one trunk or user: those that go on, and those that began in the last second. As
 * many times are kept as calls are allowed in a second. Thread-safe.
 */
final class Load {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ArrayDeque<Instant> begun = new ArrayDeque<>(0);
  private int calls;

  /** Takes one call, if the limits leave room. */
  synchronized boolean take(LimitConfig limits, Instant now) {
    if (!hasRoom(limits, now)) {
      return false;
    }
    calls++;
    if (limits.perSecond() > 0) {
      begun.addLast(now);
      while (begun.size() > limits.perSecond()) {
        begun.removeFirst();
      }
    }
    return true;
  }

  synchronized void giveBack() {
    calls--;
  }

  synchronized boolean hasRoom(LimitConfig limits, Instant now) {
    if (limits.calls() > 0 && calls >= limits.calls()) {
      return false;
    }
    if (limits.perSecond() == 0 || begun.size() < limits.perSecond()) {
      return true;
    }
    return !begun.getFirst().isAfter(now.minus(SECOND));
  }

  synchronized int calls() {
    return calls;
  }

  /** Whether nothing would be lost with it. */
  synchronized boolean isIdle(Instant now) {
    return calls == 0 && (begun.isEmpty() || !begun.getLast().isAfter(now.minus(SECOND)));
  }
}
