package dev.tandem.gateway.sip.target;

import dev.tandem.gateway.config.TrunkConfig;
import dev.tandem.gateway.registrar.Binding;
import dev.tandem.gateway.routing.RouteDecision;
import dev.tandem.gateway.sip.header.Addresses;
import dev.tandem.gateway.sip.header.RouteSet;
import dev.tandem.gateway.sip.identity.Party;
import dev.tandem.gateway.sip.identity.Trunks;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.Transport;
import dev.tandem.sip.ua.UserAgent;
import gov.nist.javax.sip.message.SIPRequest;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import javax.sip.address.Address;
import javax.sip.address.URI;
import org.jspecify.annotations.Nullable;

/** Finds the targets of a request from a routing decision. */
public final class Targets {
  private final UserAgent agent;
  private final Ways ways;
  private final Trunks trunks;

  public Targets(UserAgent agent, Ways ways, Trunks trunks) {
    this.agent = agent;
    this.ways = ways;
    this.trunks = trunks;
  }

  /** One for each device, its Request-URI the Contact as it was registered. */
  public List<Target> toUser(RouteDecision.ToUser decision, SIPRequest request, Address from) {
    return toUser(decision, request.getTo().getAddress(), from, hopsLeft(request));
  }

  /**
   * The same for a request that is not at hand any more.
   *
   * @param maxForwards of the request to send
   */
  public List<Target> toUser(
      RouteDecision.ToUser decision, Address to, Address from, int maxForwards) {
    Party callee = Party.user(address(decision), decision.aor());
    List<Target> targets = new ArrayList<>(decision.bindings().size());
    for (Binding binding : decision.bindings()) {
      URI contact = Addresses.uri(binding.requestUri());
      targets.add(
          new Target(
              contact,
              from,
              to,
              callee,
              maxForwards,
              () -> flow(binding, contact),
              Device.registered(decision.aor(), binding.contact())));
    }
    return targets;
  }

  public List<Target> toTrunk(RouteDecision.ToTrunk decision, SIPRequest request, Address from) {
    return toTrunk(decision, from, hopsLeft(request));
  }

  public List<Target> toTrunk(RouteDecision.ToTrunk decision, Address from, int maxForwards) {
    Address to = address(decision);
    Party callee = Party.behind(decision.trunk(), to);
    return List.of(
        new Target(to.getURI(), from, to, callee, maxForwards, () -> flow(decision.trunk()), null));
  }

  private static int hopsLeft(SIPRequest request) {
    return request.getMaxForwards().getMaxForwards() - 1;
  }

  /** A user's address of record. */
  public static Address address(RouteDecision.ToUser decision) {
    return Addresses.named(null, Addresses.uri(decision.aor().uri()));
  }

  /** A number as the trunk knows it. */
  public static Address address(RouteDecision.ToTrunk decision) {
    TrunkConfig trunk = decision.trunk();
    return Addresses.named(
        null,
        Addresses.uri(
            "sip:"
                + decision.number()
                + "@"
                + trunk.host()
                + ":"
                + trunk.port()
                + (trunk.transport() == Transport.UDP
                    ? ""
                    : ";transport=" + trunk.transport().uriParameter())));
  }

  private @Nullable Flow flow(Binding binding, URI contact) {
    Flow flow = agent.stack().flow(binding.flow());
    if (flow != null) {
      return flow;
    }
    RouteSet path = RouteSet.of(binding.path());
    InetSocketAddress address =
        binding.path().isEmpty() ? Addresses.socket(contact) : path.address();
    return address == null ? null : ways.to(Transport.UDP, address);
  }

  private @Nullable Flow flow(TrunkConfig trunk) {
    InetSocketAddress address = trunks.address(trunk);
    return address == null ? null : ways.to(trunk.transport(), address, trunk.host());
  }
}
