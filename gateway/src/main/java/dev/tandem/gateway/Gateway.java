package dev.tandem.gateway;

import dev.tandem.gateway.admin.CallsPage;
import dev.tandem.gateway.admin.ExplainPage;
import dev.tandem.gateway.admin.HttpSite;
import dev.tandem.gateway.admin.IceServersPage;
import dev.tandem.gateway.admin.Readiness;
import dev.tandem.gateway.admin.TrunksPage;
import dev.tandem.gateway.bridge.CallLog;
import dev.tandem.gateway.bridge.Calls;
import dev.tandem.gateway.bridge.MediaRelay;
import dev.tandem.gateway.bridge.Observers;
import dev.tandem.gateway.bridge.OtherDevices;
import dev.tandem.gateway.call.CallSettings;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.config.CallsConfig;
import dev.tandem.gateway.config.LimitsConfig;
import dev.tandem.gateway.config.MessagesConfig;
import dev.tandem.gateway.config.SessionTimerConfig;
import dev.tandem.gateway.config.TandemConfig;
import dev.tandem.gateway.config.TokenConfig;
import dev.tandem.gateway.config.WebSocketConfig;
import dev.tandem.gateway.config.trunk.TrunkConfig;
import dev.tandem.gateway.config.value.ListenAddress;
import dev.tandem.gateway.config.value.TlsFiles;
import dev.tandem.gateway.event.Subscriptions;
import dev.tandem.gateway.guard.Guard;
import dev.tandem.gateway.guard.Overload;
import dev.tandem.gateway.guard.Turned;
import dev.tandem.gateway.json.JsonService;
import dev.tandem.gateway.json.http.SessionPages;
import dev.tandem.gateway.json.http.TutorialPages;
import dev.tandem.gateway.limit.Limits;
import dev.tandem.gateway.media.RtpengineRelay;
import dev.tandem.gateway.message.MessageStore;
import dev.tandem.gateway.metrics.EnumCounters;
import dev.tandem.gateway.metrics.GatewayMetrics;
import dev.tandem.gateway.registrar.Registrar;
import dev.tandem.gateway.routing.Domain;
import dev.tandem.gateway.routing.RouteDecision;
import dev.tandem.gateway.routing.Router;
import dev.tandem.gateway.routing.Surroundings;
import dev.tandem.gateway.sip.SipService;
import dev.tandem.gateway.sip.target.TrunkHops;
import dev.tandem.gateway.token.TokenAdmission;
import dev.tandem.gateway.token.TokenOutcome;
import dev.tandem.gateway.token.TokenService;
import dev.tandem.gateway.trunk.AddressLookup;
import dev.tandem.gateway.trunk.Trunks;
import dev.tandem.sip.auth.DigestOutcome;
import dev.tandem.sip.stack.MessageLimits;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowListener;
import dev.tandem.sip.transport.http.HttpLimits;
import dev.tandem.sip.transport.http.HttpServer;
import dev.tandem.sip.transport.http.HttpServerException;
import dev.tandem.sip.transport.http.ServerTls;
import dev.tandem.sip.transport.ws.Admission;
import dev.tandem.sip.transport.ws.OriginPolicy;
import dev.tandem.sip.transport.ws.SipOverWebSocket;
import dev.tandem.sip.transport.ws.WebSocketEndpoint;
import dev.tandem.sip.transport.ws.WebSocketLimits;
import dev.tandem.sip.ua.SessionTimerSettings;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One gateway: the one place where its parts are made, joined, started, and stopped in reverse. The
 * way of an INVITE through them is in {@code docs/architecture.md}.
 */
public final class Gateway implements Service {
  private static final Logger log = LoggerFactory.getLogger(Gateway.class);

