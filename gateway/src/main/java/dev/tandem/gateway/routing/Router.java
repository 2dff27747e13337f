package dev.tandem.gateway.routing;

import dev.tandem.gateway.config.route.RouteAction;
import dev.tandem.gateway.config.route.RouteConfig;
import dev.tandem.gateway.config.route.RoutingConfig;
import dev.tandem.gateway.config.route.TrunkGroupConfig;
import dev.tandem.gateway.config.route.UserGroupConfig;
import dev.tandem.gateway.config.trunk.TrunkConfig;
import dev.tandem.gateway.config.user.Users;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one place that decides where a request goes, for calls and for those who ask why. A user of
 * ours goes before a route, so that a number that is somebody's extension rings there, unless the
 * route says otherwise. Immutable but for its {@link Surroundings}; thread-safe.
 */
public final class Router {

  /** A route, ready to be tried. */
  record Rule(RouteConfig config, List<Condition> conditions) {}

  private final Domain domain;
  private final Users users;
  private final RoutingConfig config;
  private final Surroundings surroundings;
  private final List<Rule> beforeUsers;
  private final List<Rule> afterUsers;
  private final Map<String, TrunkConfig> trunks = new HashMap<>();
  private final Map<String, TrunkGroupConfig> groups = new HashMap<>();

  /** Makes a router; the configuration has been checked. */
  public Router(
      Domain domain,
      Users users,
      List<TrunkConfig> trunks,
      RoutingConfig config,
      Surroundings surroundings) {
    this.domain = domain;
    this.users = users;
    this.config = config;
    this.surroundings = surroundings;
    trunks.forEach(trunk -> this.trunks.put(trunk.name(), trunk));
    config.trunkGroups().forEach(group -> groups.put(group.name(), group));
    List<Rule> rules =
        config.routes().stream()
            .map(route -> new Rule(route, Condition.of(route, config.userGroups())))
            .toList();
    beforeUsers = rules.stream().filter(rule -> rule.config().beforeUsers()).toList();
    afterUsers = rules.stream().filter(rule -> !rule.config().beforeUsers()).toList();
  }

  public RouteDecision route(RouteRequest request) {
    return new Passage(this, request, Trace.off()).decide();
  }

  /** What {@link #route} would answer now, and how it comes to that. Nobody's turn is taken. */
  public Explanation explain(RouteRequest request) {
    Trace trace = Trace.on();
    RouteDecision decision = new Passage(this, request, trace).decide();
    return new Explanation(request, trace.steps(), decision, Changes.legs(request, decision));
  }

  Domain domain() {
    return domain;
  }

  Users users() {
    return users;
  }

  Surroundings surroundings() {
    return surroundings;
  }

  List<Rule> beforeUsers() {
    return beforeUsers;
  }

  List<Rule> afterUsers() {
    return afterUsers;
  }

  List<UserGroupConfig> userGroups() {
    return config.userGroups();
  }

  /** Whether no limits hold for this number, as it is dialled. */
  public boolean isEmergency(String number) {
    return config.emergency().contains(number);
  }

  boolean everybodyMayCallForHelp() {
    return config.emergency().bypassRights();
  }

  TrunkConfig trunk(String name) {
    return Objects.requireNonNull(trunks.get(name), name);
  }

  /** Null when the name is a trunk's. */
  @Nullable TrunkGroupConfig group(RouteAction.ToTrunk action) {
    return groups.get(action.name());
  }
}
