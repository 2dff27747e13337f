package dev.tandem.gateway.routing;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.tandem.gateway.config.route.RewriteConfig;
import dev.tandem.gateway.config.route.RouteAction;
import dev.tandem.gateway.config.route.TrunkPolicy;
import dev.tandem.gateway.config.route.UserGroupConfig;
import dev.tandem.gateway.config.value.NumberStep;
import dev.tandem.gateway.registrar.Binding;
import dev.tandem.gateway.routing.RouteDecision.Refusal;
import dev.tandem.gateway.routing.RouteDecision.Refused;
import dev.tandem.gateway.routing.RouteDecision.ToUser;
import dev.tandem.gateway.routing.Router.Rule;
import dev.tandem.sip.message.Aor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through the rules. For one thread, and for one time. In this order: is it
 * for us; number plan of the trunk that it comes from; may the sender call that; routes that go
 * before users; users; other routes; limits of the sender.
 */
final class Passage {
  private final Router router;
  private final Surroundings surroundings;
  private final RouteRequest original;
  private final Trace trace;
  private final boolean emergency;
  private RouteRequest asked;
  private boolean trunkRefused; // a route fits, but not for a trunk

  Passage(Router router, RouteRequest request, Trace trace) {
    this.router = router;
    this.surroundings = router.surroundings();
    this.original = request;
    this.asked = request;
    this.trace = trace;
    this.emergency = router.isEmergency(request.user());
  }

  RouteDecision decide() {
    RouteDecision decision = find();
    return decision instanceof Refused ? decision : withinLimits(decision);
  }

  private RouteDecision find() {
    RouteDecision before = preliminaries();
    if (before != null) {
      return before;
    }
    RouteDecision early = rules(router.beforeUsers());
    if (early != null) {
      return early;
    }
    RouteDecision user = users();
    if (user != null) {
      return user;
    }
    RouteDecision late = rules(router.afterUsers());
    if (late != null) {
      return late;
    }
    return trunkRefused
        ? new Refused(403, "Trunk May Not Call Out", Refusal.TRUNK_TO_TRUNK)
        : new Refused(404, "Not Found", Refusal.NOT_FOUND);
  }

  // Before the rules.

  private @Nullable RouteDecision preliminaries() {
    String host = asked.host();
    if (!host.isEmpty() && !router.domain().isOurs(host)) {
      trace.step("domain", false, host + " is not ours");
      return new Refused(404, "Unknown Domain", Refusal.FOREIGN_DOMAIN);
    }
    if (trace.isOn()) {
      trace.step("domain", true, host.isEmpty() ? "the request means us" : host + " is ours");
    }
    if (asked.user().isEmpty()) {
      trace.step("number", false, "the request names no number and no user");
      return new Refused(404, "Not Found", Refusal.NOT_FOUND);
    }
    numberPlanIn();
    if (emergency) {
      trace.step("emergency", true, asked.user() + " is an emergency number: no limits");
    }
    return rights();
  }

  private void numberPlanIn() {
    String name = asked.source().trunk();
    if (name == null) {
      return;
    }
    TrunkPolicy policy = router.trunk(name).policy();
    Source source = asked.source();
    CallerId asserted = policy.identity().trust().in() ? source.asserted() : null;
    CallerId caller = Identities.shown(policy, source.caller(), asserted);
    if (policy.numbersIn().isEmpty()) {
      asked = asked.by(source.with(caller, asserted));
      return;
    }
    String number = steps("number", policy.numbersIn(), asked.user());
    CallerId from = Identities.planned(policy.numbersIn(), caller);
    if (trace.isOn() && !from.equals(caller)) {
      trace.note("caller: " + caller.user() + " -> " + from.user());
    }
    trace.step("number plan of trunk " + name, true, "what it sends, in our form");
    asked =
        asked
            .to(number)
            .by(
                source.with(
                    from,
                    asserted == null ? null : Identities.planned(policy.numbersIn(), asserted)));
  }

  private @Nullable RouteDecision rights() {
    Source source = asked.source();
    boolean mayAlways = emergency && router.everybodyMayCallForHelp();
    if (mayAlways || source.rights().allow(asked.user())) {
      if (trace.isOn() && !source.isTrunk()) {
        trace.step(
            "dial rights", true, mayAlways ? "everybody may call it" : "the sender may call it");
      }
      return null;
    }
    if (trace.isOn()) {
      trace.step("dial rights", false, "the sender's token allows " + source.rights().allowed());
    }
    return new Refused(403, "Not Allowed To Call This", Refusal.NOT_ALLOWED);
  }

  // Users.

  private @Nullable RouteDecision users() {
    String user = asked.user();
    RouteDecision decision = toUser(user, RewriteConfig.NONE, false);
    if (trace.isOn()) {
      trace.step("users", decision != null, whoIs(user, decision));
    }
    return decision;
  }

  private String whoIs(String user, @Nullable RouteDecision decision) {
    if (decision == null) {
      return "nobody here is called " + user;
    }
    if (decision instanceof ToUser toUser) {
      int devices = toUser.bindings().size();
      return user
          + " is a user of ours"
          + (surroundings.everybodyIsOnline()
              ? "; whether a device is online only the running gateway knows"
              : " with " + devices + (devices == 1 ? " device" : " devices") + " online");
    }
    return user + " has no device online";
  }

