package dev.tandem.gateway.limit;

import dev.tandem.gateway.config.route.LimitConfig;
import dev.tandem.gateway.config.route.RoutingConfig;
import dev.tandem.gateway.config.route.UserGroupConfig;
import dev.tandem.gateway.config.trunk.TrunkConfig;
import dev.tandem.gateway.routing.Room;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts calls, and grants no more than is allowed. {@link Room} only looks; whoever makes a call
 * takes a {@link Permit}, so that two calls never share the last place. Thread-safe. Users who do
 * nothing are forgotten.
 */
public final class Limits implements Room {
  /** So many users are remembered before idle ones are looked for. */
  private static final int MANY = 10_000;

  private final Map<String, LimitConfig> trunkLimits = new HashMap<>();
  private final Map<String, Load> trunks = new HashMap<>();
  private final List<UserGroupConfig> groups;
  private final ConcurrentHashMap<String, Load> users = new ConcurrentHashMap<>();
  private final Supplier<Instant> now;

  public Limits(List<TrunkConfig> trunks, RoutingConfig routing, Supplier<Instant> now) {
    for (TrunkConfig trunk : trunks) {
      trunkLimits.put(trunk.name(), trunk.policy().limits());
      this.trunks.put(trunk.name(), new Load());
    }
    this.groups = routing.userGroups().stream().filter(group -> !group.limits().isNone()).toList();
    this.now = now;
  }

  /**
   * For a call to a trunk.
   *
   * @param limited false for one that is never refused
   * @return null when there is no room
   */
  public @Nullable Permit toTrunk(String name, boolean limited) {
    return trunk(name, limited ? limits(name) : LimitConfig.NONE);
  }

  /** For a call from a trunk: only how many there are at once is ours to say. */
  public @Nullable Permit fromTrunk(String name, boolean limited) {
    return trunk(name, limited ? atOnce(name) : LimitConfig.NONE);
  }

  private @Nullable Permit trunk(String name, LimitConfig limits) {
    Load load = trunks.get(name);
    if (load == null) {
      return Permit.NONE;
    }
    return load.take(limits, now.get()) ? new Permit(load::giveBack) : null;
  }

  /** For a call that a user makes; null when there is no room. */
  public @Nullable Permit ofUser(String user, boolean limited) {
    LimitConfig limits = groups.isEmpty() ? LimitConfig.NONE : limitsOf(user);
    if (limits.isNone()) {
      return Permit.NONE;
    }
    Instant at = now.get();
    if (users.size() >= MANY) {
      users.keySet().forEach(name -> forgetIfIdle(name, at));
    }
    boolean[] taken = {false};
    users.compute(
        user,
        (name, known) -> {
          Load load = known == null ? new Load() : known;
          taken[0] = load.take(limited ? limits : LimitConfig.NONE, at);
          return load;
        });
    return taken[0] ? new Permit(() -> giveBack(user)) : null;
  }

  private void giveBack(String user) {
    users.computeIfPresent(
        user,
        (name, load) -> {
          load.giveBack();
          return load.isIdle(now.get()) ? null : load;
        });
  }

  private void forgetIfIdle(String user, Instant at) {
    users.computeIfPresent(user, (name, load) -> load.isIdle(at) ? null : load);
  }

  /** What all the groups of a user leave. */
  private LimitConfig limitsOf(String user) {
    int calls = 0;
    int perSecond = 0;
    for (UserGroupConfig group : groups) {
      if (group.contains(user)) {
        calls = stricter(calls, group.limits().calls());
        perSecond = stricter(perSecond, group.limits().perSecond());
      }
    }
    return new LimitConfig(calls, perSecond);
  }

  private static int stricter(int one, int other) {
    return one == 0 ? other : other == 0 ? one : Math.min(one, other);
  }

  private LimitConfig limits(String trunk) {
    return trunkLimits.getOrDefault(trunk, LimitConfig.NONE);
  }

  private LimitConfig atOnce(String trunk) {
    return new LimitConfig(limits(trunk).calls(), 0);
  }

  /** Calls of a trunk now, both ways. */
  public int calls(String trunk) {
    Load load = trunks.get(trunk);
    return load == null ? 0 : load.calls();
  }

  /** Users of whom something is remembered. */
  public int users() {
    return users.size();
  }

  @Override
  public boolean hasTrunk(String trunk) {
    Load load = trunks.get(trunk);
    return load == null || load.hasRoom(limits(trunk), now.get());
  }

  @Override
  public boolean takesFrom(String trunk) {
    Load load = trunks.get(trunk);
    return load == null || load.hasRoom(atOnce(trunk), now.get());
  }

  @Override
  public boolean hasUser(String user) {
    Load load = groups.isEmpty() ? null : users.get(user);
    return load == null || load.hasRoom(limitsOf(user), now.get());
  }
}
