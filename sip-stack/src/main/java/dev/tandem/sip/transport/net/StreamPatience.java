package dev.tandem.sip.transport.net;

import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.FlowEnd.Cause;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * Decides when an open connection has been waited for too long: for its first message, for the rest
 * of a message that began, for any byte at all, or for the peer to take what we send. A message
 * that trickles in is late all the same, however often a byte comes.
 *
 * <p>Not thread-safe: each flow owns one, on its I/O thread. Most messages arrive whole and set no
 * timer: that of idleness runs on, and looks at its end when the last byte was.
 */
final class StreamPatience {
  /** What to do when patience is at its end. */
  interface End {
    void end(Cause cause, String detail);
  }

  private enum Awaited {
    FIRST_MESSAGE,
    REST_OF_MESSAGE,
    ANYTHING
  }

  private final Timers timers;
  private final StreamTimeouts timeouts;
  private final End end;
  private final Deadline reading;
  private final Deadline writing;
  private Awaited awaited = Awaited.ANYTHING;
  private long lastByteMillis;

  StreamPatience(Timers timers, StreamTimeouts timeouts, Executor flowThread, End end) {
    this.timers = timers;
    this.timeouts = timeouts;
    this.end = end;
    this.reading = new Deadline(timers, flowThread);
    this.writing = new Deadline(timers, flowThread);
  }

  /** A peer that connected to us has something to say, and says it soon. */
  void awaitFirstMessage() {
    byteMoved();
    awaited = Awaited.FIRST_MESSAGE;
    Duration limit = timeouts.firstMessage();
    reading.set(limit, () -> end.end(Cause.STALLED, "no message within " + limit));
  }

  /** Nothing is due, but not for ever. */
  void awaitAnything() {
    byteMoved();
    awaited = Awaited.ANYTHING;
    lookAgainIn(timeouts.idle());
  }

  private void lookAgainIn(Duration time) {
    reading.set(
        time,
        () -> {
          Duration left = timeouts.idle().minusMillis(timers.millis() - lastByteMillis);
          if (left.isZero() || left.isNegative()) {
            end.end(Cause.DEAD, "idle for " + timeouts.idle());
          } else {
            lookAgainIn(left);
          }
        });
  }

  /** Some byte came or left. */
  void byteMoved() {
    lastByteMillis = timers.millis();
  }

  /** A message is complete. */
  void messageCame() {
    if (awaited != Awaited.ANYTHING) {
      awaitAnything();
    }
  }

  /** All that came has been looked at, and the last message of it is complete or not. */
  void caughtUp(boolean isInsideMessage) {
    if (awaited == Awaited.ANYTHING && isInsideMessage) {
      awaited = Awaited.REST_OF_MESSAGE;
      Duration limit = timeouts.restOfMessage();
      reading.set(
          limit, () -> end.end(Cause.STALLED, "rest of a message did not come within " + limit));
    }
  }

  /** Something waits for the peer to read; time runs from the first of these calls. */
  void awaitReader() {
    if (!writing.isSet()) {
      Duration limit = timeouts.stalledWrite();
      writing.set(limit, () -> end.end(Cause.TOO_SLOW, "read nothing for " + limit));
    }
  }

  /** The peer took something. */
  void readerTook() {
    byteMoved();
    writing.clear();
  }

  /** Nothing is waited for any more. */
  void stop() {
    reading.clear();
    writing.clear();
  }
}
