package dev.tandem.gateway.sip.transfer;

import dev.tandem.gateway.bridge.Takeover;
import dev.tandem.gateway.call.CallState;
import dev.tandem.gateway.sip.header.Replaces;
import dev.tandem.gateway.sip.identity.Party;
import dev.tandem.gateway.sip.identity.Refusing;
import dev.tandem.gateway.sip.leg.SipLeg;
import dev.tandem.sip.stack.RawHeaders;
import dev.tandem.sip.ua.ServerExchange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which call an INVITE with Replaces means, and whether its sender may have a place in it (RFC 3891
 * §3, §5). Thread-safe.
 */
public final class Takeovers {
  private final Referrals referrals;
  private final Refusing refusing;

  public Takeovers(Referrals referrals, Refusing refusing) {
    this.referrals = referrals;
    this.refusing = refusing;
  }

  public static boolean isMeantBy(ServerExchange invite) {
    return !RawHeaders.values(invite.raw(), "Replaces", '\0').isEmpty();
  }

  /**
   * The callee's leg of the call that follows.
   *
   * @param sender who sent the INVITE
   * @return null when it has been refused here
   */
  public @Nullable Takeover of(ServerExchange invite, Party sender) {
    List<String> values = RawHeaders.values(invite.raw(), "Replaces", '\0');
    Replaces replaces = values.size() == 1 ? Replaces.parse(values.get(0)) : null;
    if (replaces == null || !RawHeaders.values(invite.raw(), "Join", '\0').isEmpty()) {
      return refused(invite, 400, "Bad Replaces");
    }
    SipLeg named = referrals.find(replaces);
    // A dialog as its peer sees it: who was told so by a REFER that we passed on asks for the one
    // behind us.
    SipLeg behind = named == null ? referrals.find(replaces.turned()) : null;
    SipLeg leg = named == null ? behind : named;
    if (leg == null || leg.call().state() == CallState.OFFERED) {
      return refused(invite, 481, "Call/Transaction Does Not Exist");
    }
    boolean itsOwn = named != null && leg.party().isTheSameAs(sender);
    if (!itsOwn) {
      return refused(invite, 403, "Not Yours To Replace");
    }
    CallState state = leg.call().state();
    if (state == CallState.ENDING || state == CallState.ENDED) {
      return refused(invite, 603, "Decline");
    }
    if (replaces.earlyOnly()) {
      return refused(invite, 486, "Busy Here");
    }
    return new Takeover(leg.call(), leg, behind != null, sender.address().toString().trim());
  }

  private @Nullable Takeover refused(ServerExchange invite, int status, String reason) {
    refusing.refuse(invite, status, reason, "replaces");
    return null;
  }
}
