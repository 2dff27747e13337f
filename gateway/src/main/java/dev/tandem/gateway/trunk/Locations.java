package dev.tandem.gateway.trunk;

import dev.tandem.gateway.config.value.PeerAddress;
import dev.tandem.sip.time.Timers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the names of one trunk are: looked up again and again, and an address that was found stays
 * until another is. Thread-safe.
 */
final class Locations {
  private static final Duration VALID = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofSeconds(10); // while there is no address

  private static final String PENDING = "its name is being looked up";

  private record Location(List<InetSocketAddress> addresses, @Nullable String problem) {}

  private final Map<PeerAddress, Location> known = new ConcurrentHashMap<>();
  private final Map<PeerAddress, Timers.Timer> timers = new ConcurrentHashMap<>();
  private final AddressLookup lookup;
  private final Timers clock;
  private final Runnable changed;
  private volatile boolean closed;

  /**
   * Begins to look up.
   *
   * @param changed called on any thread after an address, or the lack of one, became known
   */
  Locations(Collection<PeerAddress> peers, AddressLookup lookup, Timers clock, Runnable changed) {
    this.lookup = lookup;
    this.clock = clock;
    this.changed = changed;
    peers.forEach(peer -> known.put(peer, new Location(List.of(), PENDING)));
  }

  void start() {
    known.keySet().forEach(this::look);
  }

  private void look(PeerAddress peer) {
    if (!closed) {
      var unused = lookup.find(peer).whenComplete((found, failure) -> take(peer, found, failure));
    }
  }

  private void take(
      PeerAddress peer, @Nullable List<InetSocketAddress> found, @Nullable Throwable failure) {
    Location before = known.get(peer);
    Location now =
        found == null || failure != null
            ? new Location(before == null ? List.of() : before.addresses(), words(failure))
            : new Location(List.copyOf(found), null);
    known.put(peer, now);
    if (!now.equals(before)) {
      changed.run();
    }
    if (!closed && !isLiteral(peer, now)) {
      Duration pause = now.addresses().isEmpty() ? PAUSE : VALID;
      timers.put(peer, clock.schedule(pause, () -> look(peer)));
    }
  }

  private static String words(@Nullable Throwable failure) {
    Throwable cause = failure;
    String words = null;
    while (cause != null) {
      words = words == null || cause instanceof CompletionException ? cause.getMessage() : words;
      cause = cause.getCause();
    }
    return words == null ? "no address is found" : words;
  }

  private static boolean isLiteral(PeerAddress peer, Location now) {
    return !now.addresses().isEmpty()
        && (peer.host().startsWith("[")
            || now.addresses().get(0).getAddress().getHostAddress().equals(peer.host()));
  }

  /** The best first; empty while there are none. */
  List<InetSocketAddress> of(PeerAddress peer) {
    Location location = known.get(peer);
    return location == null ? List.of() : location.addresses();
  }

  /** Why there is no address, in words. */
  String problem(PeerAddress peer) {
    Location location = known.get(peer);
    String problem = location == null ? null : location.problem();
    return problem == null ? "no address is found" : problem;
  }

  /** Whether nothing is known of it yet, not even that there is no address. */
  boolean isPending(PeerAddress peer) {
    return problem(peer).equals(PENDING);
  }

  boolean contains(InetAddress address) {
    for (Location location : known.values()) {
      for (InetSocketAddress each : location.addresses()) {
        if (each.getAddress().equals(address)) {
          return true;
        }
      }
    }
    return false;
  }

  boolean contains(InetSocketAddress address) {
    return known.values().stream().anyMatch(each -> each.addresses().contains(address));
  }

  void close() {
    closed = true;
    timers.values().forEach(Timers.Timer::cancel);
  }
}
