package dev.tandem.gateway.config.route;

import dev.tandem.gateway.config.value.NumberPattern;
import dev.tandem.gateway.config.value.NumberPatterns;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which numbers may be called.
 *
 * @param allow only these; empty for all
 * @param deny not these, whatever is allowed
 */
public record DialConfig(List<NumberPattern> allow, List<NumberPattern> deny) {
  public static final DialConfig ALL = new DialConfig(List.of(), List.of());

  public DialConfig {
    allow = List.copyOf(allow);
    deny = List.copyOf(deny);
  }

  /** Why a number may not be called, in words; null when it may. */
  public @Nullable String whyNot(String number) {
    for (NumberPattern pattern : deny) {
      if (pattern.matches(number)) {
        return pattern + " is denied";
      }
    }
    for (NumberPattern pattern : allow) {
      if (pattern.matches(number)) {
        return null;
      }
    }
    return allow.isEmpty() ? null : "only " + NumberPatterns.told(allow) + " allowed";
  }
}