  /** For the BYEs that end the calls of a drain, and for close frames. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(3);

  private final TandemConfig config;
  private final Timers timers;
  private final Events events;
  private final Limits limits;
  private final Calls calls;
  private final Overload overload;
  private final Guard guard;
  private final SipService sip;
  private final @Nullable JsonService json;
  private final Registrar registrar;
  private final SocketTransports sockets;
  private final FlowListener sipFlows;
  private final Trunks trunks;
  private final @Nullable TokenService tokens;
  private final WebSocketEndpoint webSockets;
  private final HttpSite site;
  private final Deque<Runnable> stops;
  private final List<Endpoint> endpoints = new ArrayList<>();
  private volatile Readiness readiness = Readiness.STARTING;

  private Gateway(TandemConfig config, GatewayEnvironment environment, Deque<Runnable> stops)
      throws StartException {
    this.config = config;
    this.stops = stops;
    this.timers = new Timers(environment.executor(), environment.clock(), environment.millis());
    stops.push(environment.executor()::shutdownNow);
    GatewayMetrics metrics = new GatewayMetrics(Launcher.version());
    stops.push(metrics::close);

    Domain domain = new Domain(config.domain(), config.domainAliases());
    this.events = new Events(config.events(), domain, timers, metrics);
    this.registrar =
        new Registrar(config.registrar(), timers, events.hearing(new RegistrarLog(metrics)));
    stops.push(registrar::close);
    this.limits = new Limits(config.trunks(), config.routing(), timers.steady()::instant);
    this.sockets = new SocketTransports(config.sip(), config.limits(), timers);
    stops.push(sockets::close);
    Outbound outbound = new Outbound(config, sockets, timers);
    AddressLookup lookup = outbound.lookup();
    this.trunks =
        new Trunks(
            config.trunks(), lookup, timers, new SecureRandom(), new TrunkLog(metrics.trunks()));
    TrunkGauges.show(metrics.trunks(), trunks);
    Router router =
        new Router(
            domain,
            config.users(),
            config.trunks(),
            config.routing(),
            new Surroundings(registrar::bindings, trunks, limits, new GroupTurns(), false));
    this.overload = new Overload(config.limits().overload(), System::nanoTime);
    this.guard =
        new Guard(
            config.limits(),
            trunks::isPeer,
            timers,
            metrics.byEnum(
                    "tandem.guard.turned",
                    "Messages and connections of strangers that were turned away, and bans",
                    "why",
                    Turned.class)
                ::add);
    this.calls =
        new Calls(
            new CallSettings(
                config.calls().noAnswer(),
                config.calls().maxDuration(),
                config.calls().hunting().serialTimeout(),
                config.calls().hunting().redirectsFollowed()),
            timers,
            new Observers(
                List.of(
                    new CallLog(),
                    new CallMetricsObserver(metrics.calls()),
                    events.callObserver(),
                    overload)),
            new SecureRandom(),
            mediaRelay(metrics));

    this.tokens = tokens(metrics);
    RefusalLog refusalLog =
        new RefusalLog(
            metrics.calls(),
            metrics.byEnum(
                    "tandem.routing.refused",
                    "Calls and messages that routing refused, by cause",
                    "cause",
                    RouteDecision.Refusal.class)
                ::add);
    IceServersPage ice =
        new IceServersPage(
            config.ice(),
            tokens == null ? null : tokens.verifier(),
            config.auth().tokens().cookie(),
            OriginPolicy.allowing(config.websocket().allowedOrigins()),
            timers::now);
    this.json =
        JsonDialect.of(
            config,
            domain,
            tokens == null ? null : tokens.verifier(),
            registrar,
            router,
            calls,
            limits,
            events.server(),
            ice,
            refusalLog,
            timers,
            metrics);
    this.sip = sipService(config, domain, router, metrics, outbound.hops(), refusalLog);
    stops.push(sip::close);
    if (json != null) {
      JsonDialect.join(json, sip);
      stops.push(json::close);
    }
    this.sipFlows = guard.before(sip.flows());
    OriginPolicy origins = OriginPolicy.allowing(config.websocket().allowedOrigins());
    Admission admission =
        new GuardedAdmission(
            guard,
            tokens == null
                ? Admission.ANYBODY
                : new TokenAdmission(config.auth().tokens(), tokens.verifier()));
    this.webSockets =
        new WebSocketEndpoint(
            timers,
            limits(config.websocket(), config.limits()),
            origins,
            admission,
            json == null
                ? List.of(new SipOverWebSocket(sipFlows))
                : List.of(new SipOverWebSocket(sipFlows), json),
            json);
    measure(metrics);

    this.site =
        new HttpSite(
            config.admin(),
            config.demo(),
            config.domain(),
            config.websocket().paths().contains("/ws")
                ? "/ws"
                : config.websocket().paths().iterator().next(),
            metrics,
            () -> readiness,
            ice);
    site.addAdminPage(
        ExplainPage.PATH,
        new ExplainPage(
            router,
            domain,
            config.users(),
            config.trunks().stream().map(TrunkConfig::name).collect(Collectors.toSet()),
            timers::now));
    site.addAdminPage(TrunksPage.PATH, new TrunksPage(trunks::reports));
    site.addAdminPage(CallsPage.PATH, new CallsPage(calls));
    if (json != null) {
      addDialectByHttp(json, admission, origins);
    }
  }

  private void addDialectByHttp(JsonService dialect, Admission admission, OriginPolicy origins) {
    site.addApplication(
        SessionPages.PATH, new SessionPages(dialect.http(), admission, origins, timers));
    if (config.json().tutorial()) {
      TutorialPages pages = new TutorialPages(dialect.http(), origins, timers);
      site.addApplication(TutorialPages.SIGNALLING, pages.signalling());
      site.addApplication(TutorialPages.SIP, pages.sip());
      site.addApplication(TutorialPages.SDP, pages.sdp());
    }
  }

  /**
   * Starts a gateway, and returns when it serves.
   *
   * @throws StartException when it cannot; nothing is left open then
   */
  public static Gateway start(TandemConfig config, GatewayEnvironment environment)
      throws StartException {
    Deque<Runnable> stops = new ArrayDeque<>();
    try {
      Gateway gateway = new Gateway(config, environment, stops);
      gateway.open();
      return gateway;
    } catch (StartException e) {
      stopAll(stops);
      throw e;
    }
  }

