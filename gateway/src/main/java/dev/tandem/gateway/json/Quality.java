package dev.tandem.gateway.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code stats} says of a call, in the few words that its log line has room for. */
final class Quality {
  private Quality() {}

  static String of(Fields fields) {
    List<String> said = new ArrayList<>();
    double rtt = fields.measure("rtt", 60_000);
    if (rtt >= 0) {
      said.add(String.format(Locale.ROOT, "rtt %.0f ms", rtt));
    }
    double loss = fields.measure("loss", 1);
    if (loss >= 0) {
      said.add(String.format(Locale.ROOT, "loss %.2f %%", 100 * loss));
    }
    double jitter = fields.measure("jitter", 60_000);
    if (jitter >= 0) {
      said.add(String.format(Locale.ROOT, "jitter %.0f ms", jitter));
    }
    String type = fields.optionalLine("candidateType", 16);
    if (type != null) {
      said.add(type);
    }
    String protocol = fields.optionalLine("protocol", 16);
    if (protocol != null) {
      said.add(protocol);
    }
    return String.join(", ", said);
  }
}
