package dev.tandem.gateway.routing;

import java.util.List;

/**
 * Whom somebody may call. Immutable.
 *
 * @param allowed user parts of Request-URIs; a {@code *} at the end stands for any more
 */
public record DialRights(List<String> allowed) {
  /** Everybody that the routes lead to. */
  public static final DialRights ALL = new DialRights(List.of("*"));

  public DialRights {
    allowed = List.copyOf(allowed);
  }

  /** Whether this user or number may be called. */
  public boolean allow(String user) {
    for (String pattern : allowed) {
      boolean prefix = pattern.endsWith("*");
      if (prefix
          ? user.startsWith(pattern.substring(0, pattern.length() - 1))
          : user.equals(pattern)) {
        return true;
      }
    }
    return false;
  }
}
