package dev.tandem.gateway.config.route;

import dev.tandem.gateway.config.value.ConfigException;

/** What a route does with a request that it takes. */
public sealed interface RouteAction {

  /**
   * To a trunk, or to the trunks of a group.
   *
   * @param name of either
   */
  record ToTrunk(String name) implements RouteAction {}

  /**
   * To a user of ours.
   *
   * @param user may name groups of the route's expression: {@code $1}
   */
  record ToUser(String user) implements RouteAction {
    /** Whether who it is depends on the number. */
    public boolean isTemplate() {
      return user.indexOf('$') >= 0;
    }
  }

  /** Nowhere. */
  record Refuse(int code, String reason) implements RouteAction {
    public Refuse {
      if (code < 400 || code > 699) {
        throw new ConfigException("routes[].refuse.code", "must be from 400 to 699, was " + code);
      }
    }
  }
}
