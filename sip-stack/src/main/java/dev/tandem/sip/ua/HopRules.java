package dev.tandem.sip.ua;

import dev.tandem.sip.transport.net.TlsPeer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a request is tried where there are several ways.
 *
 * @param tls how the server is believed on TLS; null for as all are
 * @param firstResponse how long an INVITE waits for its first response when there is another way;
 *     null for as with all
 * @param failureStatus what it is answered with when no way leads anywhere
 */
public record HopRules(
    LargeRequests largeRequests,
    @Nullable TlsPeer tls,
    @Nullable Duration firstResponse,
    int failureStatus,
    String failureReason) {

  /** For a server: a PBX, a carrier, a proxy. */
  public static HopRules server(LargeRequests largeRequests) {
    return server(largeRequests, null, null);
  }

  /** The same for one that is believed, or waited for, in its own way. */
  public static HopRules server(
      LargeRequests largeRequests, @Nullable TlsPeer tls, @Nullable Duration firstResponse) {
    return new HopRules(largeRequests, tls, firstResponse, 503, "Service Unavailable");
  }

  /** For a client that has registered: it is gone if it cannot be reached (RFC 3261 §21.4.18). */
  public static HopRules client() {
    return new HopRules(LargeRequests.TCP, null, null, 480, "Connection Lost");
  }
}
