package dev.tandem.gateway.trunk;

import dev.tandem.gateway.config.trunk.TrunkHealth;
import dev.tandem.sip.time.Timers;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Asks one trunk with OPTIONS again and again whether it is there (RFC 3261 §11), and hears what
 * becomes of the calls to it. One question at a time. Thread-safe; a request is never abandoned
 * under the lock, since its answer may be coming in on a thread that has the transaction's.
 */
final class HealthCheck {
  private final Trunk trunk;
  private final TrunkHealth config;
  private final Duration interval;
  private final TrunkClient client;
  private final Timers timers;
  private final RandomGenerator random;

  private volatile Liveness liveness;
  private volatile @Nullable Duration roundTrip;
  private volatile @Nullable Instant lastAsked;
  private int round; // guarded by this, as all below
  private TrunkClient.@Nullable Pending pending;
  private Timers.@Nullable Timer timer;
  private boolean stopped;

  HealthCheck(
      Trunk trunk,
      TrunkHealth config,
      Duration interval,
      TrunkClient client,
      Timers timers,
      RandomGenerator random) {
    this.trunk = trunk;
    this.config = config;
    this.interval = interval;
    this.client = client;
    this.timers = timers;
    this.random = random;
    this.liveness = Liveness.unknown(timers.now());
  }

  /** Asks soon; the first time within a tenth of the interval, or two seconds. */
  synchronized void start() {
    long spread = Math.min(interval.toMillis() / 10, 2_000);
    timer = timers.schedule(Duration.ofMillis(random.nextLong(spread + 1)), this::ask);
  }

  Liveness liveness() {
    return liveness;
  }

  /** How many signs in a row change what it is now. */
  int threshold() {
    return liveness.up() ? config.down() : config.up();
  }

  /** Of the last OPTIONS that was answered; null before. */
  @Nullable Duration roundTrip() {
    return roundTrip;
  }

  /** Null before the first. */
  @Nullable Instant lastAsked() {
    return lastAsked;
  }

  private synchronized void ask() {
    if (stopped) {
      return;
    }
    lastAsked = timers.now();
    List<InetSocketAddress> addresses = trunk.locations().of(trunk.config().nextHop());
    if (addresses.isEmpty()) {
      heard(false, trunk.locations().problem(trunk.config().nextHop()));
      askAgain();
      return;
    }
    int now = ++round;
    long start = timers.millis();
    boolean[] over = new boolean[1];
    timer = timers.schedule(config.timeout(), () -> missed(now));
    TrunkClient.Pending sent =
        client.options(
            trunk,
            trunk.config().nextHop(),
            addresses.get(0),
            answer -> {
              synchronized (this) {
                over[0] = true;
                if (now == round && !stopped) {
                  pending = null;
                  cancelTimer();
                  take(answer, start);
                  askAgain();
                }
              }
            });
    if (!over[0]) {
      pending = sent;
    }
  }

  private void take(TrunkAnswer answer, long start) {
    if (answer.came()) {
      roundTrip = Duration.ofMillis(timers.millis() - start);
    }
    heard(
        answer.came() && config.codes().contains(answer.status()),
        (answer.came() ? "OPTIONS was answered " : "OPTIONS: ") + answer.told());
  }

  private void missed(int asked) {
    TrunkClient.Pending open;
    synchronized (this) {
      if (asked != round || stopped) {
        return;
      }
      round++;
      open = pending;
      pending = null;
      heard(false, "no answer to OPTIONS within " + config.timeout().toMillis() + " ms");
      askAgain();
    }
    if (open != null) {
      open.abandon();
    }
  }

  /** A call to it was answered in whatever way, or not at all. */
  synchronized void heardOfCall(boolean alive, String words) {
    if (!stopped) {
      heard(alive, words);
    }
  }

  private void heard(boolean alive, String why) {
    liveness = liveness.heard(alive, why, config, timers.now());
    trunk.changed();
  }

  private void askAgain() {
    long millis = interval.toMillis();
    long jitter = random.nextLong(millis / 5 + 1) - millis / 10;
    timer = timers.schedule(Duration.ofMillis(millis + jitter), this::ask);
  }

  void stop() {
    TrunkClient.Pending open;
    synchronized (this) {
      stopped = true;
      cancelTimer();
      open = pending;
    }
    if (open != null) {
      open.abandon();
    }
  }

  private void cancelTimer() {
    Timers.Timer waiting = timer;
    timer = null;
    if (waiting != null) {
      waiting.cancel();
    }
  }
}
