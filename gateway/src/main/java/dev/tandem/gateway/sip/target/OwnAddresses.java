package dev.tandem.gateway.sip.target;

import dev.tandem.sip.stack.Hosts;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.Transport;
import dev.tandem.sip.transport.net.SocketTransport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Where a peer that we talk to can open a connection to us: the address that it knows us by, and
 * the port where we listen for that transport; a connection that we opened has another. Immutable.
 */
public final class OwnAddresses {
  private final List<SocketTransport> transports;

  public OwnAddresses(List<SocketTransport> transports) {
    this.transports = List.copyOf(transports);
  }

  /** Host, port and transport parameter of a URI that leads to us, for the peer of a flow. */
  public String hostPort(Flow flow) {
    InetSocketAddress address = address(flow);
    return Hosts.literal(address.getAddress())
        + ":"
        + address.getPort()
        + (flow.transport() == Transport.UDP
            ? ""
            : ";transport=" + flow.transport().uriParameter());
  }

  private InetSocketAddress address(Flow flow) {
    InetAddress used = flow.local().getAddress();
    for (SocketTransport transport : transports) {
      if (transport.transport() == flow.transport()) {
        InetAddress bound = transport.localAddress().getAddress();
        if (bound.isAnyLocalAddress() || bound.equals(used)) {
          return new InetSocketAddress(used, transport.localAddress().getPort());
        }
      }
    }
    return flow.local();
  }
}
