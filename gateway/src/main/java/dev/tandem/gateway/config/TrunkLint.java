package dev.tandem.gateway.config;

import dev.tandem.gateway.config.trunk.TrunkConfig;
import dev.tandem.gateway.config.trunk.TrunkPeer;
import dev.tandem.gateway.config.trunk.TrunkRegister;
import dev.tandem.gateway.config.value.AddressRange;
import dev.tandem.sip.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is allowed in the configuration of trunks, but is probably not meant: in words, each with
 * its key.
 */
public final class TrunkLint {
  private final TandemConfig config;
  private final List<String> warnings = new ArrayList<>();

  private TrunkLint(TandemConfig config) {
    this.config = config;
  }

  /** The warnings, in the order of the file. */
  public static List<String> warnings(TandemConfig config) {
    TrunkLint lint = new TrunkLint(config);
    for (int i = 0; i < config.trunks().size(); i++) {
      lint.look("trunks[" + i + "]", config.trunks().get(i));
      for (int j = 0; j < i; j++) {
        lint.compare("trunks[" + i + "]", config.trunks().get(i), config.trunks().get(j));
      }
    }
    return lint.warnings;
  }

  private void warn(String key, String message) {
    warnings.add(key + ": " + message);
  }

  private void look(String key, TrunkConfig trunk) {
    TrunkPeer peer = trunk.peer();
    TrunkRegister register = peer.register();
    Transport transport = trunk.transport();
    if (!isListenedOn(transport)) {
      String name = transport.uriParameter();
      warn(key + ".transport", "is " + name + ", but sip.listen." + name + " is empty");
    }
    for (AddressRange range : peer.sources()) {
      if (range.namesNobody()) {
        warn(
            key + ".sources",
            "has "
                + range
                + ": who sends from there is trusted without a password, and so wide a"
                + " network holds strangers too (limits hold for it all the same)");
      }
    }
    if (register != null && peer.auth() == null) {
      warn(key + ".register", "goes without auth; few registrars let anybody in");
    }
    if (peer.auth() != null && peer.auth().realm() == null && !transport.isSecure()) {
      warn(
          key + ".auth.realm",
          "is not given: the first realm that asks is believed to be the trunk's");
    }
    if (peer.tls() != null && trunk.address().transport() != Transport.TLS) {
      warn(key + ".tls", "has no effect unless transport is tls");
    }
    if (trunk.address().transport() == Transport.TLS && trunk.address().port() == 5060) {
      warn(key + ".address", "has port 5060, where TLS is hardly spoken; expected 5061");
    }
    if (isOurs(trunk.domain())) {
      warn(key + ".domain", "is a domain of ours: calls to it would come back");
    }
    if (register != null && register.required() && peer.health().interval() == null) {
      warn(
          key + ".health.interval",
          "is none: only the registration tells whether the trunk is there");
    }
  }

  private boolean isListenedOn(Transport transport) {
    return switch (transport) {
      case UDP -> !config.sip().udp().isEmpty();
      case TCP -> !config.sip().tcp().isEmpty();
      default -> !config.sip().tls().isEmpty();
    };
  }

  private boolean isOurs(String host) {
    return host.equals(config.domain()) || config.domainAliases().contains(host);
  }

  private void compare(String key, TrunkConfig trunk, TrunkConfig earlier) {
    if (!mayShareSources(trunk, earlier)) {
      return;
    }
    String user = trunk.peer().registeredUser();
    if (user != null && user.equals(earlier.peer().registeredUser())) {
      warn(
          key + ".contactUser",
          "is \""
              + user
              + "\" for \""
              + earlier.name()
              + "\" too, which calls from the same"
              + " addresses: they cannot be told apart");
    } else if (user == null
        && earlier.peer().registeredUser() == null
        && trunk.address().equals(earlier.address())
        && trunk.domain().equals(earlier.domain())) {
      warn(
          key + ".sources",
          "overlap with those of \""
              + earlier.name()
              + "\", and nothing else tells the two"
              + " apart: calls from there count as \""
              + earlier.name()
              + "\"");
    }
  }

  private static boolean mayShareSources(TrunkConfig one, TrunkConfig other) {
    for (AddressRange mine : sources(one)) {
      for (AddressRange theirs : sources(other)) {
        // The longer prefix wins, so only equal ones are in doubt.
        if (mine.prefixLength() == theirs.prefixLength() && mine.contains(theirs.address())) {
          return true;
        }
      }
    }
    return one.peer().sources().isEmpty()
        && other.peer().sources().isEmpty()
        && one.nextHop().host().equals(other.nextHop().host());
  }

  private static List<AddressRange> sources(TrunkConfig trunk) {
    if (!trunk.peer().sources().isEmpty()) {
      return trunk.peer().sources();
    }
    AddressRange literal = literal(trunk.nextHop().host());
    return literal == null ? List.of() : List.of(literal);
  }

  private static @Nullable AddressRange literal(String host) {
    String plain = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    try {
      return AddressRange.parse(plain);
    } catch (IllegalArgumentException aName) {
      return null;
    }
  }
}
