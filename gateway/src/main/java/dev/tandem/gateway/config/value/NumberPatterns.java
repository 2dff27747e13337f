package dev.tandem.gateway.config.value;

import java.util.List;
import java.util.stream.Collectors;

/** Lists of patterns. */
public final class NumberPatterns {
  private NumberPatterns() {}

  public static boolean anyMatches(List<NumberPattern> patterns, String number) {
    for (NumberPattern pattern : patterns) {
      if (pattern.matches(number)) {
        return true;
      }
    }
    return false;
  }

  /** For messages: {@code 9*, +49*}. */
  public static String told(List<NumberPattern> patterns) {
    return patterns.stream().map(NumberPattern::toString).collect(Collectors.joining(", "));
  }
}
