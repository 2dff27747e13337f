package dev.tandem.gateway.media;

import dev.tandem.gateway.media.Rtpengine.State;
import dev.tandem.sip.time.Timers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rtpengines that there are, and which of them has the next call: in turn by their weights, of
 * those that answer; of those that nobody has heard of yet, if there is no other. All are asked
 * again and again, also those that were silent. Thread-safe.
 */
final class Rtpengines implements AutoCloseable {
  private final List<Rtpengine> all;
  private final Map<Rtpengine, Integer> credit = new HashMap<>(); // guarded by itself
  private final Timers.Timer health;

  Rtpengines(List<Rtpengine> all, Timers timers, Duration pingEvery) {
    this.all = List.copyOf(all);
    this.health = timers.repeat(pingEvery, this::ping);
    ping();
  }

  private void ping() {
    for (Rtpengine engine : all) {
      var unused = engine.ask(Map.of("command", "ping"));
    }
  }

  List<Rtpengine> all() {
    return all;
  }

  /** For a call that has tried those already; null when there is no other. */
  @Nullable Rtpengine next(Set<Rtpengine> tried) {
    Rtpengine up = next(State.UP, tried);
    return up == null ? next(State.UNKNOWN, tried) : up;
  }

  /** Who has waited longest in proportion to its weight. */
  private @Nullable Rtpengine next(State state, Set<Rtpengine> tried) {
    synchronized (credit) {
      Rtpengine best = null;
      int sum = 0;
      for (Rtpengine engine : all) {
        if (engine.state() == state && !tried.contains(engine)) {
          sum += engine.weight();
          int now = credit.merge(engine, engine.weight(), Integer::sum);
          if (best == null || now > credit.getOrDefault(best, 0)) {
            best = engine;
          }
        }
      }
      if (best != null) {
        credit.merge(best, -sum, Integer::sum);
      }
      return best;
    }
  }

  @Override
  public void close() {
    health.cancel();
  }
}
