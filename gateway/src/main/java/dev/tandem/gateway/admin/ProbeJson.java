package dev.tandem.gateway.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.probe.Finding;
import dev.tandem.gateway.probe.ProbeReport;

/** A check of a trunk for programs. */
public final class ProbeJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ProbeJson() {}

  /** One JSON document on lines of its own. */
  public static String of(ProbeReport report) {
    ObjectNode root = JSON.createObjectNode();
    root.put("trunk", report.trunk());
    root.put("address", report.address());
    root.put("verdict", report.grade().word());
    ArrayNode steps = root.putArray("steps");
    for (ProbeReport.Step step : report.steps()) {
      ObjectNode node = steps.addObject();
      node.put("step", step.name());
      node.put("verdict", step.grade().word());
      ArrayNode findings = node.putArray("findings");
      for (Finding finding : step.findings()) {
        findings
            .addObject()
            .put("verdict", finding.grade().word())
            .put("words", finding.words())
            .put("advice", finding.advice());
      }
      ArrayNode messages = node.putArray("messages");
      for (ProbeReport.Message message : step.exchange()) {
        messages
            .addObject()
            .put("direction", message.sent() ? "sent" : "received")
            .put("times", message.times())
            .put("text", message.text());
      }
    }
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts and lists are always JSON", e);
    }
  }
}
