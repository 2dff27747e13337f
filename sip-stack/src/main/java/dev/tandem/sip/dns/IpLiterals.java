package dev.tandem.sip.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Address;

/** Reads IP addresses, and never asks anybody about what is none. */
final class IpLiterals {
  private IpLiterals() {}

  /** Null for a name. An address of IPv4 written as one of IPv6 becomes one of IPv4. */
  static @Nullable InetAddress parse(String host) {
    int family = host.indexOf(':') >= 0 ? Address.IPv6 : Address.IPv4;
    byte[] bytes = Address.toByteArray(host, family);
    if (bytes == null) {
      return null;
    }
    return of(bytes);
  }

  /** The same address without a name, so that equal ones are equal and none is ever looked up. */
  static InetAddress of(InetAddress address) {
    return of(address.getAddress());
  }

  private static InetAddress of(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
