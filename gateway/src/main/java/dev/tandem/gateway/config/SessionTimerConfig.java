package dev.tandem.gateway.config;

import dev.tandem.gateway.config.value.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Session timers (RFC 4028): how a peer is found dead that says nothing.
 *
 * @param expires the interval that we ask for, and the longest that we accept; null for none
 * @param min the shortest that we accept; what asks for less is refused with 422
 */
public record SessionTimerConfig(@Nullable Duration expires, Duration min) {
  public SessionTimerConfig {
    Durations.requireBetween(
        "calls.sessionTimer.min", min, Duration.ofSeconds(90), Duration.ofDays(1));
    if (expires != null) {
      Durations.requireBetween("calls.sessionTimer.expires", expires, min, Duration.ofDays(1));
    }
  }
}
