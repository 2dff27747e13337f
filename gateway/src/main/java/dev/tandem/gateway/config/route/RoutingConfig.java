package dev.tandem.gateway.config.route;

import dev.tandem.gateway.config.file.Spelling;
import dev.tandem.gateway.config.user.Users;
import dev.tandem.gateway.config.value.ConfigException.Fault;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where requests go, and who may send them there.
 *
 * @param routes in the order in which they are tried
 */
public record RoutingConfig(
    List<RouteConfig> routes,
    List<TrunkGroupConfig> trunkGroups,
    List<UserGroupConfig> userGroups,
    EmergencyConfig emergency) {
  public static final RoutingConfig NONE =
      new RoutingConfig(List.of(), List.of(), List.of(), new EmergencyConfig(List.of(), false));

  public RoutingConfig {
    routes = List.copyOf(routes);
    trunkGroups = List.copyOf(trunkGroups);
    userGroups = List.copyOf(userGroups);
  }

  /** With rules and nothing else. */
  public RoutingConfig(List<RouteConfig> routes) {
    this(routes, List.of(), List.of(), NONE.emergency());
  }

  /** Whether a fault of this key may come from a trunk that could not be read. */
  public static boolean namesTrunks(String key) {
    return key.startsWith("routes") || key.startsWith("trunkGroups");
  }

  /** Names that name nothing, or more than one thing. */
  public void check(Set<String> trunks, Users users, boolean anyUser, List<Fault> faults) {
    Set<String> lines = new HashSet<>(trunks);
    for (int i = 0; i < trunkGroups.size(); i++) {
      TrunkGroupConfig group = trunkGroups.get(i);
      if (!lines.add(group.name())) {
        faults.add(taken("trunkGroups[%d].name".formatted(i), group.name()));
      }
      for (int m = 0; m < group.members().size(); m++) {
        require(
            "trunkGroups[%d].members[%d].trunk".formatted(i, m),
            group.members().get(m).trunk(),
            trunks,
            "trunk",
            faults);
      }
    }
    Set<String> groups = new HashSet<>();
    for (int i = 0; i < userGroups.size(); i++) {
      if (!groups.add(userGroups.get(i).name())) {
        faults.add(taken("userGroups[%d].name".formatted(i), userGroups.get(i).name()));
      }
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < routes.size(); i++) {
      RouteConfig route = routes.get(i);
      String key = "routes[%d]".formatted(i);
      if (!names.add(route.name())) {
        faults.add(taken(key + ".name", route.name()));
      }
      if (route.action() instanceof RouteAction.ToTrunk toTrunk) {
        require(key + ".trunk", toTrunk.name(), lines, "trunk", faults);
      } else if (route.action() instanceof RouteAction.ToUser toUser
          && !toUser.isTemplate()
          && !anyUser
          && users.find(toUser.user()).isEmpty()) {
        faults.add(
            new Fault(key + ".user", "was \"" + toUser.user() + "\", who is no user of ours"));
      }
      for (String trunk : route.match().from().trunks()) {
        require(key + ".from.trunks", trunk, trunks, "trunk", faults);
      }
      for (String group : route.match().from().groups()) {
        require(key + ".from.groups", group, groups, "user group", faults);
      }
    }
  }

  private static Fault taken(String key, String name) {
    return new Fault(key, "was \"" + name + "\", which is taken");
  }

  private static void require(
      String key, String name, Set<String> known, String kind, List<Fault> faults) {
    if (!known.contains(name)) {
      faults.add(
          new Fault(
              key,
              "was \""
                  + name
                  + "\", which is no "
                  + kind
                  + (known.isEmpty()
                      ? "; there are no " + kind + "s"
                      : Spelling.suggest(name, known))));
    }
  }
}
