package dev.tandem.gateway.sip.identity;

import dev.tandem.gateway.routing.CallerId;
import dev.tandem.gateway.routing.RequestHeaders;
import dev.tandem.gateway.routing.RouteQuestion;
import dev.tandem.gateway.routing.Source;
import dev.tandem.gateway.sip.header.Addresses;
import dev.tandem.gateway.sip.identity.Origins.Origin;
import dev.tandem.gateway.trunk.Trunk;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.stack.RawHeaders;
import dev.tandem.sip.ua.ServerExchange;
import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.sip.address.Address;
import org.jspecify.annotations.Nullable;

/** Reads from requests what routing asks of their sender. */
public final class Sources {
  private static final String ASSERTED = "P-Asserted-Identity";
  private static final String PRIVACY = "Privacy";

  private Sources() {}

  /**
   * The sender of a request.
   *
   * @param from as whom it calls
   */
  static Source of(ServerExchange exchange, Origin origin, Address from) {
    SIPRequest request = exchange.request();
    Trunk trunk = origin.trunk();
    Aor user = origin.user();
    return new Source(
        user == null ? null : user.user(),
        trunk == null ? null : trunk.name(),
        exchange.flow().remote().getAddress().getHostAddress(),
        callerId(from),
        trunk != null && request.hasHeader(ASSERTED) ? asserted(exchange.raw()) : null,
        privacy(exchange),
        origin.rights(),
        origin.proved());
  }

  /** The words of its Privacy header (RFC 3323 §4.2), in lower case. */
  public static Set<String> privacy(ServerExchange exchange) {
    return exchange.request().hasHeader(PRIVACY)
        ? RouteQuestion.privacy(RawHeaders.values(exchange.raw(), PRIVACY, '\0'))
        : Set.of();
  }

  /**
   * Somebody in a call, who asks for another.
   *
   * @param from as whom that one is called
   * @param privacy what that one may not hear of {@code from}
   */
  public static Source of(Party party, Address from, Set<String> privacy) {
    Trunk trunk = party.trunk();
    Aor user = party.user();
    return new Source(
        user == null ? null : user.user(),
        trunk == null ? null : trunk.name(),
        null,
        callerId(from),
        null,
        privacy,
        party.rights());
  }

  /** The first that names somebody: there may be a SIP URI and a tel URI (RFC 3325 §9.1). */
  private static @Nullable CallerId asserted(byte[] request) {
    for (String value : RawHeaders.values(request, ASSERTED, '\0')) {
      CallerId named = read(value);
      if (!named.user().isEmpty()) {
        return named;
      }
    }
    return null;
  }

  /** A value that cannot be read names nobody. */
  private static CallerId read(String value) {
    try {
      return callerId(Addresses.address(value));
    } catch (IllegalArgumentException e) {
      return CallerId.UNKNOWN;
    }
  }

  static CallerId callerId(Address address) {
    return Addresses.callerId(address);
  }

  /** The headers of a request as they came. */
  static RequestHeaders headers(ServerExchange exchange) {
    return new RequestHeaders() {
      @Override
      public List<String> values(String name) {
        return RawHeaders.values(exchange.raw(), name, '\0');
      }

      @Override
      public Collection<String> names() {
        Set<String> names = new LinkedHashSet<>();
        for (Iterator<SIPHeader> i = exchange.request().getHeaders(); i.hasNext(); ) {
          names.add(i.next().getName());
        }
        return new ArrayList<>(names);
      }
    };
  }
}
