package dev.tandem.gateway.sip.leg;

import dev.tandem.gateway.bridge.CalleeLeg;
import dev.tandem.gateway.routing.RouteDecision;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.sip.target.Target;
import dev.tandem.gateway.sip.target.Targets;
import dev.tandem.sip.ua.UserAgent;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.List;
import javax.sip.address.Address;

/** Makes the branches of a call from a routing decision. */
public final class CalleeLegs {
  private final UserAgent agent;
  private final Targets targets;
  private final Devices devices;
  private final Referring referring;

  public CalleeLegs(UserAgent agent, Targets targets, Devices devices, Referring referring) {
    this.agent = agent;
    this.targets = targets;
    this.devices = devices;
    this.referring = referring;
  }

  /** A branch to each device. */
  public List<CalleeLeg> toUser(RouteDecision.ToUser decision, SIPRequest request, Address from) {
    return legs(targets.toUser(decision, request, from), request);
  }

  public List<CalleeLeg> toTrunk(RouteDecision.ToTrunk decision, SIPRequest request, Address from) {
    return legs(targets.toTrunk(decision, request, from), request);
  }

  /** A branch to each device of somebody whom nobody dialled. */
  public List<CalleeLeg> toUser(RouteDecision.ToUser decision, Address from, int maxForwards) {
    return legs(targets.toUser(decision, Targets.address(decision), from, maxForwards), false);
  }

  public List<CalleeLeg> toTrunk(RouteDecision.ToTrunk decision, Address from, int maxForwards) {
    return legs(targets.toTrunk(decision, from, maxForwards), false);
  }

  /**
   * When the callee is to make the offer, it may do so in a provisional response only where the
   * caller can answer in a PRACK, and nobody else makes one too.
   */
  private List<CalleeLeg> legs(List<Target> to, SIPRequest request) {
    return legs(to, to.size() == 1 && Payloads.features(request).reliable());
  }

  private List<CalleeLeg> legs(List<Target> to, boolean mayOfferEarly) {
    return to.stream()
        .<CalleeLeg>map(
            target -> new SipCalleeLeg(agent, target, devices, referring, mayOfferEarly))
        .toList();
  }
}
