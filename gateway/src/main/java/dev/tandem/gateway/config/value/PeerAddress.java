package dev.tandem.gateway.config.value;

import dev.tandem.sip.transport.Transport;
import org.jspecify.annotations.Nullable;

/**
 * Where a peer is, as the operator says it; DNS says the rest (RFC 3263).
 *
 * @param host a name or an address; IPv6 in brackets
 * @param port 0 when none is given
 * @param transport UDP, TCP or TLS; null when DNS is to say which
 */
public record PeerAddress(String host, int port, @Nullable Transport transport) {
  public PeerAddress {
    if (transport != null && transport.isWebSocket()) {
      throw new ConfigException(
          "trunks[].transport", "was ws, expected one of udp, tcp, tls, auto");
    }
    if (host.isEmpty()) {
      throw new ConfigException(
          "trunks[].address", "has no host, expected host[:port] such as pbx.example:5060");
    }
  }

  public static PeerAddress parse(String text, @Nullable Transport transport) {
    String expected = "host or host:port such as pbx.example:5060 or 192.0.2.1";
    HostPort parsed = HostPort.parse(text, 0, 0, expected);
    if (parsed.host().isEmpty()) {
      throw new IllegalArgumentException(expected);
    }
    return new PeerAddress(parsed.host(), parsed.port(), transport);
  }

  /** The transport where DNS says none (RFC 3263 §4.1). */
  public Transport transportOrDefault() {
    return transport == null ? Transport.UDP : transport;
  }

  /** The port where DNS says none. */
  public int portOrDefault() {
    return port == 0 ? transportOrDefault().defaultPort() : port;
  }

  @Override
  public String toString() {
    return port == 0 ? host : host + ":" + port;
  }
}
