package dev.tandem.gateway.probe;

import java.util.Locale;

/** A report for people. */
public final class ProbeText {
  private static final int NAME = 10;
  private static final int GRADE = 8;

  private ProbeText() {}

  /** Verdicts first, each step's messages below them, the sum last. */
  public static String of(ProbeReport report) {
    StringBuilder out = new StringBuilder();
    out.append("Trunk ")
        .append(report.trunk())
        .append(", ")
        .append(report.address())
        .append("\n\n");
    for (ProbeReport.Step step : report.steps()) {
      String name = step.name();
      for (Finding finding : step.findings()) {
        out.append(pad(name, NAME)).append(pad(finding.grade().word(), GRADE));
        out.append(finding.words()).append('\n');
        String advice = finding.advice();
        if (advice != null) {
          out.append(pad("", NAME + GRADE)).append("-> ").append(advice).append('\n');
        }
        name = "";
      }
    }
    for (ProbeReport.Step step : report.steps()) {
      for (ProbeReport.Message message : step.exchange()) {
        out.append("\n--- ").append(step.name()).append(message.sent() ? ": sent" : ": received");
        if (message.times() > 1) {
          out.append(' ').append(message.times()).append(" times");
        }
        out.append('\n');
        message
            .text()
            .lines()
            .filter(line -> !line.isBlank())
            .forEach(line -> out.append("    ").append(line).append('\n'));
      }
    }
    return out.append('\n').append(sum(report)).append('\n').toString();
  }

  private static String sum(ProbeReport report) {
    long failed = count(report, Finding.Grade.FAILED);
    long warnings = count(report, Finding.Grade.WARNING);
    return String.format(
        Locale.ROOT,
        "%s: %d failed, %d %s",
        failed == 0 ? "Good" : "Not good",
        failed,
        warnings,
        warnings == 1 ? "warning" : "warnings");
  }

  private static long count(ProbeReport report, Finding.Grade grade) {
    return report.steps().stream()
        .flatMap(step -> step.findings().stream())
        .filter(finding -> finding.grade() == grade)
        .count();
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(1, width - text.length()));
  }
}
