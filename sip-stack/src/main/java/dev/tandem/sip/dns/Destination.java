package dev.tandem.sip.dns;

import dev.tandem.sip.transport.Transport;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One place that a request can be sent to.
 *
 * @param transport UDP, TCP or TLS
 * @param tlsName what the peer's certificate must name on TLS: the host of the URI that led here,
 *     not what DNS made of it (RFC 5922 §4); null on other transports
 */
public record Destination(
    Transport transport, InetSocketAddress address, @Nullable String tlsName) {

  /** The same place by another transport without TLS; the port stays (RFC 3261 §18.1.1). */
  public Destination by(Transport other) {
    if (other.isSecure()) {
      throw new IllegalArgumentException("a name to prove is needed on " + other);
    }
    return new Destination(other, address, null);
  }
}
