package dev.tandem.sip.transport.net;

import dev.tandem.sip.time.Timers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which address of this machine the kernel sends from, by its routing table; remembered for a
 * while. Bounded; thread-safe.
 */
final class SourceAddresses {
  private static final int MAX = 1_000;
  private static final long VALID_MILLIS = 60_000;
  private static final int ANY_PORT = 5060;

  private record Source(@Nullable InetAddress address, long millis) {}

  private final Map<InetAddress, Source> known = new ConcurrentHashMap<>();
  private final Timers timers;

  SourceAddresses(Timers timers) {
    this.timers = timers;
  }

  /** Null when there is no route. */
  @Nullable InetAddress towards(InetAddress peer) {
    long now = timers.millis();
    Source source = known.get(peer);
    if (source == null || now - source.millis() > VALID_MILLIS) {
      source = new Source(ask(peer), now);
      if (known.size() >= MAX) {
        known.clear();
      }
      known.put(peer, source);
    }
    return source.address();
  }

  /** Connecting a UDP socket asks the routing table, and sends nothing. */
  static @Nullable InetAddress ask(InetAddress peer) {
    try (DatagramChannel probe = DatagramChannel.open()) {
      probe.connect(new InetSocketAddress(peer, ANY_PORT));
      return ((InetSocketAddress) probe.getLocalAddress()).getAddress();
    } catch (IOException e) {
      return null;
    }
  }
}
