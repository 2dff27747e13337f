package dev.tandem.gateway.sip.leg;

import dev.tandem.gateway.bridge.CalleeLeg;
import dev.tandem.gateway.bridge.OtherDevices;
import dev.tandem.gateway.bridge.OtherDevices.Incoming;
import dev.tandem.gateway.call.Failover;
import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.config.route.TrunkGroupConfig;
import dev.tandem.gateway.limit.Limits;
import dev.tandem.gateway.registrar.Binding;
import dev.tandem.gateway.routing.Outgoing;
import dev.tandem.gateway.routing.RouteDecision;
import dev.tandem.gateway.sip.header.Addresses;
import dev.tandem.gateway.sip.header.OutgoingHeaders;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.sip.identity.Refusing;
import dev.tandem.gateway.sip.target.Target;
import dev.tandem.gateway.sip.target.Targets;
import dev.tandem.gateway.trunk.Trunk;
import dev.tandem.sip.ua.MessageEdit;
import dev.tandem.sip.ua.UserAgent;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import javax.sip.address.Address;
import org.jspecify.annotations.Nullable;

/** Makes the branches of a call from a routing decision. */
public final class CalleeLegs {
  private final UserAgent agent;
  private final Targets targets;
  private final Devices devices;
  private final Referring referring;
  private final Limits limits;
  private final OtherDevices others;
  private final Refusing refusing;

  public CalleeLegs(
      UserAgent agent,
      Targets targets,
      Devices devices,
      Referring referring,
      Limits limits,
      Refusing refusing,
      OtherDevices others) {
    this.others = others;
    this.limits = limits;
    this.refusing = refusing;
    this.agent = agent;
    this.targets = targets;
    this.devices = devices;
    this.referring = referring;
  }

  /** A branch to each device. */
  public List<CalleeLeg> toUser(RouteDecision.ToUser decision, SIPRequest request, Address from) {
    List<Target> devices = targets.toUser(decision, request, from);
    return withOthers(
        decision,
        from,
        request.getTo().getAddress().getURI().toString(),
        legs(devices, decision.outgoing(), devices.size() == 1 && isReliable(request)));
  }

  /**
   * The branch of one attempt.
   *
   * @param only whether there is no other attempt
   */
  public List<CalleeLeg> toTrunk(
      RouteDecision.ToTrunk attempt, SIPRequest request, Address from, boolean only) {
    return limited(
        attempt,
        legs(
            targets.toTrunk(attempt, request, from),
            attempt.outgoing(),
            only && isReliable(request)));
  }

  /**
   * A branch to a server that keeps the caller.
   *
   * @param trunk the server
   * @param more what its INVITE says besides
   * @param challenges which challenges of a refusal the caller is to answer
   */
  public CalleeLeg to(
      Trunk trunk,
      Target target,
      SIPRequest request,
      MessageEdit more,
      Function<SIPResponse, List<Header>> challenges) {
    SipCalleeLeg leg =
        new SipCalleeLeg(agent, target, devices, referring, Payloads.features(request).reliable());
    leg.saying(more);
    leg.passing(challenges);
    leg.sendingAs(Outgoing.toPeer(trunk.config().policy().headers()));
    leg.needing(() -> limits.toTrunk(trunk.name(), true));
    leg.sayingWhenFull(refusing.told(RouteDecision.Refusal.LIMIT_TRUNK.word()));
    return leg;
  }

  /** A branch to each device of somebody whom nobody dialled. */
  public List<CalleeLeg> toUser(RouteDecision.ToUser decision, Address from, int maxForwards) {
    return withOthers(
        decision,
        from,
        decision.aor().uri(),
        legs(
            targets.toUser(decision, Targets.address(decision), from, maxForwards),
            decision.outgoing(),
            false));
  }

  /** The same branches, with those to devices that speak no SIP in their places. */
  private List<CalleeLeg> withOthers(
      RouteDecision.ToUser decision, Address from, String to, List<SipCalleeLeg> made) {
    List<CalleeLeg> all = new ArrayList<>(made);
    for (int i = 0; i < all.size(); i++) {
      Binding binding = decision.bindings().get(i);
      if (others.has(binding)) {
        Address shown = OutgoingHeaders.from(decision.outgoing(), from);
        Incoming incoming =
            new Incoming(decision.aor(), Addresses.callerId(shown), decision.verified(), to);
        all.set(i, others.leg(binding, incoming, decision.outgoing().record()));
      }
    }
    return List.copyOf(all);
  }

  public List<CalleeLeg> toTrunk(RouteDecision.ToTrunk decision, Address from, int maxForwards) {
    return limited(
        decision, legs(targets.toTrunk(decision, from, maxForwards), decision.outgoing(), false));
  }

  /** The same to one trunk after the other. */
  public List<List<CalleeLeg>> toTrunks(
      RouteDecision.ToTrunks decision, Address from, int maxForwards) {
    List<List<CalleeLeg>> rounds = new ArrayList<>(decision.attempts().size());
    for (RouteDecision.ToTrunk attempt : decision.attempts()) {
      List<CalleeLeg> made = toTrunk(attempt, from, maxForwards);
      made.forEach(leg -> failOver(leg, decision.group()));
      rounds.add(made);
    }
    return rounds;
  }

  /** The next branch is tried in place of this one as its group says; null for no group. */
  public static void failOver(CalleeLeg leg, @Nullable TrunkGroupConfig group) {
    if (group != null && leg instanceof SipCalleeLeg sip) {
      TrunkGroupConfig.FailoverConfig rule = group.failover();
      sip.failingOver(
          new Failover(
              rule.codes(),
              rule.timeout(),
              rule.transport(),
              rule.tryTimeout(),
              group.earlyMedia() == TrunkGroupConfig.EarlyMedia.HOLD));
    }
  }

  private List<CalleeLeg> limited(RouteDecision.ToTrunk attempt, List<SipCalleeLeg> legs) {
    String trunk = attempt.trunk().name();
    for (SipCalleeLeg leg : legs) {
      leg.needing(() -> limits.toTrunk(trunk, attempt.limited()));
      leg.sayingWhenFull(refusing.told(RouteDecision.Refusal.LIMIT_TRUNK.word()));
    }
    return List.copyOf(legs);
  }

  /**
   * When the callee is to make the offer, it may do so in a provisional response only where the
   * caller can answer in a PRACK, and nobody else makes one too.
   */
  private static boolean isReliable(SIPRequest request) {
    return Payloads.features(request).reliable();
  }

  private List<SipCalleeLeg> legs(List<Target> to, Outgoing outgoing, boolean mayOfferEarly) {
    List<SipCalleeLeg> legs = new ArrayList<>(to.size());
    for (Target target : to) {
      SipCalleeLeg leg = new SipCalleeLeg(agent, target, devices, referring, mayOfferEarly);
      leg.sendingAs(outgoing);
      legs.add(leg);
    }
    return legs;
  }
}
