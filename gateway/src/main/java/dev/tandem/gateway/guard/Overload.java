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
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Whether a new call would be at the cost of those that go on: because a thread that reads is
 * behind with its work, or because too many calls wait for an answer at once. Of too many calls a
 * share is put off, drawn by lot, so large that the thread that is most behind stays behind by
 * {@code limits.overload.lag}: as many calls as can be carried go on. Calls that can wait for their
 * turn are put off by {@link NewCalls} before that; of others the same share is put off. Why so is
 * in {@code docs/decisions/12-overload.md}. Thread-safe.
 */
public final class Overload implements Busy, CallObserver {
  private static final Duration PERIOD = Duration.ofMillis(100);

  /**
   * How the share follows the lag, both for a lag that is twice what is wanted: what is added as
   * long as it is so, and what stays for each period in which it was so.
   */
  private static final double AT_ONCE = 0.25;

  private static final double LASTING = 0.03;
  private static final double MOST_TIMES_OVER = 3;

  private static final int LEAST_WAIT_SECONDS = 5;
  private static final int MOST_WAIT_SECONDS = 15;

  private final LimitsConfig.Overload bounds;
  private final LongSupplier nanos;
  private final DoubleSupplier lot;
  private final List<Lag> threads = new ArrayList<>(); // complete before the first probe
  private final Set<String> setups = ConcurrentHashMap.newKeySet();
  private double lasting; // of the probe only
  private volatile double share;
  private final LongAdder passed = new LongAdder();
  private final LongAdder putOff = new LongAdder();
  private volatile double queued; // of what came to the queues in the last period

  /**
   * Makes a measure that knows no threads yet.
   *
   * @param nanos as {@link System#nanoTime}: how far a thread is behind is a matter of real time
   */
  public Overload(LimitsConfig.Overload bounds, LongSupplier nanos) {
    this(bounds, nanos, () -> ThreadLocalRandom.current().nextDouble());
  }

  /** With a lot from 0 (is put off first) to 1. */
  Overload(LimitsConfig.Overload bounds, LongSupplier nanos, DoubleSupplier lot) {
    this.bounds = bounds;
    this.nanos = nanos;
    this.lot = lot;
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
    List<Lag> lags = lags();
    long lag = lags.stream().mapToLong(Lag::lastingNanos).max().orElse(0);
    double wanted = bounds.lag().toNanos();
    double over = Math.min(MOST_TIMES_OVER, (lag - wanted) / wanted); // -1 for no lag at all
    lasting = between0And1(lasting + LASTING * over);
    share = between0And1(lasting + AT_ONCE * over);
    double refused = putOff.sumThenReset();
    queued = refused / Math.max(1, refused + passed.sumThenReset());
    lags.forEach(Lag::probe);
  }

  private static double between0And1(double share) {
    return Math.max(0, Math.min(1, share));
  }

  private List<Lag> lags() {
    synchronized (threads) {
      return List.copyOf(threads);
    }
  }

  @Override
  public boolean isTooMuch() {
    return setups.size() >= bounds.setups() || lot.getAsDouble() < share();
  }

  /**
   * The same without what is decided by {@link CallQueue}s, for calls that can wait in one: a last
   * resort.
   */
  boolean isBehind() {
    return setups.size() >= bounds.setups() || (share > 0 && lot.getAsDouble() < share);
  }

  /** A new call passed a queue, or was put off there. */
  void decided(boolean passes) {
    (passes ? passed : putOff).increment();
  }

  /** Of new calls, which is put off: from 0 to 1. */
  public double share() {
    return Math.max(share, queued);
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
