package dev.tandem.sip.transport.net;

import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.Transport;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Our sockets, and which of them leads to a peer. Of several the one that the kernel would send
 * from is used, so that the peer sees the address that it can answer to. Thread-safe.
 */
public final class Sockets {
  private final List<SocketTransport> all;
  private final SourceAddresses sources;

  public Sockets(List<? extends SocketTransport> all, Timers timers) {
    this.all = List.copyOf(all);
    this.sources = new SourceAddresses(timers);
  }

  /**
   * The open flow to an address, or a new one, which may yet fail; null when no socket of ours can
   * reach it.
   *
   * @param tlsName what the peer's certificate must name, on TLS; null to take an accepted
   *     connection from there, or the address for the name
   */
  public @Nullable Flow flowTo(
      Transport transport, InetSocketAddress address, @Nullable String tlsName) {
    return flowTo(transport, address, tlsName, null);
  }

  /**
   * The same.
   *
   * @param as how the peer is believed on TLS; null for as all are
   */
  public @Nullable Flow flowTo(
      Transport transport,
      InetSocketAddress address,
      @Nullable String tlsName,
      @Nullable TlsPeer as) {
    SocketTransport socket = socket(transport, address.getAddress());
    if (socket == null) {
      return null;
    }
    if (tlsName == null || !(socket instanceof TlsTransport tls)) {
      return socket.flowTo(address);
    }
    return as == null ? tls.flowTo(address, tlsName) : tls.flowTo(address, tlsName, as);
  }

  /** Whether there is a socket of this transport for IPv6, or for IPv4. */
  public boolean has(Transport transport, boolean ipv6) {
    for (SocketTransport each : all) {
      if (each.transport() == transport && canReach(each, ipv6)) {
        return true;
      }
    }
    return false;
  }

  private @Nullable SocketTransport socket(Transport transport, InetAddress to) {
    boolean ipv6 = to instanceof Inet6Address;
    List<SocketTransport> able = new ArrayList<>(1);
    for (SocketTransport each : all) {
      if (each.transport() == transport && canReach(each, ipv6)) {
        able.add(each);
      }
    }
    if (able.size() < 2) {
      return able.isEmpty() ? null : able.get(0);
    }
    InetAddress source = sources.towards(to);
    for (SocketTransport each : able) {
      if (each.localAddress().getAddress().equals(source)) {
        return each;
      }
    }
    for (SocketTransport each : able) {
      if (each.localAddress().getAddress().isAnyLocalAddress()) {
        return each;
      }
    }
    return able.get(0);
  }

  /** A socket for all addresses of IPv6 takes IPv4 too; streams leave from wherever they can. */
  private static boolean canReach(SocketTransport socket, boolean ipv6) {
    InetAddress local = socket.wantedAddress().getAddress();
    if (local.isAnyLocalAddress()) {
      return socket.transport().isReliable() || local instanceof Inet6Address || !ipv6;
    }
    return ipv6 == local instanceof Inet6Address;
  }
}
