package dev.tandem.gateway.config.route;

import dev.tandem.gateway.config.value.ConfigException;
import dev.tandem.gateway.config.value.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Trunks that stand for each other.
 *
 * @param strategy which of them is tried first
 * @param maxTries how many are tried for one call
 * @param earlyMedia what becomes of media before the answer while another trunk could follow
 */
public record TrunkGroupConfig(
    String name,
    Strategy strategy,
    List<Member> members,
    FailoverConfig failover,
    int maxTries,
    EarlyMedia earlyMedia) {

  /** Which trunk of a group comes first; the others follow for failover. */
  public enum Strategy {
    /** Lowest priority number first; of equal ones as listed. */
    PRIORITY,
    /** By priority, and among equal ones by chance, as RFC 2782 does it. */
    WEIGHT,
    /** Each its turn. */
    ROUND_ROBIN,
    /** Whoever carries the fewest calls. */
    LEAST_CALLS,
    /** The same caller always by the same trunk, as long as that is up. */
    HASH
  }

  /** What happens when a trunk sends media before it answers. */
  public enum EarlyMedia {
    /** The caller hears it, and no other trunk is tried any more. */
    PASS,
    /** The caller hears ringing until the answer; others may still be tried. */
    HOLD
  }

  /** One trunk of a group. */
  public record Member(String trunk, int priority, int weight) {}

  /**
   * When the next trunk is tried.
   *
   * @param codes of final responses; 5 stands for all of 500 to 599
   * @param timeout when the trunk says nothing for so long as {@code tryTimeout}
   * @param transport when the request cannot be sent, or its connection breaks
   */
  public record FailoverConfig(
      Set<Integer> codes, boolean timeout, boolean transport, Duration tryTimeout) {
    public FailoverConfig {
      codes = Set.copyOf(codes);
    }
  }

  public TrunkGroupConfig {
    members = List.copyOf(members);
    if (members.isEmpty()) {
      throw new ConfigException("trunkGroups[].members", "is empty, expected at least one trunk");
    }
    if (maxTries < 1 || maxTries > 20) {
      throw new ConfigException("trunkGroups[].maxTries", "must be from 1 to 20, was " + maxTries);
    }
    Durations.requireBetween(
        "trunkGroups[].tryTimeout",
        failover.tryTimeout(),
        Duration.ofMillis(100),
        Duration.ofSeconds(32));
  }
}
