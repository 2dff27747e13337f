package dev.tandem.gateway.routing;

import dev.tandem.gateway.config.route.TrunkGroupConfig;
import dev.tandem.gateway.config.trunk.TrunkConfig;
import dev.tandem.gateway.config.value.PeerAddress;
import dev.tandem.gateway.registrar.Binding;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.transport.Transport;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where a request goes. */
public sealed interface RouteDecision {

  /**
   * To all of a user's devices, the preferred ones first.
   *
   * @param verified whether it is certain that the caller is who the user is told it is
   */
  record ToUser(Aor aor, List<Binding> bindings, Outgoing outgoing, boolean verified)
      implements RouteDecision {
    public ToUser {
      bindings = List.copyOf(bindings);
    }

    /** With nothing changed. */
    public ToUser(Aor aor, List<Binding> bindings) {
      this(aor, bindings, Outgoing.UNCHANGED, false);
    }

    /** The same for some of the devices only. */
    public ToUser with(List<Binding> some) {
      return new ToUser(aor, some, outgoing, verified);
    }
  }

  /**
   * To one trunk after the other, until one takes it.
   *
   * @param attempts at least one
   * @param group that says when the next is tried; null for a single trunk
   */
  record ToTrunks(List<ToTrunk> attempts, @Nullable TrunkGroupConfig group)
      implements RouteDecision {
    public ToTrunks {
      attempts = List.copyOf(attempts);
      if (attempts.isEmpty()) {
        throw new IllegalArgumentException("to no trunk");
      }
    }

    public ToTrunk first() {
      return attempts.get(0);
    }

    /** For logs: {@code trunk pbx} or {@code trunks a, b}. */
    public String told() {
      return (attempts.size() == 1 ? "trunk " : "trunks ")
          + String.join(", ", attempts.stream().map(it -> it.trunk().name()).toList());
    }
  }

  /**
   * One attempt: to a trunk, as this number.
   *
   * @param limited whether the trunk's limits hold for it
   */
  record ToTrunk(TrunkConfig trunk, String number, Outgoing outgoing, boolean limited) {

    /** With nothing changed. */
    public ToTrunk(TrunkConfig trunk, String number) {
      this(trunk, number, Outgoing.UNCHANGED, true);
    }

    /**
     * The Request-URI, escaped where it must be. A domain stands alone; an address with what there
     * is to know of it.
     */
    public String uri() {
      String user = Aor.of(number, "host").uri();
      return user.substring(0, user.lastIndexOf('@') + 1) + host();
    }

    private String host() {
      PeerAddress address = trunk.address();
      Transport transport = address.transport();
      return trunk.peer().domain() != null
          ? trunk.domain()
          : address
              + (transport == null || transport == Transport.UDP
                  ? ""
                  : ";transport=" + transport.uriParameter());
    }
  }

  /** Nowhere. */
  record Refused(int status, String reason, Refusal cause) implements RouteDecision {}

  /** Why a request goes nowhere: a small fixed set for counters, logs and clients. */
  enum Refusal {
    /** The Request-URI names somebody else's domain. */
    FOREIGN_DOMAIN,
    /** There is no such user, and no route takes the number. */
    NOT_FOUND,
    /** The user is known but has no device online. */
    OFFLINE,
    /** The sender may not call this one. */
    NOT_ALLOWED,
    /** A trunk may not call out through us. */
    TRUNK_TO_TRUNK,
    /** A route refuses it. */
    RULE,
    /** The sender has as many calls, or calls as often, as is allowed. */
    LIMIT_USER,
    /** Every trunk that could take it carries as many calls as is allowed. */
    LIMIT_TRUNK,
    /** Every trunk that could take it is down. */
    NO_TRUNK_UP,
    /** The caller insists on privacy of a kind that we cannot give (RFC 3323 §5). */
    PRIVACY;

    /** As metrics, logs and headers say it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
