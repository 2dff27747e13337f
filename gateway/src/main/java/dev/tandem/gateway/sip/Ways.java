package dev.tandem.gateway.sip;

import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.Transport;
import dev.tandem.sip.transport.net.SocketTransport;
import dev.tandem.sip.transport.net.TlsTransport;
import dev.tandem.sip.ua.FlowFinder;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import javax.sip.address.SipURI;
import javax.sip.address.URI;
import org.jspecify.annotations.Nullable;

/**
 * Which flow leads where. A connection is used for as long as it lives (RFC 5923); a WebSocket
 * cannot be made anew from here; and no name is looked up, since that would block. Thread-safe.
 */
final class Ways implements FlowFinder {
  private final List<SocketTransport> transports;

  Ways(List<SocketTransport> transports) {
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
    InetSocketAddress address = address(nextHop);
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

  /** Null unless the URI names its host by an address. */
  static @Nullable InetSocketAddress address(URI uri) {
    if (!(uri instanceof SipURI sip) || sip.getHost() == null) {
      return null;
    }
    String host = sip.getMAddrParam() == null ? sip.getHost() : sip.getMAddrParam();
    if (!isLiteral(host)) {
      return null;
    }
    try {
      int port = sip.getPort() < 0 ? (sip.isSecure() ? 5061 : 5060) : sip.getPort();
      return new InetSocketAddress(InetAddress.getByName(host), port);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  private static boolean isLiteral(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.indexOf(':') >= 0
        ? lower.chars().allMatch(c -> "0123456789abcdef:.[]".indexOf(c) >= 0)
        : !lower.isEmpty() && lower.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.');
  }
}
