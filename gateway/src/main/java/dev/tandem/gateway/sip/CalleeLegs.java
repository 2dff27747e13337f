package dev.tandem.gateway.sip;

import dev.tandem.gateway.bridge.CalleeLeg;
import dev.tandem.gateway.routing.RouteDecision;
import dev.tandem.sip.ua.UserAgent;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.List;
import javax.sip.address.Address;

/** Makes the branches of a call from a routing decision. */
final class CalleeLegs {
  private final UserAgent agent;
  private final Targets targets;
  private final Devices devices;

  CalleeLegs(UserAgent agent, Targets targets, Devices devices) {
    this.agent = agent;
    this.targets = targets;
    this.devices = devices;
  }

  /** A branch to each device. */
  List<CalleeLeg> toUser(RouteDecision.ToUser decision, SIPRequest request, Address from) {
    return legs(targets.toUser(decision, request, from), request);
  }

  List<CalleeLeg> toTrunk(RouteDecision.ToTrunk decision, SIPRequest request, Address from) {
    return legs(targets.toTrunk(decision, request, from), request);
  }

  /**
   * When the callee is to make the offer, it may do so in a provisional response only where the
   * caller can answer in a PRACK, and nobody else makes one too.
   */
  private List<CalleeLeg> legs(List<Target> to, SIPRequest request) {
    boolean mayOfferEarly = to.size() == 1 && Payloads.features(request).reliable();
    return to.stream()
        .<CalleeLeg>map(target -> new SipCalleeLeg(agent, target, devices, mayOfferEarly))
        .toList();
  }
}
