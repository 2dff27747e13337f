package dev.tandem.sip.dns;

import dev.tandem.sip.transport.Transport;
import java.net.Inet6Address;
import java.net.InetAddress;

/** Which peers our sockets can reach. Asked often, on any thread; never blocks. */
@FunctionalInterface
public interface Reach {

  /** Whether we have a socket of this transport for IPv6, or for IPv4. */
  boolean has(Transport transport, boolean ipv6);

  /** Whether we have a socket of this transport at all. */
  default boolean has(Transport transport) {
    return has(transport, false) || has(transport, true);
  }

  /** Whether we have a socket that can send to this address. */
  default boolean has(Transport transport, InetAddress address) {
    return has(transport, address instanceof Inet6Address);
  }
}
