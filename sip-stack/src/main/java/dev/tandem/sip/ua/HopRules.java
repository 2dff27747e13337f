package dev.tandem.sip.ua;

/**
 * How a request is tried where there are several ways.
 *
 * @param failureStatus what it is answered with when no way leads anywhere
 */
public record HopRules(LargeRequests largeRequests, int failureStatus, String failureReason) {

  /** For a server: a PBX, a carrier, a proxy. */
  public static HopRules server(LargeRequests largeRequests) {
    return new HopRules(largeRequests, 503, "Service Unavailable");
  }

  /** For a client that has registered: it is gone if it cannot be reached (RFC 3261 §21.4.18). */
  public static HopRules client() {
    return new HopRules(LargeRequests.TCP, 480, "Connection Lost");
  }
}
