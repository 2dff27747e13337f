package dev.tandem.gateway.browser;

import dev.tandem.testkit.Cable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** The network of one tab's device: a cable to the gateway, and a new address with each plug. */
final class Device implements AutoCloseable {
  final Cable cable;
  private int networks = 1;

  Device(InetSocketAddress gateway) {
    cable = Cable.to(gateway);
  }

  /** Out of one network and into another in the same moment; both ends notice. */
  void changesNetwork() {
    cable.flips(nextAddress());
  }

  /** There is a network again, with another address in it. */
  void findsNetwork() {
    cable.plugsIn(nextAddress());
  }

  private InetAddress nextAddress() {
    networks += 1;
    try {
      return InetAddress.getByName("127.0." + networks / 250 + "." + (networks % 250 + 1));
    } catch (UnknownHostException e) {
      throw new AssertionError(e); // it is a literal
    }
  }

  @Override
  public void close() {
    cable.close();
  }
}
