package dev.tandem.gateway.probe;

import java.net.Inet4Address;
import java.net.InetAddress;

/** From where an address can be reached. */
enum Place {
  LOOPBACK,
  /** RFC 1918, RFC 6598, RFC 4193, and link-local. */
  PRIVATE,
  PUBLIC;

  static Place of(InetAddress address) {
    if (address.isLoopbackAddress()) {
      return LOOPBACK;
    }
    byte[] octets = address.getAddress();
    boolean shared =
        address instanceof Inet4Address && octets[0] == 100 && (octets[1] & 0xC0) == 64;
    boolean local = !(address instanceof Inet4Address) && (octets[0] & 0xFE) == 0xFC;
    return shared || local || address.isSiteLocalAddress() || address.isLinkLocalAddress()
        ? PRIVATE
        : PUBLIC;
  }
}
