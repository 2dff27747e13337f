package dev.tandem.gateway.call;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The rules that a call obeys.
 *
 * @param noAnswer how long the callee's devices ring
 * @param maxDuration how long an answered call may last; null for no limit
 * @param roundTime how long one round of branches rings while another waits for its turn
 * @param maxRedirects to how many targets in all a call follows 3xx responses; 0 to follow none
 */
public record CallSettings(
    Duration noAnswer, @Nullable Duration maxDuration, Duration roundTime, int maxRedirects) {

  /** With no redirect followed. */
  public CallSettings(Duration noAnswer, @Nullable Duration maxDuration) {
    this(noAnswer, maxDuration, Duration.ofSeconds(20), 0);
  }
}
