package dev.tandem.gateway.trunk;

import dev.tandem.gateway.config.trunk.TrunkHealth;
import java.time.Instant;

/**
 * Whether a trunk answers, by its thresholds; a value.
 *
 * @param streak how many in a row said the other; 0 when the last agreed
 * @param reason the last that was heard, in words
 * @param since when it came up or went down
 */
record Liveness(boolean up, int streak, String reason, Instant since) {

  /** Before anything is heard: calls may try. */
  static Liveness unknown(Instant now) {
    return new Liveness(true, 0, "not asked yet", now);
  }

  /** The trunk gave a sign of life, or of the opposite. */
  Liveness heard(boolean alive, String why, TrunkHealth thresholds, Instant now) {
    if (alive == up) {
      return new Liveness(up, 0, why, since);
    }
    int threshold = up ? thresholds.down() : thresholds.up();
    return streak + 1 >= threshold
        ? new Liveness(alive, 0, why, now)
        : new Liveness(up, streak + 1, why, since);
  }
}
