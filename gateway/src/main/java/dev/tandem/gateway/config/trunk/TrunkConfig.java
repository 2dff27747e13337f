package dev.tandem.gateway.config.trunk;

import dev.tandem.gateway.config.route.TrunkPolicy;
import dev.tandem.gateway.config.value.PeerAddress;
import dev.tandem.sip.transport.Transport;

/**
 * A peer that we call and that may call us: a PBX or a carrier. What comes from its addresses is
 * trusted.
 *
 * @param peer how we speak with it, and how it is known
 * @param policy what may go there, and in which form
 */
public record TrunkConfig(String name, PeerAddress address, TrunkPeer peer, TrunkPolicy policy) {

  /** With nothing but an address. */
  public TrunkConfig(String name, String host, int port, Transport transport) {
    this(name, new PeerAddress(host, port, transport), TrunkPeer.PLAIN, TrunkPolicy.NONE);
  }

  /** A name or an address; IPv6 in brackets. */
  public String host() {
    return address.host();
  }

  public int port() {
    return address.portOrDefault();
  }

  /** UDP, TCP or TLS. */
  public Transport transport() {
    return address.transportOrDefault();
  }

  /** The host of Request-URI and To in requests to it. */
  public String domain() {
    String domain = peer.domain();
    return domain == null ? address.host() : domain;
  }

  /** Where requests to it are sent, whatever their Request-URI says. */
  public PeerAddress nextHop() {
    PeerAddress proxy = peer.outboundProxy();
    return proxy == null ? address : proxy;
  }
}
