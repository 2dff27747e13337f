package dev.tandem.gateway.config;

import dev.tandem.gateway.config.route.RoutingConfig;
import dev.tandem.gateway.config.trunk.TrunkConfig;
import dev.tandem.gateway.config.user.Users;
import dev.tandem.gateway.config.value.ConfigException;
import dev.tandem.gateway.config.value.ConfigException.Fault;
import dev.tandem.gateway.sdp.PeerMedia.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Everything that an operator may set.
 *
 * @param domain the host of our addresses of record, in lower case
 * @param domainAliases other hosts that mean the same, in lower case
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
    RoutingConfig routing,
    MediaConfig media,
    IceConfig ice,
    JsonConfig json,
    DemoConfig demo,
    AdminConfig admin,
    LimitsConfig limits,
    LogConfig log) {

  public TandemConfig {
    domainAliases = Set.copyOf(domainAliases);
    trunks = List.copyOf(trunks);
    List<Fault> faults = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < trunks.size(); i++) {
      String name = trunks.get(i).name();
      if (!names.add(name)) {
        faults.add(
            new Fault("trunks[%d].name".formatted(i), "was \"" + name + "\", which is taken"));
      }
      Kind kind = trunks.get(i).peer().media().kind();
      if ((kind == Kind.RTP || kind == Kind.SRTP) && !media.hasRelay()) {
        faults.add(
            new Fault(
                "trunks[%d].media".formatted(i),
                "is "
                    + kind.name().toLowerCase(Locale.ROOT)
                    + ", which needs"
                    + " media.rtpengine.engines"));
      }
    }
    routing.check(names, users, auth.tokens().anyUser(), faults);
    Forwards.check(registrar.forward(), names, auth, users, faults);
    if (!faults.isEmpty()) {
      throw new ConfigException(faults);
    }
  }
}
