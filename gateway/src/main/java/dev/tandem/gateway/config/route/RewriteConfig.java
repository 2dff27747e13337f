package dev.tandem.gateway.config.route;

import dev.tandem.gateway.config.value.HeaderRules;
import dev.tandem.gateway.config.value.NumberStep;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a route changes in the requests that it takes, and does with their calls.
 *
 * @param number steps for the number that is called, in this order
 * @param callerNumber steps for the caller's number
 * @param callerName the caller's display name; null to leave it, empty for none
 * @param record whether the calls are to be recorded
 */
public record RewriteConfig(
    List<NumberStep> number,
    List<NumberStep> callerNumber,
    @Nullable String callerName,
    HeaderRules headers,
    boolean record) {
  public static final RewriteConfig NONE =
      new RewriteConfig(List.of(), List.of(), null, HeaderRules.NONE, false);

  public RewriteConfig {
    number = List.copyOf(number);
    callerNumber = List.copyOf(callerNumber);
  }

  /** The same for calls that are recorded. */
  public RewriteConfig recorded() {
    return new RewriteConfig(number, callerNumber, callerName, headers, true);
  }
}
