package dev.tandem.gateway.sip.transfer;

import dev.tandem.gateway.bridge.AttendedTransfer;
import dev.tandem.gateway.bridge.BlindTransfer;
import dev.tandem.gateway.bridge.CallInfo;
import dev.tandem.gateway.bridge.CalleeLeg;
import dev.tandem.gateway.bridge.NewCall;
import dev.tandem.gateway.bridge.RunningCall;
import dev.tandem.gateway.call.CallState;
import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.routing.DialRights;
import dev.tandem.gateway.routing.RouteDecision;
import dev.tandem.gateway.routing.RouteRequest;
import dev.tandem.gateway.routing.Router;
import dev.tandem.gateway.sip.header.Addresses;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.sip.header.ReferTo;
import dev.tandem.gateway.sip.header.Replaces;
import dev.tandem.gateway.sip.identity.Identity;
import dev.tandem.gateway.sip.leg.CalleeLegs;
import dev.tandem.gateway.sip.leg.Referring;
import dev.tandem.gateway.sip.leg.SipLeg;
import dev.tandem.gateway.sip.target.Targets;
import dev.tandem.sip.dialog.DialogId;
import dev.tandem.sip.stack.RawHeaders;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.ua.ServerExchange;
import dev.tandem.sip.ua.UserAgent;
import java.time.Duration;
import java.util.List;
import javax.sip.address.Address;
import org.jspecify.annotations.Nullable;

/**
 * REFER inside a call (RFC 3515): the gateway makes the transfer itself, whatever the phones know.
 * Who talks in a call may transfer the other, to wherever they could call.
 */
public final class Referrals implements Referring {
  /** So many transfers may follow each other in what began as one call. */
  static final int MAX_TRANSFERS = 16;

  private static final int MAX_FORWARDS = 70;

  private final UserAgent agent;
  private final Identity identity;
  private final Router router;
  private final CalleeLegs legs;
  private final Timers timers;
  private final Duration longest;

  /**
   * Makes it.
   *
   * @param longest how long a transfer can take
   */
  public Referrals(
      UserAgent agent,
      Identity identity,
      Router router,
      CalleeLegs legs,
      Timers timers,
      Duration longest) {
    this.agent = agent;
    this.identity = identity;
    this.router = router;
    this.legs = legs;
    this.timers = timers;
    this.longest = longest;
  }

  @Override
  public void referred(SipLeg leg, ServerExchange refer) {
    List<String> values = RawHeaders.values(refer.raw(), "Refer-To", 'r');
    ReferTo target = values.size() == 1 ? ReferTo.parse(values.get(0)) : null;
    if (target == null) {
      refer.respond(400, "Bad Refer-To");
      return;
    }
    RunningCall call = leg.call();
    boolean talking = call.state() == CallState.ANSWERED || call.state() == CallState.ESTABLISHED;
    if (!talking || leg.self().isAside()) {
      refer.respond(403, "Not In A Call That Can Be Transferred");
      return;
    }
    if (call.transfers() >= MAX_TRANSFERS) {
      refer.respond(403, "Too Many Transfers");
      return;
    }
    boolean silent =
        RawHeaders.values(refer.raw(), "Refer-Sub", '\0').stream()
            .anyMatch(value -> value.trim().toLowerCase(java.util.Locale.ROOT).startsWith("false"));
    ReferSubscription subscription =
        new ReferSubscription(leg, refer.request().getCSeq().getSeqNumber(), silent, longest);
    if (target.replaces() == null) {
      blind(leg, refer, target, subscription, silent);
    } else {
      attended(leg, refer, target.replaces(), subscription, silent);
    }
  }

  private static void accept(ServerExchange refer, ReferSubscription subscription, boolean silent) {
    refer.respond(
        202,
        "Accepted",
        message -> {
          if (silent) {
            Payloads.add(message, "Refer-Sub", "false");
          }
        });
    subscription.begin();
  }

  // To somebody new.

