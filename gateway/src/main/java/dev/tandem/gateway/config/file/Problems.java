package dev.tandem.gateway.config.file;

import dev.tandem.gateway.config.file.InvalidConfigException.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects what is wrong with one file, and knows where each key stands in it. */
public final class Problems {
  private record Position(int line, int column) {}

  private final Map<String, Position> positions = new HashMap<>();
  private final List<Problem> found = new ArrayList<>();

  void locate(String key, int line, int column) {
    positions.put(key, new Position(line, column));
  }

  void locateIfAbsent(String key, int line, int column) {
    positions.putIfAbsent(key, new Position(line, column));
  }

  /** Adds a problem, unless the key has one already: what follows from a problem is none. */
  public void add(String key, String message) {
    if (!key.isEmpty() && found.stream().anyMatch(problem -> problem.key().equals(key))) {
      return;
    }
    Position at = positionOf(key);
    found.add(new Problem(key, at.line(), at.column(), message));
  }

  public boolean any() {
    return !found.isEmpty();
  }

  public boolean anyUnder(String prefix) {
    return found.stream().anyMatch(problem -> problem.key().startsWith(prefix));
  }

  /** In the order of the file. */
  public List<Problem> inOrder() {
    return found.stream()
        .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
        .toList();
  }

  /** Where the key stands, or else the nearest thing around it. */
  private Position positionOf(String key) {
    for (String at = key; ; at = parentOf(at)) {
      Position position = positions.get(at);
      if (position != null) {
        return position;
      }
      if (at.isEmpty()) {
        return new Position(0, 0);
      }
    }
  }

  private static String parentOf(String key) {
    return key.substring(0, Math.max(0, Math.max(key.lastIndexOf('.'), key.lastIndexOf('['))));
  }
}
