package dev.tandem.sip.dns;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tandem.sip.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Destinations that failed just now. They are tried last until a while is over, so that a host that
 * is down costs one call its patience and not every call (RFC 3263 §4.3). Bounded; thread-safe.
 */
final class SetBacks {
  private static final int MAX = 1_000;

  private final Cache<Destination, Boolean> failed;

  SetBacks(Duration time, Timers timers) {
    this.failed =
        Caffeine.newBuilder()
            .maximumSize(MAX)
            .ticker(() -> timers.millis() * 1_000_000)
            .executor(Runnable::run)
            .expireAfterWrite(time)
            .build();
  }

  void add(Destination destination) {
    failed.put(destination, true);
  }

  void remove(Destination destination) {
    failed.invalidate(destination);
  }

  boolean contains(Destination destination) {
    return failed.getIfPresent(destination) != null;
  }

  /** The same, those that failed behind the others; otherwise the order stays. */
  List<Destination> order(List<Destination> destinations) {
    List<Destination> good = new ArrayList<>(destinations.size());
    List<Destination> bad = new ArrayList<>(0);
    for (Destination each : destinations) {
      (contains(each) ? bad : good).add(each);
    }
    good.addAll(bad);
    return good;
  }
}
