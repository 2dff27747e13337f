package dev.tandem.gateway.trunk;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after failures in a row (RFC 5626 §4.5): the time doubles up to a longest one,
 * and the pause is drawn by lot between its half and the whole, so that many do not come back at
 * once.
 */
record RetryPause(Duration base, Duration longest, RandomGenerator random) {

  /** The pause after this many failures; 1 is the first. */
  Duration after(int failures) {
    long most = longest.toMillis();
    long time = base.toMillis();
    for (int i = 1; i < failures && time < most; i++) {
      time *= 2;
    }
    return lot(Math.min(time, most));
  }

  /** The pause after a refusal that time alone hardly heals. */
  Duration longestByLot() {
    return lot(longest.toMillis());
  }

  private Duration lot(long most) {
    return Duration.ofMillis(most / 2 + random.nextLong(most / 2 + 1));
  }
}
