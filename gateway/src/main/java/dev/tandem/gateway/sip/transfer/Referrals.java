package dev.tandem.gateway.sip.transfer;

import dev.tandem.gateway.bridge.AttendedTransfer;
import dev.tandem.gateway.bridge.BlindTransfer;
import dev.tandem.gateway.bridge.CallInfo;
import dev.tandem.gateway.bridge.CalleeLeg;
import dev.tandem.gateway.bridge.Leg;
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
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
  private final boolean byPeers;
  private final Map<SipLeg, Party> grants = new ConcurrentHashMap<>(); // by the leg that stays

  /**
   * Makes it.
   *
   * @param longest how long a transfer can take
   * @param byPeers whether phones and PBXs that take REFER carry transfers out themselves
   */
  public Referrals(
      UserAgent agent,
      Identity identity,
      Router router,
      CalleeLegs legs,
      Timers timers,
      Duration longest,
      boolean byPeers) {
    this.agent = agent;
    this.identity = identity;
    this.router = router;
    this.legs = legs;
    this.timers = timers;
    this.longest = longest;
    this.byPeers = byPeers;
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
    if (leg.hearsNotifies() || (farLeg(leg) instanceof SipLeg far && far.hearsNotifies())) {
      refer.respond(491, "Request Pending"); // a transfer that was passed on goes on
    } else if (!byPeers || !passOn(leg, refer, target, subscription, silent)) {
      carryOut(leg, refer, target, subscription, silent);
    }
  }

  private void carryOut(
      SipLeg leg,
      ServerExchange refer,
      ReferTo target,
      ReferSubscription subscription,
      boolean silent) {
    if (target.replaces() == null) {
      blind(leg, refer, target, subscription, silent);
    } else {
      attended(leg, refer, target.replaces(), subscription, silent);
    }
  }

  /** Whom it talks to; on the executor of its call. */
  private static Leg farLeg(SipLeg leg) {
    return leg.call().leg(leg.call().otherThan(leg.self()));
  }

  // By the transferee.

  /**
   * Lets the transferee do it. No browser is asked: few pages have code for that.
   *
   * @return false when it cannot
   */
  private boolean passOn(
      SipLeg leg,
      ServerExchange refer,
      ReferTo target,
      ReferSubscription subscription,
      boolean silent) {
    if (!(farLeg(leg) instanceof SipLeg transferee) || !transferee.takesRefer()) {
      return false;
    }
    Replaces replaces = target.replaces();
    if (replaces == null) {
      String user = Addresses.user(target.uri());
      if (!rights(leg, refer, user).allow(user)) {
        return false; // which will be told
      }
      new PeerTransfer(transferee, subscription, () -> {})
          .begin(
              "<" + target.uri() + ">",
              referrer(leg, refer),
              () -> accept(refer, subscription, silent),
              () -> carryOut(leg, refer, target, subscription, silent));
      return true;
    }
    SipLeg second = secondLeg(replaces);
    if (second == null || !second.party().isTheSameAs(leg.party()) || second.call() == leg.call()) {
      return false;
    }
    second
        .call()
        .executor()
        .execute(
            () -> {
              SipLeg far = isTalking(second) && farLeg(second) instanceof SipLeg sip ? sip : null;
              Replaces mapped = far == null ? null : asItsPeerSeesIt(far);
              leg.call()
                  .executor()
                  .execute(
                      () -> {
                        if (far == null || mapped == null) {
                          carryOut(leg, refer, target, subscription, silent);
                        } else {
                          passOnTo(
                              transferee, far, mapped, leg, refer, target, subscription, silent);
                        }
                      });
            });
    return true;
  }

  private void passOnTo(
      SipLeg transferee,
      SipLeg far,
      Replaces mapped,
      SipLeg leg,
      ServerExchange refer,
      ReferTo target,
      ReferSubscription subscription,
      boolean silent) {
    grants.put(far, transferee.party());
    Timers.Timer expiry = timers.schedule(longest, () -> grants.remove(far));
    new PeerTransfer(
            transferee,
            subscription,
            () -> {
              expiry.cancel();
              grants.remove(far);
            })
        .begin(
            "<"
                + far.party().address().getURI()
                + "?Replaces="
                + URLEncoder.encode(mapped.text(), StandardCharsets.UTF_8)
                + ">",
            referrer(leg, refer),
            () -> accept(refer, subscription, silent),
            () -> carryOut(leg, refer, target, subscription, silent));
  }

  private static boolean isTalking(SipLeg leg) {
    CallState state = leg.call().state();
    return state == CallState.ANSWERED || state == CallState.ESTABLISHED;
  }

  private static @Nullable Replaces asItsPeerSeesIt(SipLeg leg) {
    DialogId id = leg.dialogId();
    return id == null
        ? null
        : new Replaces(
            id.callId(), /* toTag= */ id.remoteTag(), /* fromTag= */ id.localTag(), false);
  }

  /**
   * Whether somebody was told by a REFER that we passed on to take the place of the one whom this
   * leg talks to.
   */
  boolean mayReplaceTheOneBehind(SipLeg leg, Party sender) {
    Party granted = grants.get(leg);
    return granted != null && granted.isTheSameAs(sender);
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
    DialRights rights = rights(leg, refer, user);
    String transferee = call.leg(call.otherThan(leg.self())).peer();
    Address from = Addresses.address(transferee);
    RouteDecision decision =
        router.route(
            new RouteRequest(
                user,
                meansUs ? "" : host,
                Sources.of(leg.party().withRights(rights), from),
                timers.now()));
    if (decision instanceof RouteDecision.Refused refused) {
      accept(refer, subscription, silent);
      subscription.failed(refused.status(), refused.reason());
      return;
    }
    NewCall wanted = newCall(leg, refer, target, decision, from);
    if (BlindTransfer.begin(call, leg.self(), wanted, subscription)) {
      accept(refer, subscription, silent);
    } else {
      refer.respond(491, "Request Pending");
    }
  }

  private DialRights rights(SipLeg leg, ServerExchange refer, String user) {
    DialRights ofLeg = leg.party().rights();
    return ofLeg.allow(user) ? identity.rights(refer) : ofLeg;
  }

  private NewCall newCall(
      SipLeg leg, ServerExchange refer, ReferTo target, RouteDecision decision, Address from) {
    String via;
    Address to;
    List<CalleeLeg> callees;
    if (decision instanceof RouteDecision.ToUser toUser) {
      via = "user";
      to = Targets.address(toUser);
      callees = legs.toUser(toUser, from, MAX_FORWARDS);
    } else if (decision instanceof RouteDecision.ToTrunks toTrunks) {
      via = toTrunks.told();
      to = Targets.address(toTrunks.first());
      callees = legs.toTrunk(toTrunks.first(), from, MAX_FORWARDS);
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
  private static String referrer(SipLeg leg, ServerExchange refer) {
    List<String> said = RawHeaders.values(refer.raw(), "Referred-By", 'b');
    return leg.party().trunk() != null && said.size() == 1
        ? said.get(0)
        : "<" + leg.party().address().getURI() + ">";
  }

  private static Payload referredBy(SipLeg leg, ServerExchange refer) {
    return new Payload(null, List.of(new Header("Referred-By", referrer(leg, refer))));
  }

  // To somebody whom the transferor talks to already.

  private void attended(
      SipLeg leg,
      ServerExchange refer,
      Replaces replaces,
      ReferSubscription subscription,
      boolean silent) {
    SipLeg second = secondLeg(replaces);
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
