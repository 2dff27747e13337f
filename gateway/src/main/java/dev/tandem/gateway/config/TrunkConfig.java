package dev.tandem.gateway.config;

import dev.tandem.sip.transport.Transport;

/**
 * A peer that we call and that may call us: a PBX or a carrier. What comes from its address is
 * trusted.
 *
 * @param host a name or an address; IPv6 in brackets
 * @param transport UDP, TCP or TLS
 * @param policy what may go there, and in which form
 */
public record TrunkConfig(
    String name, String host, int port, Transport transport, TrunkPolicy policy) {
  /** Where everything may go, as it is. */
  public TrunkConfig(String name, String host, int port, Transport transport) {
    this(name, host, port, transport, TrunkPolicy.NONE);
  }

  public TrunkConfig {
    if (transport.isWebSocket()) {
      throw new ConfigException("trunks[].transport", "was ws, expected one of udp, tcp, tls");
    }
    if (host.isEmpty()) {
      throw new ConfigException(
          "trunks[].address", "has no host, expected host[:port] such as pbx.example:5060");
    }
  }
}
