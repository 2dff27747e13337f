package dev.tandem.sip.ua;

import java.time.Duration;

/**
 * How long a call may stay silent before its end is found dead (RFC 4028).
 *
 * @param expires the Session-Expires that we ask for, and the longest that we accept
 * @param min the shortest that we accept; 90 s or more (§5)
 */
public record SessionTimerSettings(Duration expires, Duration min) {
  /** What Min-SE means where it is not sent (§5). */
  static final long LEAST_SECONDS = 90;

  public SessionTimerSettings {
    if (min.toSeconds() < LEAST_SECONDS || expires.compareTo(min) < 0) {
      throw new IllegalArgumentException(expires + ", at least " + min);
    }
  }
}
