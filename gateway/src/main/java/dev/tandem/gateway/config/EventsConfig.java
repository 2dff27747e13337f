package dev.tandem.gateway.config;

import dev.tandem.gateway.config.value.ByteSize;
import dev.tandem.gateway.config.value.ConfigException;
import dev.tandem.gateway.config.value.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Subscriptions to the state of users (RFC 6665), and its publication (RFC 3903).
 *
 * @param packages the names of those that are served
 * @param watchers who may see the presence and the calls of whom
 * @param showRemote whether those who may see a user's calls see with whom
 * @param defaultExpires for a request that names no time
 * @param minExpires a shorter wish, but for zero, is answered 423
 * @param maxExpires a longer wish is cut to this
 * @param pace the least time between two notifications of a change to one subscriber
 * @param maxPerUser how many subscriptions one user may have
 * @param maxTotal how many there may be, and how many publications
 * @param maxDocument a larger publication is answered 413
 */
public record EventsConfig(
    Set<String> packages,
    Watchers watchers,
    boolean showRemote,
    Duration defaultExpires,
    Duration minExpires,
    Duration maxExpires,
    Duration pace,
    int maxPerUser,
    int maxTotal,
    ByteSize maxDocument) {

  /** Who may see whom. */
  public enum Watchers {
    /** Every user of the domain may see every other. */
    DOMAIN,
    /** Each user only itself. */
    SELF
  }

  static final List<String> KNOWN = List.of("presence", "dialog", "message-summary");

  public EventsConfig {
    packages = Set.copyOf(packages);
    // A notifier must not refuse an hour or more (RFC 6665 §4.2.1.1).
    Durations.requireBetween(
        "events.minExpires", minExpires, Duration.ofSeconds(1), Duration.ofHours(1));
    Durations.requireBetween("events.maxExpires", maxExpires, minExpires, Duration.ofDays(30));
    Durations.requireBetween("events.defaultExpires", defaultExpires, minExpires, maxExpires);
    Durations.requireBetween("events.pace", pace, Duration.ZERO, Duration.ofMinutes(1));
    if (maxPerUser < 1) {
      throw new ConfigException("events.maxPerUser", "must be at least 1, was " + maxPerUser);
    }
    if (maxTotal < 1) {
      throw new ConfigException("events.maxTotal", "must be at least 1, was " + maxTotal);
    }
  }

  static String packageName(String text) {
    if (!KNOWN.contains(text)) {
      throw new IllegalArgumentException("one of " + String.join(", ", KNOWN));
    }
    return text;
  }

  static Watchers watchers(String text) {
    return switch (text) {
      case "domain" -> Watchers.DOMAIN;
      case "self" -> Watchers.SELF;
      default -> throw new IllegalArgumentException("domain or self");
    };
  }
}
