package dev.tandem.gateway.routing;

import dev.tandem.gateway.config.route.IdentityConfig;
import dev.tandem.gateway.config.route.IdentityConfig.Send;
import dev.tandem.gateway.config.route.RewriteConfig;
import dev.tandem.gateway.config.route.TrunkPolicy;
import dev.tandem.gateway.config.trunk.TrunkConfig;
import dev.tandem.gateway.config.trunk.TrunkFrom;
import dev.tandem.gateway.config.value.NumberStep;
import dev.tandem.gateway.routing.RouteDecision.Refusal;
import dev.tandem.gateway.routing.RouteDecision.Refused;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is told who calls: From, the identities of RFC 3325, and the privacy of RFC 3323, of which
 * the gateway is the service: it leaves nothing of the caller in a request to somebody who may not
 * know.
 */
final class Identities {
  /** RFC 3323 §5: who insists on what we cannot give is refused. */
  static final Refused REFUSED = new Refused(500, "Privacy Not Available", Refusal.PRIVACY);

  private Identities() {}

  /** Media go their own way: nobody here can make them anonymous. */
  static boolean isImpossible(Source source) {
    return source.privacy().contains("critical") && source.privacy().contains("session");
  }

  /** Which identity of a trunk's call counts as the caller's. */
  static CallerId shown(TrunkPolicy policy, CallerId from, @Nullable CallerId asserted) {
    boolean choice = policy.identity().caller() == IdentityConfig.Caller.ASSERTED;
    return choice && asserted != null
        ? asserted.withName(asserted.name() == null ? from.name() : asserted.name())
        : from;
  }

  /** A number in the form of a plan; what is no number stays. */
  static CallerId planned(List<NumberStep> plan, CallerId caller) {
    CallerId now = caller;
    for (NumberStep step : plan) {
      if (now.isNumber()) {
        now = now.withUser(step.apply(now.user()));
      }
    }
    return now;
  }

  private static CallerId rewritten(RewriteConfig rewrite, CallerId caller) {
    CallerId now = caller;
    for (NumberStep step : rewrite.callerNumber()) {
      now = now.withUser(step.apply(now.user()));
    }
    return rewrite.callerName() == null ? now : now.withName(rewrite.callerName());
  }

  /**
   * Whether it is certain that a caller is who users of ours are told it is: a user who has proved
   * that, or whom a trunk asserts that may (RFC 3325 §5). Names are not vouched for.
   *
   * @param source without what a trunk asserts and we do not believe
   */
  static boolean isVerified(Source source) {
    CallerId asserted = source.asserted();
    boolean certain =
        source.isTrunk() ? asserted != null && asserted.isSameAs(source.caller()) : source.proved();
    return certain && !source.wantsPrivacy();
  }

  /** To a user of ours: never in the trust domain (RFC 3325 §5). */
  static Outgoing toUser(Source sent, Source source, RewriteConfig rewrite) {
    CallerId from =
        source.wantsPrivacy() ? CallerId.ANONYMOUS : rewritten(rewrite, source.caller());
    return outgoing(
        from.equals(sent.caller()) ? null : from,
        null,
        null,
        null,
        List.of(rewrite.headers()),
        rewrite.record());
  }

  static Outgoing toTrunk(Source sent, Source source, RewriteConfig rewrite, TrunkConfig trunk) {
    TrunkPolicy policy = trunk.policy();
    CallerId caller = planned(policy.numbersOut(), rewritten(rewrite, source.caller()));
    CallerId believed = source.asserted();
    // A user's display name is what the user says; we vouch for the address, and for a name of
    // ours.
    CallerId known =
        !source.isTrunk()
            ? caller.withName(rewrite.callerName())
            : believed == null ? null : planned(policy.numbersOut(), rewritten(rewrite, believed));
    boolean hidden = source.wantsPrivacy();
    boolean told = known != null && (!hidden || policy.identity().trust().out());
    Send send = told ? policy.identity().send() : Send.NONE;
    CallerId from = account(trunk.peer().from(), hidden ? CallerId.ANONYMOUS : caller, hidden);
    return outgoing(
        from.equals(sent.caller()) ? null : from,
        send == Send.ASSERTED ? known : null,
        send == Send.PREFERRED ? known : null,
        hidden && send != Send.NONE ? "id" : null,
        List.of(rewrite.headers(), policy.headers()),
        rewrite.record());
  }

  /** Some carriers want our account in From, which tells nothing of the caller. */
  private static CallerId account(TrunkFrom wanted, CallerId caller, boolean hidden) {
    CallerId from = caller;
    if (wanted.user() != null) {
      from = from.withUser(wanted.user());
    }
    if (wanted.domain() != null) {
      from = from.withHost(wanted.domain());
    }
    return wanted.displayName() == null || hidden ? from : from.withName(wanted.displayName());
  }

  private static Outgoing outgoing(
      @Nullable CallerId from,
      @Nullable CallerId asserted,
      @Nullable CallerId preferred,
      @Nullable String privacy,
      List<dev.tandem.gateway.config.value.HeaderRules> headers,
      boolean record) {
    Outgoing made = new Outgoing(from, asserted, preferred, privacy, headers, record);
    return made.equals(Outgoing.UNCHANGED) ? Outgoing.UNCHANGED : made;
  }
}
