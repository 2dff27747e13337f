package dev.tandem.sip.ua;

import dev.tandem.sip.transport.net.TlsPeer;
import org.jspecify.annotations.Nullable;

/**
 * How a request is tried where there are several ways.
 *
 * @param tls how the server is believed on TLS; null for as all are
 * @param failureStatus what it is answered with when no way leads anywhere
 */
public record HopRules(
    LargeRequests largeRequests, @Nullable TlsPeer tls, int failureStatus, String failureReason) {

  /** For a server: a PBX, a carrier, a proxy. */
  public static HopRules server(LargeRequests largeRequests) {
    return server(largeRequests, null);
  }

  /** The same for one that is believed in its own way, or that wants a certificate of ours. */
  public static HopRules server(LargeRequests largeRequests, @Nullable TlsPeer tls) {
    return new HopRules(largeRequests, tls, 503, "Service Unavailable");
  }

  /** For a client that has registered: it is gone if it cannot be reached (RFC 3261 §21.4.18). */
  public static HopRules client() {
    return new HopRules(LargeRequests.TCP, null, 480, "Connection Lost");
  }
}
