package dev.tandem.gateway.call;

/**
 * How a call ended.
 *
 * @param by who ended it
 * @param answered whether it was ever answered
 */
public record CallEnd(By by, boolean answered, Cause cause) {
  /** The one that ended the call. */
  public enum By {
    CALLER,
    CALLEE,
    GATEWAY
  }
}
