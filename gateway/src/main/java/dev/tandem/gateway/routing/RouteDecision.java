package dev.tandem.gateway.routing;

import dev.tandem.gateway.config.TrunkConfig;
import dev.tandem.gateway.registrar.Binding;
import dev.tandem.sip.message.Aor;
import java.util.List;

/** Where a request goes. */
public sealed interface RouteDecision {

  /** To all of a user's devices, the preferred ones first. */
  record ToUser(Aor aor, List<Binding> bindings) implements RouteDecision {
    public ToUser {
      bindings = List.copyOf(bindings);
    }
  }

  /** To a trunk, as this number. */
  record ToTrunk(TrunkConfig trunk, String number) implements RouteDecision {}

  /** Nowhere. */
  record Refused(int status, String reason, Refusal cause) implements RouteDecision {}

  /** Why a request goes nowhere: a small fixed set for counters and logs. */
  enum Refusal {
    /** The Request-URI names somebody else's domain. */
    FOREIGN_DOMAIN,
    /** There is no such user, and no route takes the number. */
    NOT_FOUND,
    /** The user is known but has no device online. */
    OFFLINE,
    /** The sender's token does not allow this one. */
    NOT_ALLOWED,
    /** A trunk may not call out through us. */
    TRUNK_TO_TRUNK
  }
}
