package dev.tandem.gateway.routing;

import dev.tandem.gateway.config.route.RewriteConfig;
import dev.tandem.gateway.config.route.RouteAction;
import dev.tandem.gateway.config.route.TrunkGroupConfig;
import dev.tandem.gateway.config.trunk.TrunkConfig;
import dev.tandem.gateway.config.value.NumberStep;
import dev.tandem.gateway.routing.RouteDecision.Refusal;
import dev.tandem.gateway.routing.RouteDecision.Refused;
import dev.tandem.gateway.routing.RouteDecision.ToTrunk;
import dev.tandem.gateway.routing.RouteDecision.ToTrunks;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which trunks may take a call, in which order. For an emergency number there are no limits, and a
 * trunk that is down is tried when there is no other.
 */
final class TrunkPick {
  private final Router router;
  private final RouteRequest original;
  private final RouteRequest asked;
  private final Trace trace;
  private final boolean emergency;
  private final Surroundings surroundings;
  private boolean anyFull;
  private boolean anyDown;

  TrunkPick(
      Router router, RouteRequest original, RouteRequest asked, Trace trace, boolean emergency) {
    this.router = router;
    this.original = original;
    this.asked = asked;
    this.trace = trace;
    this.emergency = emergency;
    this.surroundings = router.surroundings();
  }

  RouteDecision pick(RouteAction.ToTrunk action, RewriteConfig rewrite, String number) {
    if (Identities.isImpossible(asked.source())) {
      trace.step("privacy", false, "session privacy is critical to the caller, and not possible");
      return Identities.REFUSED;
    }
    TrunkGroupConfig group = router.group(action);
    List<ToTrunk> usable = new ArrayList<>(2);
    List<ToTrunk> lastResort = new ArrayList<>(0);
    for (String name : inOrder(action, group)) {
      TrunkConfig trunk = router.trunk(name);
      ToTrunk attempt = attempt(trunk, rewrite, number);
      String whyNot = trunk.policy().dial().whyNot(attempt.number());
      if (whyNot != null && !(emergency && router.everybodyMayCallForHelp())) {
        trace.step("trunk " + name, false, attempt.number() + ": " + whyNot);
      } else if (isReady(name)) {
        usable.add(attempt);
      } else if (emergency) {
        lastResort.add(attempt);
      }
    }
    usable.addAll(lastResort);
    if (usable.isEmpty()) {
      return refused();
    }
    int tries = group == null ? 1 : group.maxTries();
    return new ToTrunks(usable.subList(0, Math.min(tries, usable.size())), group);
  }

  private List<String> inOrder(RouteAction.ToTrunk action, @Nullable TrunkGroupConfig group) {
    if (group == null) {
      return List.of(action.name());
    }
    List<String> order = TrunkOrder.of(group, surroundings, asked.source(), trace.isOn());
    if (trace.isOn()) {
      trace.step(
          "group " + group.name(),
          true,
          group.strategy().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')
              + ": "
              + String.join(", ", order));
    }
    return order;
  }

  private ToTrunk attempt(TrunkConfig trunk, RewriteConfig rewrite, String number) {
    String there = number;
    for (NumberStep step : trunk.policy().numbersOut()) {
      there = step.apply(there);
    }
    return new ToTrunk(
        trunk,
        there,
        Identities.toTrunk(original.source(), asked.source(), rewrite, trunk),
        !emergency);
  }

  private boolean isReady(String name) {
    boolean up = surroundings.trunks().isUp(name);
    boolean counted = asked.kind() == RouteRequest.Kind.CALL && !emergency;
    boolean room = !counted || surroundings.room().hasTrunk(name);
    anyDown |= !up;
    anyFull |= up && !room;
    if (trace.isOn()) {
      int calls = surroundings.trunks().calls(name);
      String load = calls == 1 ? "1 call" : calls + " calls";
      trace.step(
          "trunk " + name,
          up && room,
          !up
              ? emergency ? "down, so only as the last resort" : "down"
              : room ? "up, " + load : "its limit is reached, " + load);
    }
    return up && room;
  }

  private Refused refused() {
    if (anyFull) {
      return new Refused(503, "Trunk Limit Reached", Refusal.LIMIT_TRUNK);
    }
    return anyDown
        ? new Refused(503, "No Trunk Up", Refusal.NO_TRUNK_UP)
        : new Refused(403, "Not Allowed To Call This", Refusal.NOT_ALLOWED);
  }
}
