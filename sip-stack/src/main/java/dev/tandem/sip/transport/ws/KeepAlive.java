package dev.tandem.sip.transport.ws;

import dev.tandem.sip.transport.FlowEnd;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a connection is pinged, and when it took too long: for its first message, for the
 * rest of a message, to read what we send, to show any life. Every frame is a sign of life, not
 * only a pong. Times are milliseconds of {@code Timers}.
 *
 * <p>Not thread-safe but for {@link #isDoubtful}: each connection owns one, on its I/O thread.
 */
final class KeepAlive {
  private final WebSocketLimits limits;
  private final long openedAt;
  private long nextPingAt;
  private long messageSince;
  private boolean hadMessage;
  private volatile boolean heardSincePing = true;
  private byte missedPings;

  /**
   * A connection that just completed its handshake.
   *
   * @param spread any number that differs between connections: the first ping goes out up to a
   *     fifth of the interval early by it, so that clients which all came back at once, after a
   *     restart, are not all pinged at once
   */
  KeepAlive(WebSocketLimits limits, long now, int spread) {
    this.limits = limits;
    this.openedAt = now;
    long interval = limits.pingInterval().toMillis();
    // Ports are given out in sequence: the factor spreads neighbours over the whole range.
    this.nextPingAt = now + interval - Math.floorMod(spread * 0x9E3779B1L, interval / 5);
  }

  /** Bytes came. */
  void heard() {
    if (!heardSincePing) {
      heardSincePing = true;
    }
  }

  /** Whether a ping has no answer yet. From any thread. */
  boolean isDoubtful() {
    return !heardSincePing;
  }

  /** A message is complete. */
  void messageEnded() {
    hadMessage = true;
    messageSince = 0;
  }

  /** All bytes that came are read. */
  void read(boolean midMessage, long now) {
    if (!midMessage) {
      messageSince = 0;
    } else if (messageSince == 0) {
      messageSince = now;
    }
  }

  /**
   * Why the connection must end now, null if it may go on.
   *
   * @param waitingSince when the peer last took a byte of what waits for it, 0 if nothing waits
   */
  @Nullable FlowEnd overdue(long now, long waitingSince) {
    if (!hadMessage && now - openedAt >= limits.firstMessageTimeout().toMillis()) {
      return FlowEnd.of(FlowEnd.Cause.STALLED, "no first message in time");
    }
    if (messageSince != 0 && now - messageSince >= limits.messageTimeout().toMillis()) {
      return FlowEnd.of(FlowEnd.Cause.STALLED, "message not completed in time");
    }
    if (waitingSince != 0 && now - waitingSince >= limits.writeTimeout().toMillis()) {
      return FlowEnd.of(FlowEnd.Cause.TOO_SLOW, "took nothing in time");
    }
    if (now >= nextPingAt && !heardSincePing && missedPings + 1 >= limits.maxMissedPings()) {
      return FlowEnd.of(FlowEnd.Cause.DEAD, limits.maxMissedPings() + " pings unanswered");
    }
    return null;
  }

  /** Whether a ping is to be sent now; to be asked when {@link #overdue} says nothing. */
  boolean pingDue(long now) {
    if (now < nextPingAt) {
      return false;
    }
    nextPingAt = now + limits.pingInterval().toMillis();
    missedPings = heardSincePing ? 0 : (byte) (missedPings + 1);
    heardSincePing = false;
    return true;
  }
}
