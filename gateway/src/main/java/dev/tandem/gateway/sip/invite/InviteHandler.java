package dev.tandem.gateway.sip.invite;

import dev.tandem.gateway.bridge.CallInfo;
import dev.tandem.gateway.bridge.Callees;
import dev.tandem.gateway.bridge.Calls;
import dev.tandem.gateway.bridge.RunningCall;
import dev.tandem.gateway.bridge.Takeover;
import dev.tandem.gateway.call.LegId;
import dev.tandem.gateway.limit.Busy;
import dev.tandem.gateway.limit.Limits;
import dev.tandem.gateway.limit.Permit;
import dev.tandem.gateway.routing.Outgoing;
import dev.tandem.gateway.routing.RouteDecision;
import dev.tandem.gateway.routing.RouteDecision.Refusal;
import dev.tandem.gateway.routing.RouteRequest;
import dev.tandem.gateway.routing.Router;
import dev.tandem.gateway.sip.edge.Edge;
import dev.tandem.gateway.sip.edge.Home;
import dev.tandem.gateway.sip.edge.HomeCalls;
import dev.tandem.gateway.sip.header.Addresses;
import dev.tandem.gateway.sip.header.Multipart;
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
import dev.tandem.gateway.trunk.Trunk;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.ua.ServerExchange;
import dev.tandem.sip.ua.UserAgent;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.sip.address.Address;
import org.jspecify.annotations.Nullable;

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
  private final Limits limits;
  private final Busy busy;
  private final Edge edge;
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
      Takeovers takeovers,
      Limits limits,
      Busy busy,
      Edge edge) {
    this.limits = limits;
    this.busy = busy;
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
    this.edge = edge;
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
    // On connections it was decided before the message was parsed.
    if (!invite.flow().transport().isReliable()
        && busy.isTooMuch()
        && !router.isEmergency(Addresses.user(request.getRequestURI()))) {
      String seconds = Integer.toString(busy.secondsToWait());
      refusing.refuse(
          invite,
          503,
          "Service Unavailable",
          "overload",
          message -> Payloads.add(message, "Retry-After", seconds));
      return;
    }
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
    Aor user = origin.user();
    Home home = user == null ? null : edge.homes().of(user);
    if (user != null && home != null) {
      beginHome(invite, origin, party, user, home);
      return;
    }
    RouteDecision device = origin.isTrunk() ? edge.devices().of(invite) : null;
    RouteDecision decision =
        device == null
            ? router.route(origins.routeRequest(invite, origin, from, RouteRequest.Kind.CALL))
            : device;
    if (decision instanceof RouteDecision.Refused refused) {
      refusing.refuse(invite, refused.status(), refused.reason(), refused.cause().word());
    } else {
      String via = decision instanceof RouteDecision.ToTrunks toTrunks ? toTrunks.told() : "user";
      beginLimited(invite, origin, party, via, () -> hunting.begin(invite, origin, from, decision));
    }
  }

  /** Whoever keeps this user says what becomes of the call. */
  private void beginHome(ServerExchange invite, Origin origin, Party party, Aor user, Home home) {
    if (HomeCalls.mayAsk(origin.rights(), invite.request())) {
      beginLimited(
          invite,
          origin,
          party,
          "trunk " + home.trunk().name(),
          () -> edge.calls().callees(invite, user, home, party.address()));
    } else {
      refusing.refuse(invite, 403, "Not Allowed To Call This", Refusal.NOT_ALLOWED.word());
    }
  }

  private void beginLimited(
      ServerExchange invite, Origin origin, Party party, String via, Supplier<Callees> callees) {
    String asked = Addresses.user(invite.request().getRequestURI());
    Permit permit = permit(origin, !router.isEmergency(asked));
    if (permit == null) {
      refuseForLimit(invite, origin);
    } else {
      begin(invite, origin, party, via, callees.get(), permit);
    }
  }

  private void takeOver(ServerExchange invite, Origin origin, Party sender) {
    Takeover callee = takeovers.of(invite, sender);
    if (callee != null) {
      begin(invite, origin, sender, "replaces", Callees.of(List.of(callee)), Permit.NONE);
    }
  }

  /** Null when another call has just taken the last place. */
  private @Nullable Permit permit(Origin origin, boolean limited) {
    Trunk trunk = origin.trunk();
    Aor user = origin.user();
    return trunk != null
        ? limits.fromTrunk(trunk.name(), limited)
        : user == null ? Permit.NONE : limits.ofUser(user.user(), limited);
  }

  private void refuseForLimit(ServerExchange invite, Origin origin) {
    if (origin.isTrunk()) {
      refusing.refuse(invite, 503, "Trunk Limit Reached", Refusal.LIMIT_TRUNK.word());
    } else {
      refusing.refuse(invite, 480, "Too Many Calls", Refusal.LIMIT_USER.word());
    }
  }

  private void begin(
      ServerExchange invite,
      Origin origin,
      Party from,
      String via,
      Callees callees,
      Permit permit) {
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
    caller.holds(permit);
    if (Multipart.isNotUnderstoodIn(invite)) {
      caller.ended();
      refusing.refuse(
          invite,
          415,
          "Unsupported Media Type",
          "body",
          message -> Payloads.add(message, "Accept", Multipart.ACCEPTED));
      return;
    }
    if (caller.mayHearNothingOf(Payloads.of(request))) {
      caller.ended();
      refusing.refuse(invite, 488, "No Codec In Common", "no_codec");
      return;
    }
    Trunk trunk = origin.trunk();
    if (trunk != null) {
      caller.sendingAs(Outgoing.toPeer(trunk.config().policy().headers()));
    }
    RunningCall call = calls.offer(info, caller, callees);
    call.executor()
        .execute(
            () -> {
              caller.join(call, LegId.CALLER);
              caller.speakIn(agent.accept(invite, call.executor(), caller));
            });
    calls.start(call, caller.heard(request), Payloads.features(request));
  }
}
