package dev.tandem.sip.stack;

import dev.tandem.sip.time.Timers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a transaction sends again and when it gives up: Timers A and B, E and F, G and H (RFC 3261
 * §17.1.1.2, §17.1.2.2, §17.2.1). At most one task waits. Thread-safe.
 */
final class Retransmission {
  private static final Duration T1 = Duration.ofMillis(500);
  private static final Duration T2 = Duration.ofSeconds(4);
  private static final Duration PATIENCE = T1.multipliedBy(64);

  private final JainStack jain;
  private final Runnable again;
  private final Runnable giveUp;
  private Duration interval;
  private Duration longest;
  private Duration left = PATIENCE;
  private Timers.@Nullable Timer timer;
  private boolean stopped;

  private Retransmission(
      JainStack jain, Duration interval, Duration longest, Runnable again, Runnable giveUp) {
    this.jain = jain;
    this.interval = interval;
    this.longest = longest;
    this.again = again;
    this.giveUp = giveUp;
  }

  /** Nothing is sent again on a reliable transport; only patience ends. */
  static Retransmission none(JainStack jain, Runnable giveUp) {
    return new Retransmission(jain, PATIENCE, PATIENCE, () -> {}, giveUp).started();
  }

  /** An INVITE (Timer A): after T1, and then after twice as long each time. */
  static Retransmission ofInvite(JainStack jain, Runnable again, Runnable giveUp) {
    return new Retransmission(jain, T1, PATIENCE, again, giveUp).started();
  }

  /** Another request, or a refusal (Timers E and G): likewise, but never more than T2 apart. */
  static Retransmission upToT2(JainStack jain, Runnable again, Runnable giveUp) {
    return new Retransmission(jain, T1, T2, again, giveUp).started();
  }

  /** A provisional response came to a request that is no INVITE: from now on every T2. */
  synchronized void slowDown() {
    interval = longest;
  }

  /** Idempotent. What is being sent at this moment still goes. */
  synchronized void stop() {
    stopped = true;
    Timers.Timer waiting = timer;
    if (waiting != null) {
      waiting.cancel();
    }
  }

  private synchronized Retransmission started() {
    Duration next = interval.compareTo(left) < 0 ? interval : left;
    left = left.minus(next);
    timer = jain.schedule(next, this::fire);
    return this;
  }

  private void fire() {
    boolean over;
    synchronized (this) {
      if (stopped) {
        return;
      }
      over = left.isZero();
      if (over) {
        stopped = true;
      } else {
        Duration doubled = interval.multipliedBy(2);
        interval = doubled.compareTo(longest) < 0 ? doubled : longest;
        started();
      }
    }
    (over ? giveUp : again).run();
  }
}