  /** Null when there is no such user, unless it must be one. */
  private @Nullable RouteDecision toUser(String user, RewriteConfig rewrite, boolean certain) {
    Aor aor = router.domain().aor(user);
    List<Binding> all = surroundings.bindings().apply(aor);
    List<Binding> devices = oneFlowEach(all);
    String instance = asked.instance();
    if (instance != null) {
      devices = devices.stream().filter(it -> it.contact().isOf(instance)).toList();
    }
    boolean known = !all.isEmpty() || router.users().find(user).isPresent();
    if (!devices.isEmpty() || (known && surroundings.everybodyIsOnline())) {
      Source source = asked.source();
      return Identities.isImpossible(source)
          ? Identities.REFUSED
          : new ToUser(
              aor,
              devices,
              Identities.toUser(original.source(), source, rewrite),
              Identities.isVerified(source));
    }
    return known || certain ? new Refused(480, "User Offline", Refusal.OFFLINE) : null;
  }

  /** A device that registered on several flows rings once, on the latest (RFC 5626 §5.1, §6). */
  private static List<Binding> oneFlowEach(List<Binding> bindings) {
    List<Binding> latest = new ArrayList<>(bindings.size());
    for (Binding binding : bindings) {
      int same = -1;
      for (int i = 0; i < latest.size() && same < 0; i++) {
        same = latest.get(i).contact().isOfSameInstanceAs(binding.contact()) ? i : -1;
      }
      if (same < 0) {
        latest.add(binding);
      } else if (binding.change() > latest.get(same).change()) {
        latest.set(same, binding);
      }
    }
    return latest;
  }

  // Routes.

  private @Nullable RouteDecision rules(List<Rule> rules) {
    for (Rule rule : rules) {
      if (fits(rule)) {
        return take(rule);
      }
    }
    return null;
  }

  private boolean fits(Rule rule) {
    for (Condition condition : rule.conditions()) {
      boolean holds = condition.holds(asked);
      if (!holds) {
        trunkRefused |= condition == Condition.NOT_FROM_A_TRUNK;
        if (trace.isOn()) {
          trace.step("route " + rule.config().name(), false, condition.told(asked, false));
        }
        return false;
      }
      if (trace.isOn()) {
        trace.note(condition.told(asked, true));
      }
    }
    return true;
  }

  private RouteDecision take(Rule rule) {
    RouteAction action = rule.config().action();
    String subject = trace.isOn() ? "route " + rule.config().name() : "";
    RewriteConfig rewrite = rule.config().rewrite();
    if (action instanceof RouteAction.Refuse refuse) {
      trace.step(subject, true, "refuses with " + refuse.code() + " " + refuse.reason());
      return new Refused(refuse.code(), refuse.reason(), Refusal.RULE);
    }
    if (action instanceof RouteAction.ToUser toUser) {
      String user = user(rule, toUser);
      trace.step(subject, true, "to user " + user);
      RouteDecision decision = toUser(user, rewrite, true);
      if (trace.isOn()) {
        trace.step("user " + user, decision instanceof ToUser, whoIs(user, decision));
      }
      return decision == null ? new Refused(480, "User Offline", Refusal.OFFLINE) : decision;
    }
    RouteAction.ToTrunk toTrunk = (RouteAction.ToTrunk) action;
    String number = steps("number", rewrite.number(), asked.user());
    if (trace.isOn()) {
      trace.step(subject, true, "to " + toTrunk.name());
    }
    Refused denied = deniedToUser();
    return denied != null
        ? denied
        : new TrunkPick(router, original, asked, trace, emergency).pick(toTrunk, rewrite, number);
  }

  private String user(Rule rule, RouteAction.ToUser action) {
    Pattern regex = rule.config().match().regex();
    if (!action.isTemplate() || regex == null) {
      return action.user();
    }
    Matcher matcher = regex.matcher(asked.user());
    String user = matcher.matches() ? matcher.replaceFirst(action.user()) : "";
    return user.isEmpty() ? asked.user() : user;
  }

  /** What users' groups forbid concerns numbers, not other users. */
  private @Nullable Refused deniedToUser() {
    String user = asked.source().user();
    if (user == null || (emergency && router.everybodyMayCallForHelp())) {
      return null;
    }
    for (UserGroupConfig group : router.userGroups()) {
      String whyNot = group.contains(user) ? group.dial().whyNot(asked.user()) : null;
      if (whyNot != null) {
        trace.step("group " + group.name(), false, whyNot);
        return new Refused(403, "Not Allowed To Call This", Refusal.NOT_ALLOWED);
      }
    }
    return null;
  }

  private String steps(String what, List<NumberStep> steps, String number) {
    String now = number;
    for (NumberStep step : steps) {
      String next = step.apply(now);
      if (trace.isOn()) {
        trace.note(
            next.equals(now)
                ? "%s: %s stays (%s)".formatted(what, now, step)
                : "%s: %s -> %s (%s)".formatted(what, now, next, step));
      }
      now = next;
    }
    return now;
  }

  // Limits.

  private RouteDecision withinLimits(RouteDecision decision) {
    if (emergency || asked.kind() != RouteRequest.Kind.CALL) {
      return decision;
    }
    String trunk = asked.source().trunk();
    if (trunk != null) {
      if (surroundings.room().takesFrom(trunk)) {
        return decision;
      }
      trace.step("limits of trunk " + trunk, false, "no more calls from there now");
      return new Refused(503, "Trunk Limit Reached", Refusal.LIMIT_TRUNK);
    }
    String user = asked.source().user();
    if (user == null || surroundings.room().hasUser(user)) {
      return decision;
    }
    trace.step("limits of user " + user, false, "no more calls now");
    return new Refused(480, "Too Many Calls", Refusal.LIMIT_USER);
  }
}
