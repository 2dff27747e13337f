package dev.tandem.gateway.sip.target;

import dev.tandem.sip.stack.Hosts;
import dev.tandem.sip.transport.Transport;
import dev.tandem.sip.transport.net.SocketTransport;
import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.message.SIPMessage;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;

/**
 * Where a peer that we talk to can open a connection to us: the address in our Via, and the port
 * where we listen for that transport; a connection that we opened has another. Immutable.
 */
public final class OwnAddresses {
  /** As long as any, for a request that is only measured: it has no Via before it has a way. */
  private static final String NOT_KNOWN_YET = "255.255.255.255:65535;transport=tcp";

  private final List<SocketTransport> transports;

  public OwnAddresses(List<SocketTransport> transports) {
    this.transports = List.copyOf(transports);
  }

  /** Host, port and transport parameter of a URI that leads to us, for who gets this request. */
  public String hostPort(SIPMessage request) {
    Via via = request.getTopmostVia();
    if (via == null) {
      return NOT_KNOWN_YET;
    }
    Transport transport = Transport.valueOf(via.getTransport().toUpperCase(Locale.ROOT));
    return via.getHost()
        + ":"
        + port(via, transport)
        + (transport == Transport.UDP ? "" : ";transport=" + transport.uriParameter());
  }

  private int port(Via via, Transport transport) {
    for (SocketTransport each : transports) {
      if (each.transport() == transport) {
        InetAddress bound = each.localAddress().getAddress();
        if (bound.isAnyLocalAddress() || Hosts.literal(bound).equals(via.getHost())) {
          return each.localAddress().getPort();
        }
      }
    }
    return via.getPort();
  }
}
