package dev.tandem.gateway.trunk;

import dev.tandem.gateway.config.trunk.TrunkRegister;
import dev.tandem.gateway.config.value.PeerAddress;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.ua.RequestSeries;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Our registration with one trunk (RFC 3261 §10.2): refreshed before it ends, tried again with
 * growing pauses when it fails, taken back at the end. A registrar that does not answer, or cannot
 * now, makes way for the next one; a refusal is a refusal of all. There is never more than one
 * REGISTER under way. Thread-safe; a request is never abandoned under the lock, since its answer
 * may be coming in on a thread that has the transaction's.
 *
 * <pre>
 * nothing  => asking:      start, after a pause by lot
 * asking   => registered:  2xx with our Contact; asks again before that ends
 *          => asking:      423 with a longer time; or the next registrar
 *          => waiting:     all registrars failed, or one refused
 * waiting  => asking:      the pause is over
 * any      => stopped:     stop; takes back what is registered
 * </pre>
 */
final class Registration {
  private static final Duration SPREAD = Duration.ofSeconds(2);
  private static final Duration LONGEST_GRANT = Duration.ofDays(7);

  private final Trunk trunk;
  private final List<PeerAddress> registrars;
  private final TrunkClient client;
  private final Timers timers;
  private final RandomGenerator random;
  private final RetryPause pause;
  private final TrunkObserver observer;
  private final RequestSeries series = new RequestSeries();

  private int registrar; // guarded by this, as all below
  private int tried; // registrars since the last success or pause
  private int failures; // rounds in a row
  private Duration asked;
  private volatile long validUntil; // by the timers' clock; 0 while not registered
  private int round; // of the request under way; what earlier ones bring counts no more
  private TrunkClient.@Nullable Pending pending;
  private Timers.@Nullable Timer timer;
  private @Nullable CompletableFuture<Void> stopping;
  private @Nullable PeerAddress askedPeer;
  private @Nullable InetSocketAddress registeredAt;
  private boolean lost; // there was no address to ask at
  private volatile TrunkReport.Registered state;

  Registration(
      Trunk trunk,
      TrunkRegister config,
      TrunkClient client,
      Timers timers,
      RandomGenerator random,
      TrunkObserver observer) {
    this.trunk = trunk;
    this.registrars = trunk.registrars();
    this.client = client;
    this.timers = timers;
    this.random = random;
    this.pause = new RetryPause(config.retry(), config.maxRetry(), random);
    this.observer = observer;
    this.asked = config.expires();
    this.state = new TrunkReport.Registered(false, "not tried yet", timers.now(), null);
  }

  /** Registers soon; the gateway's trunks do not all begin at once. */
  synchronized void start() {
    after(Duration.ofMillis(random.nextLong(SPREAD.toMillis())), this::ask);
  }

  TrunkReport.Registered report() {
    TrunkReport.Registered now = state;
    return new TrunkReport.Registered(isRegistered(), now.words(), now.since(), now.next());
  }

  boolean isRegistered() {
    return validUntil > timers.millis();
  }

  /** Another address is known, or the first one. */
  synchronized void located() {
    if (lost && stopping == null) {
      lost = false;
      after(Duration.ZERO, this::ask);
    }
  }

  private synchronized void ask() {
    if (pending != null || stopping != null) {
      return;
    }
    PeerAddress peer = registrars.get(registrar);
    List<InetSocketAddress> addresses = trunk.locations().of(peer);
    lost = addresses.isEmpty();
    if (lost) {
      failed(TrunkAnswer.missing(503, trunk.locations().problem(peer)));
      return;
    }
    askedPeer = peer;
    registeredAt = addresses.get(0);
    send(peer, addresses.get(0), asked, this::take);
  }

  private interface Taking {
    void take(TrunkAnswer answer);
  }

  private void send(PeerAddress peer, InetSocketAddress to, Duration expires, Taking taking) {
    int now = ++round;
    boolean[] over = new boolean[1];
    TrunkClient.Pending sent =
        client.register(
            trunk,
            series,
            peer,
            to,
            expires,
            answer -> {
              synchronized (this) {
                over[0] = true;
                if (now == round) {
                  pending = null;
                  taking.take(answer);
                }
              }
            });
    if (!over[0]) {
      pending = sent;
    }
  }

  private void take(TrunkAnswer answer) {
    Duration least = answer.minExpires();
    if (answer.came() && answer.status() / 100 == 2) {
      granted(answer);
    } else if (answer.status() == 423
        && least != null
        && least.compareTo(asked) > 0
        && least.compareTo(LONGEST_GRANT) <= 0) {
      asked = least;
      ask();
    } else {
      failed(answer);
    }
  }

