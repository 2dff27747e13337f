package dev.tandem.gateway.event;

import java.time.Duration;

/**
 * How long a subscription or a publication may last.
 *
 * @param standard when nothing is asked for
 * @param least a shorter wish, but for zero, is refused (RFC 6665 §4.2.1.1, RFC 3903 §6)
 * @param most a longer wish is cut to this
 */
public record ExpiresRule(Duration standard, Duration least, Duration most) {

  /**
   * How long it lasts.
   *
   * @param seconds as asked for; negative when not
   */
  public Duration granted(long seconds) {
    Duration wish = seconds < 0 ? standard : Duration.ofSeconds(seconds);
    return wish.compareTo(most) > 0 ? most : wish;
  }

  public boolean isTooBrief(Duration granted) {
    return !granted.isZero() && granted.compareTo(least) < 0;
  }
}
