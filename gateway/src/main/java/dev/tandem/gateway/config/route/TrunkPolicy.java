package dev.tandem.gateway.config.route;

import dev.tandem.gateway.config.value.HeaderRules;
import dev.tandem.gateway.config.value.NumberStep;
import java.util.List;

/**
 * What may go by a trunk, and in which form.
 *
 * @param dial the numbers that it may be asked for, in the form in which they go there
 * @param numbersIn steps for the numbers in calls from it, the caller's too
 * @param numbersOut the same in calls to it, after those of the route
 * @param headers of calls to it
 */
public record TrunkPolicy(
    LimitConfig limits,
    DialConfig dial,
    List<NumberStep> numbersIn,
    List<NumberStep> numbersOut,
    IdentityConfig identity,
    HeaderRules headers) {
  public static final TrunkPolicy NONE =
      new TrunkPolicy(
          LimitConfig.NONE,
          DialConfig.ALL,
          List.of(),
          List.of(),
          IdentityConfig.DEFAULT,
          HeaderRules.NONE);

  public TrunkPolicy {
    numbersIn = List.copyOf(numbersIn);
    numbersOut = List.copyOf(numbersOut);
  }
}
