package dev.tandem.gateway.config.route;

/**
 * How much one may call.
 *
 * @param calls at once; 0 for any number
 * @param perSecond new calls in a second; 0 for any number
 */
public record LimitConfig(int calls, int perSecond) {
  public static final LimitConfig NONE = new LimitConfig(0, 0);

  public boolean isNone() {
    return calls == 0 && perSecond == 0;
  }
}
