package dev.tandem.gateway.probe;

import dev.tandem.gateway.config.SipConfig;
import dev.tandem.gateway.config.value.ListenAddress;
import dev.tandem.sip.transport.Transport;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the gateway listens for a transport, as a peer is to see it.
 *
 * @param bind as configured; null when nothing of that transport and address family is
 * @param shown our address on the way to the peer, with the configured port; port 0 for any
 */
record OwnAddress(@Nullable InetSocketAddress bind, InetSocketAddress shown) {

  /** The first configured address from which the peer can be reached. */
  static OwnAddress towards(InetSocketAddress peer, Transport transport, SipConfig sip)
      throws IOException {
    List<ListenAddress> listens =
        switch (transport) {
          case UDP -> sip.udp();
          case TCP -> sip.tcp();
          default -> sip.tls();
        };
    InetAddress way = UdpWire.towards(peer);
    for (ListenAddress each : listens) {
      InetSocketAddress bind = each.resolve();
      InetAddress address = bind.getAddress();
      if (address.isAnyLocalAddress()) {
        return new OwnAddress(bind, new InetSocketAddress(way, bind.getPort()));
      }
      if ((address instanceof Inet6Address) == (peer.getAddress() instanceof Inet6Address)) {
        return new OwnAddress(bind, bind);
      }
    }
    return new OwnAddress(null, new InetSocketAddress(way, 0));
  }

  /** Nothing sent from a loopback address leaves the machine. */
  boolean isLost(InetSocketAddress peer) {
    return bind != null
        && Place.of(bind.getAddress()) == Place.LOOPBACK
        && Place.of(peer.getAddress()) != Place.LOOPBACK;
  }
}
