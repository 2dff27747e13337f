package dev.tandem.gateway.json;

import java.net.InetAddress;

/**
 * Knows how much an address may send, over all its connections and whatever it speaks there, and
 * which addresses are not listened to. Thread-safe; never blocks.
 */
public interface Doorkeeper {
  boolean isBanned(InetAddress address);

  /**
   * Counts one request; asked once for each.
   *
   * @return how many seconds to wait before another is taken; 0 when this one is
   */
  int secondsToWait(InetAddress address, String type);

  /** One connection there sends more than it may. */
  void tooMany(InetAddress address);

  /** Somebody there gave a wrong password, proof or token. */
  void wrongCredentials(InetAddress address);
}
