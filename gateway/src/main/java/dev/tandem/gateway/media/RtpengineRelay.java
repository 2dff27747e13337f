package dev.tandem.gateway.media;

import dev.tandem.gateway.bridge.CallInfo;
import dev.tandem.gateway.bridge.MediaRelay;
import dev.tandem.gateway.bridge.MediaWish;
import dev.tandem.gateway.bridge.NoSuchWay;
import dev.tandem.gateway.bridge.RelayedMedia;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.config.MediaConfig;
import dev.tandem.gateway.config.MediaConfig.EngineConfig;
import dev.tandem.gateway.config.value.ListenAddress;
import dev.tandem.gateway.sdp.PeerMedia;
import dev.tandem.gateway.sdp.PeerMedia.Kind;
import dev.tandem.sip.time.Timers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Relays for media, by rtpengines. Thread-safe. */
public final class RtpengineRelay implements MediaRelay, AutoCloseable {
  private static final NoSuchWay NOT_THROUGH =
      new NoSuchWay(Cause.of(488, "Media Cannot Be Anchored"));
  private static final NoSuchWay ONLY_THROUGH =
      new NoSuchWay(Cause.of(488, "Media Must Be Anchored"));

  private final boolean anchorsAll;
  private final String prefix;
  private final NgClient client;
  private final Rtpengines engines;
  private final Silence silence;
  private final @Nullable KeyReports reports;
  private final @Nullable String browserInterface;
  private final RelayedCall.Shared shared;
  private final Map<String, RelayedCall> byName = new ConcurrentHashMap<>();
  private final AtomicLong lastCall = new AtomicLong();

  /**
   * Opens a socket, and begins to ask whether the rtpengines are there. What an earlier run of this
   * node left there is removed.
   *
   * @param random makes the names of this run's questions and calls unlike all others
   * @param tellsCauses whether who is refused is told the word for it
   * @throws IOException when there is no socket, or a name of an rtpengine cannot be found
   */
  public RtpengineRelay(
      MediaConfig config,
      Timers timers,
      RandomGenerator random,
      MediaObserver observer,
      boolean tellsCauses)
      throws IOException {
    this.anchorsAll = config.anchor() == MediaConfig.Anchor.ALL;
    String boot = Long.toUnsignedString(random.nextLong(), 36);
    String node = config.node();
    this.prefix = (node == null ? "tandem" : node) + "-" + boot + "-";
    List<NgAddress> addresses = new ArrayList<>();
    for (EngineConfig engine : config.engines()) {
      addresses.add(
          new NgAddress(
              new InetSocketAddress(InetAddress.getByName(engine.host()), engine.port()),
              engine.tcp()));
    }
    this.client = new NgClient(timers, config.timeout(), boot);
    List<Rtpengine> all = new ArrayList<>();
    for (int i = 0; i < addresses.size(); i++) {
      all.add(new Rtpengine(client, observer, addresses.get(i), config.engines().get(i).weight()));
    }
    if (node != null) {
      all.forEach(
          engine ->
              engine.whenFirstUp(() -> new Orphans(engine, node + "-", prefix, observer).remove()));
    }
    this.engines = new Rtpengines(all, timers, config.ping());
    this.silence = new Silence(timers, config.silence());
    this.reports = reports(config.dtmfListen(), addresses);
    this.browserInterface = config.browserInterface();
    this.shared = new RelayedCall.Shared(engines, observer, reports != null, tellsCauses);
  }

  private @Nullable KeyReports reports(@Nullable ListenAddress at, List<NgAddress> addresses)
      throws IOException {
    return at == null
        ? null
        : new KeyReports(
            at.resolve(),
            addresses.stream().map(each -> each.socket().getAddress()).collect(Collectors.toSet()),
            report -> {
              RelayedCall call = byName.get(report.call());
              if (call != null) {
                call.pressedInMedia(report.tag(), report.key());
              }
            });
  }

  /** Where rtpengines tell of keys; null when nowhere. */
  public @Nullable InetSocketAddress dtmfAddress() {
    return reports == null ? null : reports.address();
  }

  @Override
  public @Nullable RelayedMedia between(
      CallInfo call, Legs legs, PeerMedia caller, PeerMedia callee) {
    boolean wanted = anchorsAll || caller.record() || callee.record();
    boolean needed = caller.differsFrom(callee) || (wanted && caller.isKnownLike(callee));
    boolean asked = legs.wish() == MediaWish.ANCHORED;
    if (asked && !caller.isKnownLike(callee)) {
      return NOT_THROUGH;
    } else if (needed && legs.wish() == MediaWish.DIRECT) {
      return ONLY_THROUGH;
    } else if (!needed && !asked) {
      return null;
    }
    String name = prefix + Long.toString(lastCall.incrementAndGet(), 36);
    RelayedCall relayed =
        new RelayedCall(
            shared, () -> byName.remove(name), legs, call, name, reached(caller), reached(callee));
    byName.put(name, relayed);
    silence.watch(relayed);
    return relayed;
  }

  private PeerMedia reached(PeerMedia media) {
    return media.kind() == Kind.WEBRTC ? media.reachedBy(browserInterface) : media;
  }

  /** Relays that calls have, those included whose {@code delete} is not answered yet. */
  public int open() {
    return byName.size();
  }

  /** Questions that wait for an answer. */
  public int waiting() {
    return client.waiting();
  }

  /** Calls that are being looked at. */
  int looking() {
    return silence.asked();
  }

  /** Names each rtpengine, and how it is. */
  public List<EngineReport> reports() {
    return engines.all().stream()
        .map(e -> new EngineReport(e.name(), e.state() == Rtpengine.State.UP, e.calls()))
        .toList();
  }

  /**
   * How an rtpengine is.
   *
   * @param calls of ours that it has
   */
  public record EngineReport(String name, boolean up, int calls) {}

  @Override
  public void close() {
    if (reports != null) {
      reports.close();
    }
    silence.close();
    engines.close();
    client.close();
  }
}