  private void granted(TrunkAnswer answer) {
    Duration expires = answer.expires();
    if (expires == null || expires.isZero() || expires.isNegative()) {
      failed(new TrunkAnswer(answer.status(), "without our Contact in it", true, null, null, null));
      return;
    }
    boolean before = validUntil > timers.millis();
    failures = 0;
    tried = 0;
    long millis = Math.min(expires.toMillis(), LONGEST_GRANT.toMillis());
    validUntil = timers.millis() + millis;
    // Between 75 and 90 % of it: early enough for a retry or two, and not all trunks at once.
    Duration refresh = Duration.ofMillis(millis * (75 + random.nextInt(16)) / 100);
    String words = "registered with " + registrars.get(registrar) + " for " + seconds(expires);
    state =
        new TrunkReport.Registered(
            true, words, before ? state.since() : timers.now(), timers.now().plus(refresh));
    after(refresh, this::ask);
    if (!before) {
      observer.registered(trunk.name(), words);
      trunk.changed();
    }
  }

  private void failed(TrunkAnswer answer) {
    tried++;
    String who = registrars.get(registrar).toString();
    boolean another = mayOthersAnswer(answer) && tried < registrars.size();
    if (mayOthersAnswer(answer)) {
      registrar = (registrar + 1) % registrars.size();
    }
    Duration wait = another ? Duration.ZERO : pauseAfter(answer);
    boolean still = validUntil > timers.millis();
    boolean wasRegistered = state.registered();
    String words = who + ": " + answer.told();
    String next = another ? "the next registrar is asked now" : "next try in " + seconds(wait);
    state =
        new TrunkReport.Registered(
            still,
            still ? "registered, but cannot refresh: " + words : words,
            wasRegistered == still ? state.since() : timers.now(),
            timers.now().plus(wait));
    observer.registrationFailed(trunk.name(), answer.status(), words + "; " + next);
    if (another) {
      ask();
    } else {
      after(wait, this::ask);
      watchEnd(wait);
    }
    trunk.changed();
  }

  /** What was registered may end before the next try. */
  private void watchEnd(Duration wait) {
    long left = validUntil - timers.millis();
    if (left > 0 && left < wait.toMillis()) {
      long until = validUntil;
      timers.schedule(Duration.ofMillis(left), () -> ended(until));
    }
  }

  private void ended(long until) {
    synchronized (this) {
      if (validUntil != until || stopping != null) {
        return;
      }
      state =
          new TrunkReport.Registered(
              false, "has ended; " + state.words(), timers.now(), state.next());
    }
    trunk.changed();
  }

  /** Silence and trouble are one registrar's; what it refuses, another of the domain does too. */
  private static boolean mayOthersAnswer(TrunkAnswer answer) {
    return !answer.came() || answer.status() == 408 || answer.status() / 100 == 5;
  }

  private Duration pauseAfter(TrunkAnswer answer) {
    tried = 0;
    failures++;
    // A wrong password does not become right by asking often, and may get us locked out.
    Duration wait = mayOthersAnswer(answer) ? pause.after(failures) : pause.longestByLot();
    Duration told = answer.retryAfter();
    Duration most = Duration.ofDays(1);
    return told == null || told.compareTo(wait) < 0 ? wait : told.compareTo(most) < 0 ? told : most;
  }

  /**
   * The connection that we registered on is gone: the registrar may reach us by it alone, so that
   * is made again at once.
   */
  void connectionLost() {
    synchronized (this) {
      if (validUntil > timers.millis() && pending == null && stopping == null) {
        after(Duration.ofMillis(random.nextLong(SPREAD.toMillis())), this::ask);
      }
    }
  }

  /** Whether that is where we registered last. */
  synchronized boolean isAt(InetSocketAddress address) {
    return address.equals(registeredAt);
  }

  /**
   * Asks no more, and takes the registration back.
   *
   * @return done when the registrar has answered, or did not in time
   */
  CompletableFuture<Void> stop(Duration limit) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    TrunkClient.Pending open;
    synchronized (this) {
      CompletableFuture<Void> before = stopping;
      if (before != null) {
        return before;
      }
      stopping = done;
      cancelTimer();
      open = pending;
      pending = null;
      round++;
    }
    if (open != null) {
      open.abandon(); // before the next one is sent: they are one series
    }
    synchronized (this) {
      boolean maybeRegistered = validUntil > timers.millis() || open != null;
      InetSocketAddress at = registeredAt;
      validUntil = 0;
      state = new TrunkReport.Registered(false, "stopped", timers.now(), null);
      PeerAddress peer = askedPeer;
      if (at == null || peer == null || !maybeRegistered) {
        done.complete(null);
        return done;
      }
      timer = timers.schedule(limit, () -> done.complete(null));
      send(peer, at, Duration.ZERO, answer -> done.complete(null));
    }
    return done.whenComplete((nothing, failure) -> abandon());
  }

  private void abandon() {
    TrunkClient.Pending open;
    synchronized (this) {
      cancelTimer();
      open = pending;
      pending = null;
    }
    if (open != null) {
      open.abandon();
    }
  }

  private void after(Duration delay, Runnable what) {
    cancelTimer();
    timer = timers.schedule(delay, what);
  }

  private void cancelTimer() {
    Timers.Timer waiting = timer;
    timer = null;
    if (waiting != null) {
      waiting.cancel();
    }
  }

  private static String seconds(Duration duration) {
    return Math.round(duration.toMillis() / 1000.0) + " s";
  }
}
