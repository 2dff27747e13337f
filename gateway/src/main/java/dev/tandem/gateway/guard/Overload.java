package dev.tandem.gateway.guard;

import dev.tandem.gateway.bridge.CallInfo;
import dev.tandem.gateway.bridge.CallObserver;
import dev.tandem.gateway.call.CallEnd;
import dev.tandem.gateway.config.LimitsConfig;
import dev.tandem.gateway.limit.Busy;
import dev.tandem.sip.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * Whether a new call would be at the cost of those that go on: because a thread that reads is
 * behind with its work, or because too many calls wait for an answer at once. Why these two is in
 * {@code docs/decisions/12-overload.md}. Thread-safe.
 */
public final class Overload implements Busy, CallObserver {
  private static final Duration PERIOD = Duration.ofMillis(100);
  private static final int LEAST_WAIT_SECONDS = 5;
  private static final int MOST_WAIT_SECONDS = 15;

  private final LimitsConfig.Overload bounds;
  private final LongSupplier nanos;
  private final List<Lag> threads = new ArrayList<>(); // complete before the first probe
  private final Set<String> setups = ConcurrentHashMap.newKeySet();

  /**
   * Makes a measure that knows no threads yet.
   *
   * @param nanos as {@link System#nanoTime}: how far a thread is behind is a matter of real time
   */
  public Overload(LimitsConfig.Overload bounds, LongSupplier nanos) {
    this.bounds = bounds;
    this.nanos = nanos;
  }

  /**
   * Begins to look at these threads.
   *
   * @return to be cancelled by the caller
   */
  public Timers.Timer watch(List<Executor> executors, Timers timers) {
    synchronized (threads) {
      executors.forEach(executor -> threads.add(new Lag(executor, nanos)));
    }
    return timers.repeat(PERIOD, this::probe);
  }

  void probe() {
    lags().forEach(Lag::probe);
  }

  private List<Lag> lags() {
    synchronized (threads) {
      return List.copyOf(threads);
    }
  }

  @Override
  public boolean isTooMuch() {
    if (setups.size() >= bounds.setups()) {
      return true;
    }
    long bound = bounds.lag().toNanos();
    synchronized (threads) {
      for (Lag lag : threads) {
        if (lag.isOver(bound)) {
          return true;
        }
      }
    }
    return false;
  }

  /** By lot, so that those who were put off do not come back together. */
  @Override
  public int secondsToWait() {
    return ThreadLocalRandom.current().nextInt(LEAST_WAIT_SECONDS, MOST_WAIT_SECONDS + 1);
  }

  /** How far the slowest thread is behind, in milliseconds. */
  public long lagMillis() {
    return lags().stream().mapToLong(Lag::nanos).max().orElse(0) / 1_000_000;
  }

  /** Calls that are not answered yet. */
  public int setups() {
    return setups.size();
  }

  @Override
  public void began(CallInfo call, int branches) {
    setups.add(call.key());
  }

  @Override
  public void answered(CallInfo call, Duration sinceBegan) {
    setups.remove(call.key());
  }

  @Override
  public void ended(CallInfo call, CallEnd end, Duration talked) {
    setups.remove(call.key());
  }
}