  private void blind(
      SipLeg leg,
      ServerExchange refer,
      ReferTo target,
      ReferSubscription subscription,
      boolean silent) {
    RunningCall call = leg.call();
    boolean fromTrunk = leg.party().trunk() != null;
    String host = Addresses.host(target.uri());
    boolean meansUs = fromTrunk || identity.isOurs(host, refer.flow());
    String user = Addresses.user(target.uri());
    DialRights ofLeg = leg.party().rights();
    DialRights rights = ofLeg.allow(user) ? identity.rights(refer) : ofLeg;
    RouteDecision decision =
        router.route(new RouteRequest(user, meansUs ? "" : host, fromTrunk, rights));
    if (decision instanceof RouteDecision.Refused refused) {
      accept(refer, subscription, silent);
      subscription.failed(refused.status(), refused.reason());
      return;
    }
    String transferee = call.leg(call.otherThan(leg.self())).peer();
    NewCall wanted = newCall(leg, refer, target, decision, transferee);
    if (BlindTransfer.begin(call, leg.self(), wanted, subscription)) {
      accept(refer, subscription, silent);
    } else {
      refer.respond(491, "Request Pending");
    }
  }

  private NewCall newCall(
      SipLeg leg, ServerExchange refer, ReferTo target, RouteDecision decision, String transferee) {
    Address from = Addresses.address(transferee);
    String via;
    Address to;
    List<CalleeLeg> callees;
    if (decision instanceof RouteDecision.ToUser toUser) {
      via = "user";
      to = Targets.address(toUser);
      callees = legs.toUser(toUser, from, MAX_FORWARDS);
    } else if (decision instanceof RouteDecision.ToTrunk toTrunk) {
      via = "trunk " + toTrunk.trunk().name();
      to = Targets.address(toTrunk);
      callees = legs.toTrunk(toTrunk, from, MAX_FORWARDS);
    } else {
      throw new IllegalArgumentException("leads nowhere: " + decision);
    }
    CallInfo info =
        new CallInfo(
            leg.call().info().key() + "." + refer.request().getCSeq().getSeqNumber(),
            refer.request().getCallId().getCallId(),
            from.getURI().toString(),
            target.uri().toString(),
            via,
            timers.now());
    return new NewCall(info, to.toString().trim(), callees, referredBy(leg, refer));
  }

  /** RFC 3892 §2.1. A user is who we know them to be; behind a trunk, who the trunk says. */
  private static Payload referredBy(SipLeg leg, ServerExchange refer) {
    List<String> said = RawHeaders.values(refer.raw(), "Referred-By", 'b');
    String by =
        leg.party().trunk() != null && said.size() == 1
            ? said.get(0)
            : "<" + leg.party().address().getURI() + ">";
    return new Payload(null, List.of(new Header("Referred-By", by)));
  }

  // To somebody whom the transferor talks to already.

  private void attended(
      SipLeg leg,
      ServerExchange refer,
      Replaces replaces,
      ReferSubscription subscription,
      boolean silent) {
    SipLeg second = find(replaces);
    if (second == null) {
      // JsSIP turns the tags round when it was the one who was called.
      second = find(replaces.turned());
    }
    RunningCall call = leg.call();
    if (second == null || !second.party().isTheSameAs(leg.party()) || second.call() == call) {
      accept(refer, subscription, silent);
      subscription.failed(481, "Call/Transaction Does Not Exist");
    } else if (second.call().state() == CallState.OFFERED) {
      accept(refer, subscription, silent);
      subscription.failed(481, "Call Is Not Answered");
    } else if (replaces.earlyOnly()) {
      accept(refer, subscription, silent);
      subscription.failed(486, "Call Is Answered");
    } else if (AttendedTransfer.begin(call, leg.self(), second.call(), second, subscription)) {
      accept(refer, subscription, silent);
    } else {
      refer.respond(491, "Request Pending");
    }
  }

  /** The leg whose dialog, as we see it, has these identifiers. From any thread. */
  @Nullable SipLeg find(Replaces replaces) {
    DialogId id = new DialogId(replaces.callId(), replaces.toTag(), replaces.fromTag());
    return agent.listener(id) instanceof SipLeg leg ? leg : null;
  }

  @Override
  public void notified(SipLeg leg, ServerExchange notify) {
    notify.respond(481, "Subscription Does Not Exist");
  }
}