  private void open() throws StartException {
    sockets.start(sipFlows);
    endpoints.addAll(sockets.endpoints());
    listen(new HttpFront(config.websocket().paths(), webSockets, site));
    trunks.start(sip.trunkClient());
    stops.push(trunks::close);
    readiness = Readiness.READY;
  }

  private MediaRelay mediaRelay(GatewayMetrics metrics) throws StartException {
    if (!config.media().hasRelay()) {
      return MediaRelay.NONE;
    }
    try {
      RtpengineRelay relay =
          new RtpengineRelay(config.media(), timers, new SecureRandom(), new MediaLog(metrics));
      stops.push(relay::close);
      MediaGauges.show(metrics, relay);
      return relay;
    } catch (IOException e) {
      throw new StartException("media.rtpengine", String.valueOf(e.getMessage()), e);
    }
  }

  private @Nullable TokenService tokens(GatewayMetrics metrics) throws StartException {
    TokenConfig settings = config.auth().tokens();
    if (!settings.enabled()) {
      return null;
    }
    try {
      TokenService service =
          new TokenService(
              settings,
              timers,
              metrics.byEnum(
                      "tandem.auth.tokens.refused",
                      "Tokens that were no good",
                      "fault",
                      TokenOutcome.Fault.class)
                  ::add);
      stops.push(service::close);
      return service;
    } catch (IOException e) {
      throw new StartException("auth.tokens.jwks", String.valueOf(e.getMessage()), e);
    }
  }

