package dev.tandem.gateway.probe;

import dev.tandem.gateway.probe.Finding.Grade;
import java.util.List;

/**
 * What a check of a trunk found out.
 *
 * @param steps in the order in which they were done
 */
public record ProbeReport(String trunk, String address, List<Step> steps) {

  /**
   * One step.
   *
   * @param exchange the messages, in order; empty where the step is not about SIP
   */
  public record Step(String name, List<Finding> findings, List<Message> exchange) {
    public Step {
      findings = List.copyOf(findings);
      exchange = List.copyOf(exchange);
    }

    /** The worst of its findings. */
    public Grade grade() {
      return worst(findings);
    }
  }

  /**
   * One message as it was on the wire, without its secrets.
   *
   * @param sent whether it is ours
   * @param times how often it was sent or came: UDP repeats what is not answered
   */
  public record Message(boolean sent, String text, int times) {}

  public ProbeReport {
    steps = List.copyOf(steps);
  }

  /** The worst of all findings. */
  public Grade grade() {
    return worst(steps.stream().flatMap(step -> step.findings().stream()).toList());
  }

  private static Grade worst(List<Finding> findings) {
    return findings.stream().map(Finding::grade).max(Grade::compareTo).orElse(Grade.OK);
  }
}
