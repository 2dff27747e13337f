package dev.tandem.gateway.soak;

import dev.tandem.testkit.SipText;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What somebody did, sent and heard of late, to be read when something went wrong. Thread-safe. */
final class Journal {
  private static final Duration KEPT = Duration.ofMinutes(4);

  private final Supplier<Duration> clock;
  private final Deque<Line> lines = new ArrayDeque<>(); // guarded by itself

  private record Line(Duration when, String text) {}

  Journal(Supplier<Duration> clock) {
    this.clock = clock;
  }

  void notes(String text) {
    Duration now = clock.get();
    synchronized (lines) {
      while (!lines.isEmpty() && lines.getFirst().when().plus(KEPT).compareTo(now) < 0) {
        lines.removeFirst();
      }
      lines.addLast(new Line(now, text));
    }
  }

  /** A message, which came or went, or did not. */
  void notes(String direction, SipText message) {
    notes(
        "%s %s, %s, %s, %s"
            .formatted(
                direction,
                message.startLine(),
                message.header("CSeq"),
                message.callId(),
                message.header("To")));
  }

  void forgets() {
    synchronized (lines) {
      lines.clear();
    }
  }

  /** The lines of a time that are wanted. */
  String between(Duration from, Duration until, Predicate<String> wanted) {
    synchronized (lines) {
      return lines.stream()
          .filter(line -> line.when().compareTo(from) >= 0 && line.when().compareTo(until) <= 0)
          .filter(line -> wanted.test(line.text()))
          .map(line -> line.when().toMillis() + " " + line.text())
          .collect(Collectors.joining("\n"));
    }
  }
}
