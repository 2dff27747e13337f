package dev.tandem.gateway.probe;

import java.util.ArrayList;
import java.util.List;

/** A step while it is done. Owned by one thread. */
final class StepLog {
  private final String name;
  private final List<Finding> findings = new ArrayList<>();
  private final List<ProbeReport.Message> exchange = new ArrayList<>();

  StepLog(String name) {
    this.name = name;
  }

  void add(Finding finding) {
    findings.add(finding);
  }

  void addAll(List<Finding> more) {
    findings.addAll(more);
  }

  void sent(String text) {
    message(true, text);
  }

  void received(String text) {
    message(false, text);
  }

  /** What is repeated is shown once. */
  private void message(boolean sent, String text) {
    String shown = PlainMessage.masked(text);
    for (int i = 0; i < exchange.size(); i++) {
      ProbeReport.Message before = exchange.get(i);
      if (before.sent() == sent && before.text().equals(shown)) {
        exchange.set(i, new ProbeReport.Message(sent, shown, before.times() + 1));
        return;
      }
    }
    exchange.add(new ProbeReport.Message(sent, shown, 1));
  }

  boolean hasFailed() {
    return findings.stream().anyMatch(finding -> finding.grade() == Finding.Grade.FAILED);
  }

  ProbeReport.Step step() {
    return new ProbeReport.Step(name, findings, exchange);
  }
}