  private SipService sipService(
      TandemConfig config,
      Domain domain,
      Router router,
      GatewayMetrics metrics,
      TrunkHops trunkHops,
      RefusalLog refusalLog) {
    return new SipService(
        Launcher.product(config),
        limits(config.limits().messages()),
        overload,
        domain,
        config.users(),
        UserCredentials.authenticator(config, timers),
        tokens == null ? null : tokens.verifier(),
        config.auth().tokens().anyUser(),
        registrar,
        router,
        limits,
        config.calls().causeHeader(),
        calls,
        config.registrar(),
        config.calls().hunting(),
        config.messages(),
        messageStore(config.messages(), metrics),
        events.server(),
        config.calls().detachWindow(),
        trunks,
        sessionTimer(config.calls().sessionTimer()),
        config.calls().probe(),
        sockets.all(),
        trunkHops,
        timers,
        metrics.stackListener(),
        challenges(metrics),
        refusalLog,
        config.calls().noAnswer().plusMinutes(1),
        config.calls().transfer() == CallsConfig.Transfer.PEER,
        json == null ? OtherDevices.NONE : json);
  }

  /** Counts them, and tells the guard of wrong passwords. */
  private BiConsumer<DigestOutcome.Reason, Flow> challenges(GatewayMetrics metrics) {
    EnumCounters<DigestOutcome.Reason> counters =
        metrics.byEnum(
            "tandem.auth.challenges",
            "Requests that were challenged, by reason",
            "reason",
            DigestOutcome.Reason.class);
    return (reason, flow) -> {
      counters.add(reason);
      if (reason == DigestOutcome.Reason.WRONG_CREDENTIALS) {
        guard.wrongCredentials(flow.remote().getAddress());
      }
    };
  }

  private static @Nullable SessionTimerSettings sessionTimer(SessionTimerConfig config) {
    Duration expires = config.expires();
    return expires == null ? null : new SessionTimerSettings(expires, config.min());
  }

  private @Nullable MessageStore messageStore(MessagesConfig messages, GatewayMetrics metrics) {
    boolean keeps = messages.storePerUser() > 0;
    MessageStore store =
        new MessageStore(messages.storePerUser(), messages.storeFor(), timers.steady());
    metrics.gauge(
        "tandem.messages.stored",
        "Messages that wait for users who are offline",
        store,
        MessageStore::size);
    return keeps ? store : null;
  }

  private void listen(HttpFront front) throws StartException {
    List<HttpServer.Listener> listeners = new ArrayList<>();
    List<String> protocols = new ArrayList<>();
    for (ListenAddress address : config.http().listen()) {
      listeners.add(HttpServer.Listener.plain(host(address), address.port()));
      protocols.add("http");
    }
    TlsFiles files = config.http().tls();
    if (files != null && !config.http().listenTls().isEmpty()) {
      ServerTls tls = TlsIdentities.read(files, "http.tls");
      for (ListenAddress address : config.http().listenTls()) {
        listeners.add(HttpServer.Listener.tls(host(address), address.port(), tls));
        protocols.add("https");
      }
    }
    try {
      HttpServer server = HttpServer.start(listeners, HttpLimits.defaults(), front);
      stops.push(server::close);
      List<Executor> threads = new ArrayList<>(server.ioThreads());
      threads.addAll(sockets.threads());
      stops.push(overload.watch(threads, timers)::cancel);
      for (int i = 0; i < protocols.size(); i++) {
        endpoints.add(i, new Endpoint(protocols.get(i), server.addresses().get(i)));
      }
    } catch (HttpServerException e) {
      throw new StartException("http.listen", String.valueOf(e.getMessage()), e);
    }
    stops.push(() -> await(webSockets.close()));
  }

  private static String host(ListenAddress address) {
    return address.host().isEmpty() ? "0.0.0.0" : address.host();
  }

