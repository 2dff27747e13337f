package dev.tandem.gateway.routing;

import dev.tandem.gateway.config.ConfigLoader;
import dev.tandem.gateway.config.TandemConfig;
import dev.tandem.gateway.config.trunk.TrunkConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A router by a configuration as an operator writes it, and a world that a test arranges. */
final class RoutingWorld implements TrunkStatus, Room, Turns {
  static final Instant FRIDAY_NOON = Instant.parse("2026-11-20T12:00:00Z");

  final Set<String> down = new HashSet<>();
  final Set<String> full = new HashSet<>();
  final Map<String, Integer> calls = new HashMap<>();
  final Map<String, Long> turns = new HashMap<>();
  final TandemConfig config;
  final Router router;
  private final Domain domain;

  RoutingWorld(String yaml) {
    this(yaml, true);
  }

  RoutingWorld(String yaml, boolean everybodyIsOnline) {
    try {
      config = new ConfigLoader().parse("test.yaml", yaml, Path.of(""));
    } catch (Exception e) {
      throw new AssertionError(e.getMessage(), e);
    }
    domain = new Domain(config.domain(), config.domainAliases());
    router =
        new Router(
            domain,
            config.users(),
            config.trunks(),
            config.routing(),
            new Surroundings(aor -> List.of(), this, this, this, everybodyIsOnline));
  }

  /** A user of ours calls. */
  RouteRequest call(String from, String to) {
    return question(from, to, null, Map.of());
  }

  RouteRequest callBy(String trunk, String from, String to) {
    return question(from, to, trunk, Map.of());
  }

  RouteRequest question(String from, String to, String trunk, Map<String, List<String>> headers) {
    return new RouteQuestion(from, to, trunk, null, List.of(), headers, FRIDAY_NOON)
        .request(
            domain,
            config.users(),
            config.trunks().stream().map(TrunkConfig::name).collect(Collectors.toSet()));
  }

  /** Where it goes, in words: {@code a 0301 b 0301}, {@code user bob} or {@code 404 not_found}. */
  String routed(RouteRequest request) {
    return told(router.route(request));
  }

  static String told(RouteDecision decision) {
    if (decision instanceof RouteDecision.Refused refused) {
      return refused.status() + " " + refused.cause().word();
    }
    if (decision instanceof RouteDecision.ToUser toUser) {
      return "user " + toUser.aor().user();
    }
    return ((RouteDecision.ToTrunks) decision)
        .attempts().stream()
            .map(attempt -> attempt.trunk().name() + " " + attempt.number())
            .collect(Collectors.joining(" "));
  }

  @Override
  public boolean isUp(String trunk) {
    return !down.contains(trunk);
  }

  @Override
  public int calls(String trunk) {
    return calls.getOrDefault(trunk, 0);
  }

  @Override
  public boolean hasTrunk(String trunk) {
    return !full.contains(trunk);
  }

  @Override
  public boolean takesFrom(String trunk) {
    return !full.contains("from " + trunk);
  }

  @Override
  public boolean hasUser(String user) {
    return !full.contains(user);
  }

  @Override
  public long take(String group) {
    return turns.merge(group, 1L, Long::sum) - 1;
  }

  @Override
  public long peek(String group) {
    return turns.getOrDefault(group, 0L);
  }
}
