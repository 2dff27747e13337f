package dev.tandem.gateway.routing;

import dev.tandem.gateway.config.route.TrunkGroupConfig;
import dev.tandem.gateway.config.route.TrunkGroupConfig.FailoverConfig;
import dev.tandem.gateway.routing.Explanation.Change;
import dev.tandem.gateway.routing.Explanation.Leg;
import dev.tandem.gateway.routing.Explanation.Step;
import dev.tandem.gateway.routing.RouteDecision.Refused;
import dev.tandem.gateway.routing.RouteDecision.ToTrunks;
import dev.tandem.gateway.routing.RouteDecision.ToUser;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** An explanation for people: lines of plain text. */
public final class ExplanationText {
  private ExplanationText() {}

  /** The whole, each line ended. */
  public static String of(Explanation explanation) {
    StringBuilder text = new StringBuilder();
    RouteRequest asked = explanation.asked();
    text.append(
        "%s to %s from %s %s, %s\n\n"
            .formatted(
                asked.kind() == RouteRequest.Kind.CALL ? "Call" : "Message",
                asked.user(),
                asked.source().told(),
                asked.source().caller(),
                Times.told(asked.at(), ZoneOffset.UTC)));
    for (Step step : explanation.steps()) {
      String indent = " ".repeat(step.subject().length() + 9);
      text.append(step.taken() ? "  yes  " : "  no   ").append(step.subject()).append(": ");
      text.append(String.join("\n" + indent, step.notes())).append('\n');
    }
    text.append('\n').append(verdict(explanation.decision())).append('\n');
    int number = 1;
    for (Leg leg : explanation.legs()) {
      text.append("\n  %d. %s: %s\n".formatted(number++, leg.to(), leg.uri()));
      int width = leg.changes().stream().mapToInt(change -> change.what().length()).max().orElse(0);
      for (Change change : leg.changes()) {
        text.append("     ").append(change.what());
        text.append(" ".repeat(width - change.what().length() + 2));
        text.append(told(change)).append('\n');
      }
    }
    return text.toString();
  }

  private static String told(Change change) {
    if (change.before().equals(change.after())) {
      return change.after();
    }
    return (change.before().isEmpty() ? "(none)" : change.before())
        + " -> "
        + (change.after().isEmpty() ? "(removed)" : change.after());
  }

  /** One line: where it goes, or why not. */
  public static String verdict(RouteDecision decision) {
    if (decision instanceof Refused refused) {
      return "Refused: %d %s (%s)"
          .formatted(refused.status(), refused.reason(), refused.cause().word());
    }
    if (decision instanceof ToUser toUser) {
      return "Goes to user " + toUser.aor().user();
    }
    ToTrunks toTrunks = (ToTrunks) decision;
    List<String> names = toTrunks.attempts().stream().map(it -> it.trunk().name()).toList();
    TrunkGroupConfig group = toTrunks.group();
    return "Goes to trunk "
        + names.get(0)
        + (names.size() == 1 || group == null
            ? ""
            : ", then "
                + String.join(", ", names.subList(1, names.size()))
                + " on "
                + reasons(group.failover()));
  }

  private static String reasons(FailoverConfig failover) {
    List<String> reasons = new ArrayList<>();
    failover.codes().stream()
        .map(code -> code < 10 ? code + "xx" : Integer.toString(code))
        .sorted()
        .forEach(reasons::add);
    if (failover.timeout()) {
      reasons.add("silence of " + failover.tryTimeout().toMillis() / 1000.0 + " s");
    }
    if (failover.transport()) {
      reasons.add("transport errors");
    }
    return reasons.isEmpty() ? "nothing" : String.join(", ", reasons);
  }
}
