package dev.tandem.gateway.sip.transfer;

import dev.tandem.gateway.bridge.AttendedTransfer;
import dev.tandem.gateway.bridge.BlindTransfer;
import dev.tandem.gateway.bridge.CallInfo;
import dev.tandem.gateway.bridge.Callees;
import dev.tandem.gateway.bridge.NewCall;
import dev.tandem.gateway.bridge.RunningCall;
import dev.tandem.gateway.bridge.TransferWish;
import dev.tandem.gateway.bridge.Transferee;
import dev.tandem.gateway.call.CallState;
import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.routing.DialRights;
import dev.tandem.gateway.routing.RouteDecision;
import dev.tandem.gateway.routing.RouteRequest;
import dev.tandem.gateway.routing.Router;
import dev.tandem.gateway.sip.header.Addresses;
import dev.tandem.gateway.sip.header.ReferTo;
import dev.tandem.gateway.sip.header.Replaces;
import dev.tandem.gateway.sip.identity.Identity;
import dev.tandem.gateway.sip.identity.Party;
import dev.tandem.gateway.sip.identity.Sources;
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
import java.util.Locale;
import javax.sip.address.Address;
import org.jspecify.annotations.Nullable;

/**
 * REFER inside a call (RFC 3515): the gateway makes the transfer itself, whatever the phones know,
 * or lets the transferee make it. Who talks in a call may transfer the other, to wherever they
 * could call.
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
  private final boolean peersTransfer;
  private final PeerTransfers peers;

  /**
   * Makes it.
   *
   * @param longest how long a transfer can take
   * @param peersTransfer whether phones and PBXs that take REFER carry transfers out themselves
   */
  public Referrals(
      UserAgent agent,
      Identity identity,
      Router router,
      CalleeLegs legs,
      Timers timers,
      Duration longest,
      boolean peersTransfer) {
    this.agent = agent;
    this.identity = identity;
    this.router = router;
    this.legs = legs;
    this.timers = timers;
    this.longest = longest;
    this.peersTransfer = peersTransfer;
    this.peers = new PeerTransfers(timers, longest);
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
            .anyMatch(value -> value.trim().toLowerCase(Locale.ROOT).startsWith("false"));
    ReferSubscription subscription =
        new ReferSubscription(
            leg, refer.request().getCSeq().getSeqNumber(), silent, longest, timers);
    Referral referral = new Referral(leg, refer, target, subscription, silent);
    if (PeerTransfers.isUnderWay(referral)) {
      referral.collides();
    } else if (!(referral.transferee() instanceof Transferee other
        && other.takesTransfers()
        && isAskedOf(referral, other))) {
      SipLeg willing = peersTransfer ? PeerTransfers.willing(referral) : null;
      if (willing == null || !passOn(referral, willing)) {
        carryOut(referral);
      }
    }
  }

  /**
   * Asks a transferee that speaks another language and carries transfers out itself. What follows
   * is a matter of the user there, which may take its time: so it is accepted at once (RFC 3515
   * §2.4.2).
   *
   * @return false when it is to be refused, which is told as ever
   */
  private boolean isAskedOf(Referral referral, Transferee transferee) {
    ReferTo target = referral.target();
    Replaces replaces = target.replaces();
    TransferWish.Seat place = null;
    if (replaces == null) {
      String user = Addresses.user(target.uri());
      if (!rights(referral, user).allow(user)) {
        return false;
      }
    } else {
      SipLeg second = secondLeg(replaces);
      if (second == null || !isOf(referral, second) || !PeerTransfers.isTalking(second)) {
        return false;
      }
      place = new TransferWish.Seat(second.call(), second);
    }
    List<Header> headers = referral.headers();
    referral.accept();
    transferee.askToTransfer(
        new TransferWish(
            referral.leg().call(),
            meansUs(referral)
                ? identity.ours(Addresses.user(target.uri())).uri()
                : target.uri().toString(),
            headers.isEmpty() ? null : headers.get(0).value(),
            place,
            referral.subscription(),
            longest));
    return true;
  }

  private void carryOut(Referral referral) {
    Replaces replaces = referral.target().replaces();
    if (replaces == null) {
      blind(referral);
    } else {
      attended(referral, replaces);
    }
  }

  /** False when it is to be refused, which is told as ever. */
  private boolean passOn(Referral referral, SipLeg transferee) {
    Replaces replaces = referral.target().replaces();
    if (replaces == null) {
      String user = Addresses.user(referral.target().uri());
      boolean allowed = rights(referral, user).allow(user);
      if (allowed) {
        peers.begin(referral, transferee, () -> carryOut(referral));
      }
      return allowed;
    }
    SipLeg second = secondLeg(replaces);
    boolean hers = second != null && isOf(referral, second);
    if (second != null && hers) {
      peers.begin(referral, transferee, second, () -> carryOut(referral));
    }
    return hers;
  }

  /** Whether the transferor has that leg in another call. */
  private static boolean isOf(Referral referral, SipLeg second) {
    return second.party().isTheSameAs(referral.leg().party())
        && second.call() != referral.leg().call();
  }

  boolean mayReplaceTheOneBehind(SipLeg leg, Party sender) {
    return peers.mayReplaceTheOneBehind(leg, sender);
  }

  // To somebody new.

  private void blind(Referral referral) {
    SipLeg leg = referral.leg();
    ReferTo target = referral.target();
    RunningCall call = leg.call();
    String user = Addresses.user(target.uri());
    DialRights rights = rights(referral, user);
    Address from = Addresses.address(referral.transferee().peer());
    RouteDecision decision =
        router.route(
            new RouteRequest(
                user,
                meansUs(referral) ? "" : Addresses.host(target.uri()),
                Sources.of(leg.party().withRights(rights), from, referral.transfereesPrivacy()),
                timers.now()));
    if (decision instanceof RouteDecision.Refused refused) {
      referral.fail(refused.status(), refused.reason());
      return;
    }
    NewCall wanted = newCall(referral, decision, from);
    if (BlindTransfer.begin(call, leg.self(), wanted, referral.subscription())) {
      referral.accept();
    } else {
      referral.collides();
    }
  }

  /** Whatever a trunk's phones write, they mean somebody whom we route to. */
  private boolean meansUs(Referral referral) {
    String host = Addresses.host(referral.target().uri());
    return referral.leg().party().trunk() != null || identity.isOurs(host, referral.refer().flow());
  }

  private DialRights rights(Referral referral, String user) {
    DialRights ofLeg = referral.leg().party().rights();
    return ofLeg.allow(user) ? identity.rights(referral.refer()) : ofLeg;
  }

  private NewCall newCall(Referral referral, RouteDecision decision, Address from) {
    SipLeg leg = referral.leg();
    ServerExchange refer = referral.refer();
    String via;
    Address to;
    Callees callees;
    if (decision instanceof RouteDecision.ToUser toUser) {
      via = "user";
      to = Targets.address(toUser);
      callees = Callees.of(legs.toUser(toUser, from, MAX_FORWARDS));
    } else if (decision instanceof RouteDecision.ToTrunks toTrunks) {
      via = toTrunks.told();
      to = Targets.address(toTrunks.first());
      callees = Callees.inRounds(legs.toTrunks(toTrunks, from, MAX_FORWARDS));
    } else {
      throw new IllegalArgumentException("leads nowhere: " + decision);
    }
    CallInfo info =
        new CallInfo(
            leg.call().info().key() + "." + refer.request().getCSeq().getSeqNumber(),
            refer.request().getCallId().getCallId(),
            from.getURI().toString(),
            referral.target().uri().toString(),
            via,
            timers.now());
    Payload invite = new Payload(null, referral.headers());
    return new NewCall(info, to.toString().trim(), callees, invite);
  }

  // To somebody whom the transferor talks to already.

  private void attended(Referral referral, Replaces replaces) {
    SipLeg second = secondLeg(replaces);
    SipLeg leg = referral.leg();
    if (second == null || !isOf(referral, second)) {
      referral.fail(481, "Call/Transaction Does Not Exist");
    } else if (second.call().state() == CallState.OFFERED) {
      referral.fail(481, "Call Is Not Answered");
    } else if (replaces.earlyOnly()) {
      referral.fail(486, "Call Is Answered");
    } else if (AttendedTransfer.begin(
        leg.call(), leg.self(), second.call(), second, referral.subscription())) {
      referral.accept();
    } else {
      referral.collides();
    }
  }

  /** JsSIP turns the tags round when it was the one who was called. */
  private @Nullable SipLeg secondLeg(Replaces replaces) {
    SipLeg named = find(replaces);
    return named == null ? find(replaces.turned()) : named;
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