  private static MessageLimits limits(LimitsConfig.Messages messages) {
    return new MessageLimits(
        messages.headers().bytes(),
        messages.header().bytes(),
        messages.headerCount(),
        messages.values(),
        messages.uri().bytes(),
        messages.quoted().bytes(),
        messages.descriptionLines());
  }

  private static WebSocketLimits limits(WebSocketConfig config, LimitsConfig limits) {
    return WebSocketLimits.DEFAULTS
        .withMaxConnectionsPerAddress(limits.connections().perAddress())
        .withQueue(config.sendQueue().bytes(), WebSocketLimits.DEFAULTS.maxQueuedMessages())
        .withMaxMessageBytes(config.maxMessage().bytes())
        .withPing(config.pingInterval(), config.missedPings())
        .withFirstMessageTimeout(config.firstMessageTimeout());
  }

  private void measure(GatewayMetrics metrics) {
    TransportCounts.show(metrics, sockets.all(), webSockets.counters());
    metrics.gauge("tandem.registrar.bindings", "Live bindings", registrar, Registrar::bindingCount);
    metrics.gauge(
        "tandem.registrar.aors", "Users with a device online", registrar, Registrar::aorCount);
    metrics.gauge("tandem.sip.dialogs", "SIP dialogs", sip, s -> s.agent().dialogs());
    metrics.gauge(
        "tandem.legs.detached",
        "Legs that wait for their device to come back",
        sip,
        SipService::detachedLegs);
    metrics.gauge(
        "tandem.overload.lag.millis",
        "How far the slowest thread that reads is behind",
        overload,
        Overload::lagMillis);
    metrics.gauge(
        "tandem.overload.setups", "Calls that are not answered yet", overload, Overload::setups);
    metrics.gauge(
        "tandem.guard.addresses", "Strangers' addresses remembered", guard, Guard::addresses);
    metrics.gauge("tandem.guard.banned", "Addresses that are banned now", guard, Guard::banned);
    metrics.gauge(
        "tandem.sip.transactions", "SIP transactions", sip, s -> s.agent().stack().transactions());
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.copyOf(endpoints);
  }

  public Readiness readiness() {
    return readiness;
  }

  /** The calls that go on; a test asks whether any is left. */
  public Limits limits() {
    return limits;
  }

  public Calls calls() {
    return calls;
  }

  /** For tests that ask whether anything is left. */
  public SipService sip() {
    return sip;
  }

  /** The clients that speak JSON; null when that is off. */
  public @Nullable JsonService json() {
    return json;
  }

  /** Who watches whom; a test asks whether any subscription is left. */
  public Subscriptions subscriptions() {
    return events.server().subscriptions();
  }

  /** How the trunks are. */
  public Trunks trunks() {
    return trunks;
  }

  /** Who is registered. */
  public Registrar registrar() {
    return registrar;
  }

  @Override
  public void drain() {
    readiness = Readiness.DRAINING;
    CompletableFuture<Void> empty = calls.drain();
    if (json != null) {
      json.drain();
    }
    var unused = trunks.leave(); // close() waits for it
    Duration drainTime = config.calls().drainTime();
    timers.schedule(
        drainTime,
        () -> calls.endAll(Cause.of(503, "Shutting down", "SIP;cause=503;text=\"Shutting down\"")));
    timers.schedule(drainTime.plus(LAST_WORDS), () -> empty.complete(null));
    empty.join();
    events.server().subscriptions().deactivateAll();
  }

  @Override
  public void close() {
    readiness = Readiness.DRAINING;
    stopAll(stops);
  }

  private static void stopAll(Deque<Runnable> stops) {
    while (!stops.isEmpty()) {
      Runnable stop = stops.pop();
      try {
        stop.run();
      } catch (RuntimeException e) {
        log.warn("a part did not stop in order", e);
      }
    }
  }

  private static void await(CompletableFuture<Void> closing) {
    closing
        .completeOnTimeout(null, LAST_WORDS.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)
        .join();
  }
}
