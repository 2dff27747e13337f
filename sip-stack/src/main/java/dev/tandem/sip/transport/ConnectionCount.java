package dev.tandem.sip.transport;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/** Counts connections in all and per address, and says no in time. Thread-safe. */
public final class ConnectionCount {
  private final Map<InetAddress, Integer> perAddress = new HashMap<>();
  private final int maxTotal;
  private final int maxPerAddress;
  private int total;

  public ConnectionCount(int maxTotal, int maxPerAddress) {
    this.maxTotal = maxTotal;
    this.maxPerAddress = maxPerAddress;
  }

  /** True if there is room; then the caller gives it back by {@link #leave}, once. */
  public synchronized boolean enter(InetAddress address) {
    if (total >= maxTotal || perAddress.getOrDefault(address, 0) >= maxPerAddress) {
      return false;
    }
    total++;
    perAddress.merge(address, 1, Integer::sum);
    return true;
  }

  public synchronized void leave(InetAddress address) {
    total--;
    perAddress.computeIfPresent(address, (a, count) -> count == 1 ? null : count - 1);
  }

  public synchronized int total() {
    return total;
  }
}
