package dev.tandem.sip.transport.net;

import java.net.InetSocketAddress;
import java.time.Duration;

/** Refuses values that cannot be right, and says what was expected. */
final class Checks {
  private Checks() {}

  static void between(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " must be from " + min + " to " + max + ", was " + value);
    }
  }

  static void positive(String name, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(name + " must be longer than nothing, was " + value);
    }
  }

  static void resolved(InetSocketAddress remote) {
    if (remote.isUnresolved() || remote.getPort() == 0) {
      throw new IllegalArgumentException("an IP address and a port are needed, was " + remote);
    }
  }
}
