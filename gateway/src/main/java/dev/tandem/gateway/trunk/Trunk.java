package dev.tandem.gateway.trunk;

import dev.tandem.gateway.config.trunk.TrunkAuth;
import dev.tandem.gateway.config.trunk.TrunkConfig;
import dev.tandem.gateway.config.trunk.TrunkRegister;
import dev.tandem.gateway.config.value.PeerAddress;
import dev.tandem.sip.auth.ClientCredentials;
import dev.tandem.sip.auth.Credentials;
import dev.tandem.sip.auth.DigestAlgorithm;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.ua.PeerCredentials;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One trunk as it is at this moment. Thread-safe. */
public final class Trunk {
  private final TrunkConfig config;
  private final Timers timers;
  private final TrunkObserver observer;
  private final Locations locations;
  private final @Nullable PeerCredentials credentials;
  private final AtomicInteger calls = new AtomicInteger();
  private volatile @Nullable HealthCheck health;
  private volatile @Nullable Registration registration;
  private boolean up = true; // as told last; guarded by this
  private Instant since; // guarded by this

  Trunk(TrunkConfig config, AddressLookup lookup, Timers timers, TrunkObserver observer) {
    this.config = config;
    this.timers = timers;
    this.observer = observer;
    this.since = timers.now();
    this.credentials = credentials(config.peer().auth());
    Set<PeerAddress> names = new LinkedHashSet<>();
    names.add(config.nextHop());
    names.add(config.address());
    names.addAll(registrars());
    this.locations = new Locations(names, lookup, timers, this::located);
  }

  private @Nullable PeerCredentials credentials(@Nullable TrunkAuth auth) {
    return auth == null
        ? null
        : new PeerCredentials(
            clientCredentials(auth),
            this::isAt,
            why -> observer.challengeUnanswered(config.name(), why));
  }

  private static ClientCredentials clientCredentials(TrunkAuth auth) {
    if (auth.password() != null) {
      return ClientCredentials.ofPassword(auth.user(), auth.password().reveal(), auth.realm());
    }
    Map<DigestAlgorithm, String> ha1 = new EnumMap<>(DigestAlgorithm.class);
    if (auth.ha1() != null) {
      ha1.put(DigestAlgorithm.MD5, auth.ha1().reveal());
    }
    if (auth.ha1Sha256() != null) {
      ha1.put(DigestAlgorithm.SHA_256, auth.ha1Sha256().reveal());
    }
    return ClientCredentials.ofHa1(
        auth.user(), String.valueOf(auth.realm()), Credentials.ofHa1(ha1));
  }

  /** Begins to look up, to register and to ask how it is, as configured. */
  void start(TrunkClient client, RandomGenerator random) {
    TrunkRegister register = config.peer().register();
    if (register != null) {
      registration = new Registration(this, register, client, timers, random, observer);
    }
    Duration interval = config.peer().health().interval();
    if (interval != null) {
      health = new HealthCheck(this, config.peer().health(), interval, client, timers, random);
    }
    Registration registers = registration;
    if (registers != null) {
      registers.start();
    }
    HealthCheck asks = health;
    if (asks != null) {
      asks.start();
    }
  }

  /** Asks no more, and takes back what is registered; done when that is answered, or in time. */
  CompletableFuture<Void> stop(Duration limit) {
    locations.close();
    HealthCheck asks = health;
    if (asks != null) {
      asks.stop();
    }
    Registration registers = registration;
    return registers == null ? CompletableFuture.completedFuture(null) : registers.stop(limit);
  }

  public TrunkConfig config() {
    return config;
  }

  public String name() {
    return config.name();
  }

  /** What its challenges are answered with; null when they are not. */
  public @Nullable PeerCredentials credentials() {
    return credentials;
  }

  /** Where requests to it go at present; null while that is not known. */
  public @Nullable InetSocketAddress address() {
    List<InetSocketAddress> addresses = locations.of(config.nextHop());
    return addresses.isEmpty() ? null : addresses.get(0);
  }

  Locations locations() {
    return locations;
  }

  List<PeerAddress> registrars() {
    TrunkRegister register = config.peer().register();
    if (register == null) {
      return List.of();
    }
    return register.registrars().isEmpty() ? List.of(config.nextHop()) : register.registrars();
  }

