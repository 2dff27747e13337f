package dev.tandem.gateway.torture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What is expected of each message on each transport, from a file that people read too: {@code name
 * | WebSocket | TCP | UDP | why}. A verdict is the statuses that are answered, in order, or {@code
 * nothing}; then {@code , end} when the connection is ended at once, or {@code , late end} when the
 * gateway waits for more of the message until its patience is at its end.
 */
final class Verdicts {
  private record Row(List<String> verdicts, String why) {}

  private final Map<String, Row> rows = new LinkedHashMap<>();

  private Verdicts() {}

  static Verdicts of(String rfc) {
    Verdicts verdicts = new Verdicts();
    for (String line : TortureMessages.resource(rfc + ".verdicts").lines().toList()) {
      if (!line.isBlank() && !line.startsWith("#")) {
        List<String> cells = new ArrayList<>();
        for (String cell : line.split("\\|", -1)) {
          cells.add(cell.strip());
        }
        if (cells.size() != 5 || cells.get(4).isEmpty()) {
          throw new IllegalArgumentException("not five cells: " + line);
        }
        verdicts.rows.put(cells.get(0), new Row(cells.subList(1, 4), cells.get(4)));
      }
    }
    return verdicts;
  }

  List<String> names() {
    return List.copyOf(rows.keySet());
  }

  String of(String message, Way way) {
    return Objects.requireNonNull(rows.get(message), message).verdicts().get(way.ordinal());
  }
}
