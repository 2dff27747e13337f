package dev.tandem.gateway.sip.invite;

import dev.tandem.gateway.bridge.CallInfo;
import dev.tandem.gateway.bridge.Callees;
import dev.tandem.gateway.bridge.Calls;
import dev.tandem.gateway.bridge.RunningCall;
import dev.tandem.gateway.bridge.Takeover;
import dev.tandem.gateway.call.LegId;
import dev.tandem.gateway.routing.RouteDecision;
import dev.tandem.gateway.routing.Router;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.sip.identity.Identity;
import dev.tandem.gateway.sip.identity.Origins;
import dev.tandem.gateway.sip.identity.Origins.Origin;
import dev.tandem.gateway.sip.identity.Party;
import dev.tandem.gateway.sip.identity.Refusing;
import dev.tandem.gateway.sip.leg.Devices;
import dev.tandem.gateway.sip.leg.Referring;
import dev.tandem.gateway.sip.leg.SipCallerLeg;
import dev.tandem.gateway.sip.transfer.Takeovers;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.ua.ServerExchange;
import dev.tandem.sip.ua.UserAgent;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import javax.sip.address.Address;

/**
 * What happens to an INVITE that begins a call: is there room, may it go on, who sends it, where
 * does it go; and then a call with its legs.
 */
public final class InviteHandler {
  private final UserAgent agent;
  private final Origins origins;
  private final Router router;
  private final Calls calls;
  private final Hunting hunting;
  private final Devices devices;
  private final Timers timers;
  private final Refusing refusing;
  private final Referring referring;
  private final Takeovers takeovers;
  private final AtomicLong lastKey = new AtomicLong();

  public InviteHandler(
      UserAgent agent,
      Origins origins,
      Router router,
      Calls calls,
      Hunting hunting,
      Devices devices,
      Timers timers,
      Refusing refusing,
      Referring referring,
      Takeovers takeovers) {
    this.agent = agent;
    this.origins = origins;
    this.router = router;
    this.calls = calls;
    this.hunting = hunting;
    this.devices = devices;
    this.timers = timers;
    this.refusing = refusing;
    this.referring = referring;
    this.takeovers = takeovers;
  }

  public void handle(ServerExchange invite) {
    if (calls.isDraining()) {
      refusing.refuse(
          invite,
          503,
          "Service Unavailable",
          "draining",
          message -> Payloads.add(message, "Retry-After", "10"));
      return;
    }
    SIPRequest request = invite.request();
    if (request.getMaxForwards().getMaxForwards() == 0) {
      refusing.refuse(invite, 483, "Too Many Hops", "too_many_hops");
      return;
    }
    Origin origin = origins.of(invite, Identity.Role.PROXY);
    if (origin == null) {
      return; // challenged or refused
    }
    Address from = origins.from(invite, origin);
    Party party = new Party(from, origin.user(), origin.trunk(), origin.rights());
    if (Takeovers.isMeantBy(invite)) {
      takeOver(invite, origin, party);
      return;
    }
    RouteDecision decision = router.route(origins.routeRequest(invite, origin));
    if (decision instanceof RouteDecision.Refused refused) {
      String cause = refused.cause().name().toLowerCase(Locale.ROOT);
      refusing.refuse(invite, refused.status(), refused.reason(), cause);
    } else {
      String via =
          decision instanceof RouteDecision.ToTrunk toTrunk
              ? "trunk " + toTrunk.trunk().name()
              : "user";
      begin(invite, origin, party, via, hunting.begin(invite, origin, from, decision));
    }
  }

  private void takeOver(ServerExchange invite, Origin origin, Party sender) {
    Takeover callee = takeovers.of(invite, sender);
    if (callee != null) {
      begin(invite, origin, sender, "replaces", Callees.of(List.of(callee)));
    }
  }

  private void begin(
      ServerExchange invite, Origin origin, Party from, String via, Callees callees) {
    SIPRequest request = invite.request();
    CallInfo info =
        new CallInfo(
            Long.toString(lastKey.incrementAndGet(), 36),
            request.getCallId().getCallId(),
            from.address().getURI().toString(),
            request.getRequestURI().toString(),
            via,
            timers.now());
    SipCallerLeg caller =
        new SipCallerLeg(invite, from, referring, devices, devices.calling(origin.user(), invite));
    RunningCall call = calls.offer(info, caller, callees);
    call.executor()
        .execute(
            () -> {
              caller.join(call, LegId.CALLER);
              caller.speakIn(agent.accept(invite, call.executor(), caller));
            });
    calls.start(call, Payloads.of(request), Payloads.features(request));
  }
}
