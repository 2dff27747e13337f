package dev.tandem.gateway.routing;

import dev.tandem.gateway.config.RouteConfig;
import dev.tandem.gateway.config.TrunkConfig;
import dev.tandem.gateway.config.Users;
import dev.tandem.gateway.registrar.Binding;
import dev.tandem.gateway.routing.RouteDecision.Refusal;
import dev.tandem.gateway.routing.RouteDecision.Refused;
import dev.tandem.gateway.routing.RouteDecision.ToTrunk;
import dev.tandem.gateway.routing.RouteDecision.ToUser;
import dev.tandem.sip.message.Aor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * The one place that decides where a request goes. A user of ours goes before a route, so that a
 * number that is somebody's extension rings there. Immutable but for the bindings it looks up;
 * thread-safe.
 */
public final class Router {
  private final Domain domain;
  private final Users users;
  private final Function<Aor, List<Binding>> bindings;
  private final List<RouteConfig> routes;
  private final Map<String, TrunkConfig> trunks = new HashMap<>();

  /**
   * Makes a router.
   *
   * @param bindings the live bindings of an AOR, the preferred ones first; must not block
   */
  public Router(
      Domain domain,
      Users users,
      Function<Aor, List<Binding>> bindings,
      List<TrunkConfig> trunks,
      List<RouteConfig> routes) {
    this.domain = domain;
    this.users = users;
    this.bindings = bindings;
    this.routes = List.copyOf(routes);
    trunks.forEach(trunk -> this.trunks.put(trunk.name(), trunk));
  }

  /** A device that registered on several flows rings once, on the latest (RFC 5626 §5.1, §6). */
  private static List<Binding> oneFlowEach(List<Binding> bindings) {
    List<Binding> latest = new ArrayList<>(bindings.size());
    for (Binding binding : bindings) {
      int same = -1;
      for (int i = 0; i < latest.size() && same < 0; i++) {
        same = latest.get(i).contact().isOfSameInstanceAs(binding.contact()) ? i : -1;
      }
      if (same < 0) {
        latest.add(binding);
      } else if (binding.change() > latest.get(same).change()) {
        latest.set(same, binding);
      }
    }
    return latest;
  }

  public RouteDecision route(RouteRequest request) {
    if (!request.host().isEmpty() && !domain.isOurs(request.host())) {
      return new Refused(404, "Unknown Domain", Refusal.FOREIGN_DOMAIN);
    }
    if (request.user().isEmpty()) {
      return new Refused(404, "Not Found", Refusal.NOT_FOUND);
    }
    if (!request.rights().allow(request.user())) {
      return new Refused(403, "Not Allowed To Call This", Refusal.NOT_ALLOWED);
    }
    Aor aor = domain.aor(request.user());
    List<Binding> all = bindings.apply(aor);
    List<Binding> devices = oneFlowEach(all);
    String instance = request.instance();
    if (instance != null) {
      devices = devices.stream().filter(it -> it.contact().isOf(instance)).toList();
    }
    if (!devices.isEmpty()) {
      return new ToUser(aor, devices);
    }
    if (users.find(request.user()).isPresent() || !all.isEmpty()) {
      return new Refused(480, "User Offline", Refusal.OFFLINE);
    }
    for (RouteConfig route : routes) {
      if (route.number().matches(request.user())) {
        return request.fromTrunk()
            ? new Refused(403, "Trunk May Not Call Out", Refusal.TRUNK_TO_TRUNK)
            : new ToTrunk(Objects.requireNonNull(trunks.get(route.trunk())), request.user());
      }
    }
    return new Refused(404, "Not Found", Refusal.NOT_FOUND);
  }
}
