package dev.tandem.gateway.sip.transfer;

import dev.tandem.gateway.bridge.Leg;
import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.sip.header.ReferTo;
import dev.tandem.gateway.sip.identity.Sources;
import dev.tandem.gateway.sip.leg.SipLeg;
import dev.tandem.sip.stack.RawHeaders;
import dev.tandem.sip.ua.ServerExchange;
import java.util.List;
import java.util.Set;

/**
 * A REFER in a call that may be carried out: who asks, for what, and who tells them how it goes.
 *
 * @param leg the transferor's
 * @param silent the transferor wants no subscription (RFC 4488)
 */
record Referral(
    SipLeg leg,
    ServerExchange refer,
    ReferTo target,
    ReferSubscription subscription,
    boolean silent) {

  /** Whom the transferor talks to; on the executor of their call. */
  Leg transferee() {
    return farLeg(leg);
  }

  /** Whom this leg talks to; on the executor of its call. */
  static Leg farLeg(SipLeg leg) {
    return leg.call().leg(leg.call().otherThan(leg.self()));
  }

  /** 202, and the first NOTIFY. */
  void accept() {
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

  /** It is accepted, and comes to nothing at once. */
  void fail(int status, String reason) {
    accept();
    subscription.failed(status, reason);
  }

  void collides() {
    refer.respond(491, "Request Pending");
  }

  /** What of the transferee the target may not hear. */
  Set<String> transfereesPrivacy() {
    return transferee().privacy();
  }

  /** Nothing for a transferor who wants not to be shown (RFC 3323 §4.2); else Referred-By. */
  List<Header> headers() {
    boolean hidden = wantsPrivacy(leg.privacy()) || wantsPrivacy(Sources.privacy(refer));
    return hidden ? List.of() : List.of(new Header("Referred-By", referredBy()));
  }

  private static boolean wantsPrivacy(Set<String> words) {
    return words.contains("id") || words.contains("user");
  }

  /** RFC 3892 §2.1. A user is who we know them to be; behind a trunk, who the trunk says. */
  private String referredBy() {
    List<String> said = RawHeaders.values(refer.raw(), "Referred-By", 'b');
    return leg.party().trunk() != null && said.size() == 1
        ? said.get(0)
        : "<" + leg.party().address().getURI() + ">";
  }
}