  private void located() {
    Registration registers = registration;
    if (registers != null) {
      registers.located();
    }
    changed();
  }

  // Who it is.

  /** Whether the far end of a flow is this trunk, so that it may see our credentials. */
  public boolean isAt(Flow flow) {
    InetAddress address = flow.remote().getAddress();
    return !flow.transport().isWebSocket()
        && (locations.contains(address)
            || config.peer().sources().stream().anyMatch(range -> range.contains(address)));
  }

  /**
   * How well an address is known as one that the trunk sends from: the length of the longest prefix
   * that fits, -1 for none.
   */
  int fits(InetAddress source) {
    if (config.peer().sources().isEmpty()) {
      return locations.contains(source) ? source.getAddress().length * 8 : -1;
    }
    return config.peer().sources().stream()
        .filter(range -> range.contains(source))
        .mapToInt(range -> range.prefixLength())
        .max()
        .orElse(-1);
  }

  /** Whether it sends from this address by more than a network that holds everybody. */
  boolean isKnownAt(InetAddress source) {
    return config.peer().sources().isEmpty()
        ? locations.contains(source)
        : config.peer().sources().stream()
            .anyMatch(range -> !range.namesNobody() && range.contains(source));
  }

  // How it is.

  /** A call to it begins; to be ended exactly once. */
  public void callBegins() {
    calls.incrementAndGet();
  }

  public void callEnds() {
    calls.decrementAndGet();
  }

  public int calls() {
    return calls.get();
  }

  /** An INVITE to it had a final response, or none. */
  public void called(boolean answeredAtAll, int status) {
    HealthCheck asks = health;
    if (asks != null) {
      // 408 is what the one who was called did: nobody answered the call behind the trunk.
      boolean alive =
          answeredAtAll && (status == 408 || config.peer().health().codes().contains(status));
      asks.heardOfCall(
          alive, answeredAtAll ? "a call was answered " + status : "a call was not answered");
    }
  }

  /** A connection to or from it has ended. */
  void connectionEnded(Flow flow) {
    Registration registers = registration;
    if (registers != null && registers.isAt(flow.remote())) {
      registers.connectionLost();
    }
  }

  /** Something is known that was not: tells when that brings the trunk up or down. */
  void changed() {
    if (locations.isPending(config.nextHop())) {
      return;
    }
    String trouble = trouble();
    synchronized (this) {
      if (up == (trouble == null)) {
        return;
      }
      up = trouble == null;
      since = timers.now();
    }
    if (trouble == null) {
      observer.cameUp(name(), whyUp());
    } else {
      observer.wentDown(name(), trouble);
    }
  }

  /** Until the first look-up of its name has ended, it is taken to be up. */
  boolean isUp() {
    return locations.isPending(config.nextHop()) || trouble() == null;
  }

  /** Why it cannot be called; null when it can. */
  private @Nullable String trouble() {
    HealthCheck asks = health;
    if (locations.of(config.nextHop()).isEmpty()) {
      return locations.problem(config.nextHop());
    }
    Liveness live = asks == null ? null : asks.liveness();
    if (live != null && !live.up()) {
      return live.reason();
    }
    TrunkRegister register = config.peer().register();
    Registration registers = registration;
    return register != null && register.required() && registers != null && !registers.isRegistered()
        ? "not registered: " + registers.report().words()
        : null;
  }

  private String whyUp() {
    HealthCheck asks = health;
    return asks == null ? "not asked, so taken to be there" : asks.liveness().reason();
  }

  /** All that is known of it. */
  public TrunkReport report() {
    HealthCheck asks = health;
    Registration registers = registration;
    String trouble = trouble();
    Instant changedAt;
    synchronized (this) {
      changedAt = since;
    }
    return new TrunkReport(
        name(),
        trouble == null,
        trouble == null ? whyUp() : trouble,
        changedAt,
        locations.of(config.nextHop()),
        calls.get(),
        asks == null ? null : asks.roundTrip(),
        asks == null ? null : asks.lastAsked(),
        asks == null ? 0 : asks.liveness().streak(),
        asks == null ? 0 : asks.threshold(),
        registers == null ? null : registers.report());
  }
}
