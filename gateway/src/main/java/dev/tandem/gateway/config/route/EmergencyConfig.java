package dev.tandem.gateway.config.route;

import dev.tandem.gateway.config.value.NumberPattern;
import dev.tandem.gateway.config.value.NumberPatterns;
import java.util.List;

/**
 * Numbers that are never limited, and for which a trunk is tried even when it seems down.
 *
 * @param bypassRights whether everybody may call them, whatever else they may
 */
public record EmergencyConfig(List<NumberPattern> numbers, boolean bypassRights) {
  public EmergencyConfig {
    numbers = List.copyOf(numbers);
  }

  public boolean contains(String number) {
    return NumberPatterns.anyMatches(numbers, number);
  }
}
