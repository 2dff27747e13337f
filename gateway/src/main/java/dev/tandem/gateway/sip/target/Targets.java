package dev.tandem.gateway.sip.target;

import dev.tandem.gateway.registrar.Binding;
import dev.tandem.gateway.routing.DialRights;
import dev.tandem.gateway.routing.RouteDecision;
import dev.tandem.gateway.sip.header.Addresses;
import dev.tandem.gateway.sip.header.OutgoingHeaders;
import dev.tandem.gateway.sip.header.RouteSet;
import dev.tandem.gateway.sip.identity.Party;
import dev.tandem.gateway.trunk.Trunk;
import dev.tandem.gateway.trunk.Trunks;
import dev.tandem.sip.dns.SipTarget;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.ua.HopRules;
import dev.tandem.sip.ua.Hops;
import dev.tandem.sip.ua.PeerCredentials;
import dev.tandem.sip.ua.SipTargets;
import dev.tandem.sip.ua.UserAgent;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.ArrayList;
import java.util.List;
import javax.sip.address.Address;
import javax.sip.address.URI;
import org.jspecify.annotations.Nullable;

/** Finds the targets of a request from a routing decision. */
public final class Targets {
  private final UserAgent agent;
  private final Trunks trunks;
  private final TrunkHops hops;

  public Targets(UserAgent agent, Trunks trunks, TrunkHops hops) {
    this.agent = agent;
    this.trunks = trunks;
    this.hops = hops;
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
    Address callee = address(decision);
    Address shown = OutgoingHeaders.from(decision.outgoing(), from);
    List<Target> targets = new ArrayList<>(decision.bindings().size());
    for (Binding binding : decision.bindings()) {
      URI contact = Addresses.uri(binding.requestUri());
      targets.add(
          new Target(
              contact,
              shown,
              to,
              new Party(callee, decision.aor(), null, new DialRights(binding.mayDial())),
              maxForwards,
              () -> hops(binding, contact),
              Device.registered(decision.aor(), binding.contact()),
              RouteSet.of(binding.path())));
    }
    return targets;
  }

  public List<Target> toTrunk(RouteDecision.ToTrunk decision, SIPRequest request, Address from) {
    return toTrunk(decision, from, hopsLeft(request));
  }

  public List<Target> toTrunk(RouteDecision.ToTrunk decision, Address from, int maxForwards) {
    Address to = address(decision);
    Trunk trunk = trunks.get(decision.trunk());
    Party callee = Party.behind(trunk, to);
    return List.of(
        new Target(
            to.getURI(),
            OutgoingHeaders.from(decision.outgoing(), from),
            to,
            callee,
            maxForwards,
            () -> hops.to(trunk.config()),
            null,
            RouteSet.NONE,
            trunk.credentials()));
  }

  /**
   * To a trunk that keeps the sender, with a Request-URI and addresses of the caller's choice.
   *
   * @param maxForwards of the request to send
   * @param credentials the sender's, to answer challenges with; null for none: the trunk's are for
   *     who calls through it
   */
  public Target upstream(
      Trunk trunk,
      URI requestUri,
      Address from,
      Address to,
      int maxForwards,
      @Nullable PeerCredentials credentials) {
    return new Target(
        requestUri,
        from,
        to,
        Party.behind(trunk, to),
        maxForwards,
        () -> hops.to(trunk.config()),
        null,
        RouteSet.NONE,
        credentials);
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
    return Addresses.named(null, Addresses.uri(decision.uri()));
  }

  private Hops hops(Binding binding, URI contact) {
    Flow flow = agent.stack().flow(binding.flow());
    if (flow != null) {
      return Hops.only(flow);
    }
    URI next = binding.path().isEmpty() ? contact : RouteSet.of(binding.path()).first();
    SipTarget target = next == null ? null : SipTargets.of(next);
    return target == null ? Hops.only(null) : hops.all().to(target, HopRules.client());
  }
}
