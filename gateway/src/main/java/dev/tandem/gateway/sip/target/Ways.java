package dev.tandem.gateway.sip.target;

import dev.tandem.gateway.sip.header.Addresses;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.Transport;
import dev.tandem.sip.transport.net.SocketTransport;
import dev.tandem.sip.transport.net.TlsTransport;
import dev.tandem.sip.ua.FlowFinder;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import javax.sip.address.SipURI;
import javax.sip.address.URI;
import org.jspecify.annotations.Nullable;

/**
 * Which flow leads where. A connection is used for as long as it lives (RFC 5923); a WebSocket
 * cannot be made anew from here; and no name is looked up, since that would block. Thread-safe.
 */
public final class Ways implements FlowFinder {
  private final List<SocketTransport> transports;

  public Ways(List<SocketTransport> transports) {
    this.transports = List.copyOf(transports);
  }

  @Override
  public @Nullable Flow find(URI nextHop, Flow last) {
    Transport transport = last.transport();
    if (transport.isReliable() && last.isOpen()) {
      return last;
    }
    if (transport.isWebSocket()) {
      return null;
    }
    InetSocketAddress address = Addresses.socket(nextHop);
    if (transport == Transport.UDP && address != null && isTcp(nextHop)) {
      return to(Transport.TCP, address);
    }
    // A name, or a peer behind NAT whose Contact leads nowhere: where the last packet came from.
    return to(transport, address == null ? last.remote() : address);
  }

  /** Null when we have no socket of that transport and address family. */
  @Nullable Flow to(Transport transport, InetSocketAddress address) {
    return to(transport, address, null);
  }

  /** The same to a peer that must prove, on TLS, that this is its name (RFC 5922 §4). */
  @Nullable Flow to(Transport transport, InetSocketAddress address, @Nullable String name) {
    for (SocketTransport candidate : transports) {
      if (candidate.transport() == transport && canReach(candidate, address)) {
        return name != null && candidate instanceof TlsTransport tls
            ? tls.flowTo(address, name)
            : candidate.flowTo(address);
      }
    }
    return null;
  }

  private static boolean canReach(SocketTransport from, InetSocketAddress to) {
    InetAddress local = from.localAddress().getAddress();
    return local.isAnyLocalAddress()
        || (local instanceof Inet6Address) == (to.getAddress() instanceof Inet6Address);
  }

  private static boolean isTcp(URI uri) {
    return uri instanceof SipURI sip && "tcp".equalsIgnoreCase(sip.getTransportParam());
  }
}
