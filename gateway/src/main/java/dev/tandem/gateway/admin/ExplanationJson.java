package dev.tandem.gateway.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.routing.Explanation;
import dev.tandem.gateway.routing.ExplanationText;
import dev.tandem.gateway.routing.RouteDecision;
import dev.tandem.gateway.routing.RouteDecision.Refused;
import dev.tandem.gateway.routing.RouteDecision.ToTrunks;

/** An explanation of routing for programs. */
public final class ExplanationJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ExplanationJson() {}

  /** One JSON document on lines of its own. */
  public static String of(Explanation explanation) {
    ObjectNode root = JSON.createObjectNode();
    root.set("asked", asked(explanation));
    root.set("decision", decision(explanation.decision()));
    ArrayNode steps = root.putArray("steps");
    for (Explanation.Step step : explanation.steps()) {
      ObjectNode node = steps.addObject();
      node.put("subject", step.subject());
      node.put("taken", step.taken());
      step.notes().forEach(node.putArray("notes")::add);
    }
    ArrayNode legs = root.putArray("legs");
    for (Explanation.Leg leg : explanation.legs()) {
      ObjectNode node = legs.addObject();
      node.put("to", leg.to());
      node.put("uri", leg.uri());
      ArrayNode changes = node.putArray("changes");
      for (Explanation.Change change : leg.changes()) {
        changes
            .addObject()
            .put("what", change.what())
            .put("before", change.before())
            .put("after", change.after());
      }
    }
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts and lists are always JSON", e);
    }
  }

  private static ObjectNode asked(Explanation explanation) {
    return JSON.createObjectNode()
        .put("to", explanation.asked().user())
        .put("source", explanation.asked().source().told())
        .put("from", explanation.asked().source().caller().toString())
        .put("at", explanation.asked().at().toString());
  }

  private static ObjectNode decision(RouteDecision decision) {
    ObjectNode node = JSON.createObjectNode();
    node.put("verdict", ExplanationText.verdict(decision));
    if (decision instanceof Refused refused) {
      node.put("status", refused.status());
      node.put("reason", refused.reason());
      node.put("cause", refused.cause().word());
    } else if (decision instanceof ToTrunks toTrunks) {
      ArrayNode trunks = node.putArray("trunks");
      toTrunks.attempts().forEach(attempt -> trunks.add(attempt.trunk().name()));
    } else if (decision instanceof RouteDecision.ToUser toUser) {
      node.put("user", toUser.aor().user());
    }
    return node;
  }
}
