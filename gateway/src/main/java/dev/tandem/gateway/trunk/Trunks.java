package dev.tandem.gateway.trunk;

import dev.tandem.gateway.config.trunk.TrunkConfig;
import dev.tandem.gateway.routing.TrunkStatus;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All trunks: which of them sends a request, and how they are. Thread-safe; nothing blocks but
 * {@link #close}.
 */
public final class Trunks implements TrunkStatus, AutoCloseable {
  /** How long the end of a gateway waits for registrars to forget it. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final Map<String, Trunk> byName = new LinkedHashMap<>();
  private final RandomGenerator random;

  /**
   * Makes them; where the names are is looked up from now on.
   *
   * @param random spreads what is done again and again
   */
  public Trunks(
      List<TrunkConfig> configs,
      AddressLookup lookup,
      Timers timers,
      RandomGenerator random,
      TrunkObserver observer) {
    this.random = random;
    for (TrunkConfig config : configs) {
      Trunk trunk = new Trunk(config, lookup, timers, observer);
      byName.put(config.name(), trunk);
      trunk.locations().start();
    }
  }

  /** Begins to register and to ask. Once. */
  public void start(TrunkClient client) {
    byName.values().forEach(trunk -> trunk.start(client, random));
  }

  /** In the order of the configuration. */
  public List<Trunk> all() {
    return List.copyOf(byName.values());
  }

  /** Null when there is none of that name. */
  public @Nullable Trunk find(String name) {
    return byName.get(name);
  }

  /** A trunk that is configured. */
  public Trunk get(TrunkConfig config) {
    Trunk trunk = byName.get(config.name());
    if (trunk == null) {
      throw new IllegalArgumentException("no trunk " + config.name());
    }
    return trunk;
  }

  /**
   * What a request says of its sender, for two trunks behind one address.
   *
   * @param requestUser the user of the Request-URI
   * @param fromHost the host of From, in lower case
   */
  public record Claims(String requestUser, String fromHost) {}

  /**
   * The trunk at the other end of a flow; null when it is none. A browser never is, whatever its
   * address.
   *
   * <p>Who is configured for the longest prefix of the address is meant. Where that is several, in
   * this order: the one whose registered Contact is asked for; the one whose very address and port
   * it is; the one whose domain From names; the first in the configuration.
   */
  public @Nullable Trunk of(Flow flow, Claims claims) {
    if (flow.transport().isWebSocket()) {
      return null;
    }
    List<Trunk> candidates = new ArrayList<>(1);
    int best = 0;
    for (Trunk trunk : byName.values()) {
      int fits = trunk.fits(flow.remote().getAddress());
      if (fits > best) {
        candidates.clear();
        best = fits;
      }
      if (fits >= 0 && fits == best) {
        candidates.add(trunk);
      }
    }
    return candidates.size() < 2
        ? candidates.stream().findFirst().orElse(null)
        : among(candidates, flow.remote(), claims);
  }

  /**
   * Whether one of them is known to send from this address. Sources that are so wide that they name
   * nobody do not tell: what comes from there may be a trunk's, and is held to limits all the same.
   */
  public boolean isPeer(InetAddress address) {
    for (Trunk trunk : byName.values()) {
      if (trunk.isKnownAt(address)) {
        return true;
      }
    }
    return false;
  }

  private static Trunk among(List<Trunk> candidates, InetSocketAddress source, Claims claims) {
    for (Trunk trunk : candidates) {
      if (claims.requestUser().equals(trunk.config().peer().registeredUser())) {
        return trunk;
      }
    }
    for (Trunk trunk : candidates) {
      if (trunk.locations().contains(source)) {
        return trunk;
      }
    }
    for (Trunk trunk : candidates) {
      if (claims.fromHost().equalsIgnoreCase(trunk.config().domain())) {
        return trunk;
      }
    }
    return candidates.get(0);
  }

  /** A connection has ended. */
  public void connectionEnded(Flow flow) {
    byName.values().forEach(trunk -> trunk.connectionEnded(flow));
  }

  @Override
  public boolean isUp(String trunk) {
    Trunk known = byName.get(trunk);
    return known != null && known.isUp();
  }

  @Override
  public int calls(String trunk) {
    Trunk known = byName.get(trunk);
    return known == null ? 0 : known.calls();
  }

  /** How all of them are, in the order of the configuration. */
  public List<TrunkReport> reports() {
    return byName.values().stream().map(Trunk::report).toList();
  }

  /**
   * Asks no more, and takes back what is registered.
   *
   * @return done when that is answered, or after two seconds
   */
  public CompletableFuture<Void> leave() {
    return CompletableFuture.allOf(
        byName.values().stream()
            .map(trunk -> trunk.stop(FAREWELL))
            .toArray(CompletableFuture[]::new));
  }

  /** Leaves, and waits for that: two seconds at the most. */
  @Override
  public void close() {
    leave().completeOnTimeout(null, FAREWELL.toMillis(), TimeUnit.MILLISECONDS).join();
  }
}
