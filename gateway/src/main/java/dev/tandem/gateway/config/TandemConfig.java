package dev.tandem.gateway.config;

import dev.tandem.gateway.config.ConfigException.Fault;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Everything that an operator may set.
 *
 * @param domain the host of our addresses of record, in lower case
 * @param domainAliases other hosts that mean the same, in lower case
 * @param routes in the order in which they are tried
 */
public record TandemConfig(
    String domain,
    Set<String> domainAliases,
    HttpConfig http,
    WebSocketConfig websocket,
    SipConfig sip,
    RegistrarConfig registrar,
    AuthConfig auth,
    Users users,
    CallsConfig calls,
    MessagesConfig messages,
    EventsConfig events,
    List<TrunkConfig> trunks,
    List<RouteConfig> routes,
    IceConfig ice,
    DemoConfig demo,
    AdminConfig admin,
    LogConfig log) {

  public TandemConfig {
    domainAliases = Set.copyOf(domainAliases);
    trunks = List.copyOf(trunks);
    routes = List.copyOf(routes);
    List<Fault> faults = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < trunks.size(); i++) {
      String name = trunks.get(i).name();
      if (!names.add(name)) {
        faults.add(
            new Fault("trunks[%d].name".formatted(i), "was \"" + name + "\", which is taken"));
      }
    }
    for (int i = 0; i < routes.size(); i++) {
      String trunk = routes.get(i).trunk();
      if (!names.contains(trunk)) {
        faults.add(
            new Fault(
                "routes[%d].trunk".formatted(i),
                "was \""
                    + trunk
                    + "\", which is no trunk"
                    + (names.isEmpty()
                        ? "; there are no trunks"
                        : Spelling.suggest(trunk, names))));
      }
    }
    Forwards.check(registrar.forward(), names, auth, users, faults);
    if (!faults.isEmpty()) {
      throw new ConfigException(faults);
    }
  }
}
