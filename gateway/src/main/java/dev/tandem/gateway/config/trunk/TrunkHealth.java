package dev.tandem.gateway.config.trunk;

import dev.tandem.gateway.config.value.ConfigException;
import dev.tandem.gateway.config.value.Durations;
import dev.tandem.gateway.config.value.StatusRanges;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How we find out whether a trunk is there: OPTIONS, and what becomes of calls to it.
 *
 * @param interval between two OPTIONS; null when it is not watched and always counts as up
 * @param timeout how long an answer may take
 * @param up how many answers in a row bring it up
 * @param down how many failures in a row bring it down
 * @param codes statuses that show that it is there
 */
public record TrunkHealth(
    @Nullable Duration interval, Duration timeout, int up, int down, StatusRanges codes) {
  /** Not watched. */
  public static final TrunkHealth UNWATCHED =
      new TrunkHealth(
          null,
          Duration.ofSeconds(5),
          1,
          3,
          new StatusRanges(
              List.of(
                  new StatusRanges.Range(200, 407),
                  new StatusRanges.Range(409, 502),
                  new StatusRanges.Range(504, 699))));

  public TrunkHealth {
    if (interval != null) {
      Durations.requireBetween(
          "trunks[].health.interval", interval, Duration.ofSeconds(1), Duration.ofHours(1));
    }
    Durations.requireBetween(
        "trunks[].health.timeout", timeout, Duration.ofMillis(500), Duration.ofSeconds(32));
    requireCount("trunks[].health.up", up);
    requireCount("trunks[].health.down", down);
  }

  private static void requireCount(String key, int count) {
    if (count < 1 || count > 100) {
      throw new ConfigException(key, "must be from 1 to 100, was " + count);
    }
  }
}
