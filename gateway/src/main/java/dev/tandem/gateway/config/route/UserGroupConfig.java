package dev.tandem.gateway.config.route;

import dev.tandem.gateway.config.value.NumberPattern;
import dev.tandem.gateway.config.value.NumberPatterns;
import java.util.List;

/**
 * Users who have something in common. A user may be in several groups; what any of them forbids is
 * forbidden.
 *
 * @param users who is in it
 * @param limits of each of them
 * @param dial what they may call
 */
public record UserGroupConfig(
    String name, List<NumberPattern> users, LimitConfig limits, DialConfig dial) {
  public UserGroupConfig {
    users = List.copyOf(users);
  }

  public boolean contains(String user) {
    return NumberPatterns.anyMatches(users, user);
  }
}
