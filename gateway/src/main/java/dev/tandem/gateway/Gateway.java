package dev.tandem.gateway;

import dev.tandem.gateway.admin.HttpSite;
import dev.tandem.gateway.admin.IceServersPage;
import dev.tandem.gateway.admin.Readiness;
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
import dev.tandem.gateway.event.Subscriptions;
import dev.tandem.gateway.guard.Guard;
import dev.tandem.gateway.guard.NewCalls;
import dev.tandem.gateway.guard.Overload;
import dev.tandem.gateway.guard.Turned;
import dev.tandem.gateway.json.JsonService;
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
import dev.tandem.gateway.sip.SipParts;
import dev.tandem.gateway.sip.SipService;
import dev.tandem.gateway.sip.SipSettings;
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
import dev.tandem.sip.transport.SendBudget;
import dev.tandem.sip.transport.ws.Admission;
import dev.tandem.sip.transport.ws.OriginPolicy;
import dev.tandem.sip.transport.ws.SipOverWebSocket;
import dev.tandem.sip.transport.ws.WebSocketEndpoint;
import dev.tandem.sip.transport.ws.WebSocketLimits;
import dev.tandem.sip.ua.SessionTimerSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One gateway: the one place where its parts are made, joined, started, and stopped in reverse. The
 * way of an INVITE through them is in {@code docs/architecture.md}.
 */
public final class Gateway implements Service {
  /** For the BYEs that end the calls of a drain, and for close frames. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(3);

  private static final Duration MESSAGES_EXPIRE_EVERY = Duration.ofMinutes(1);

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
  private final NewCalls newCalls;
  private final FlowListener sipFlows;
  private final Trunks trunks;
  private final @Nullable TokenService tokens;
  private final WebSocketEndpoint webSockets;
  private final HttpSite site;
  private final Stops stops;
  private final List<Endpoint> endpoints = new ArrayList<>();
  private volatile Readiness readiness = Readiness.STARTING;

  private Gateway(TandemConfig config, GatewayEnvironment environment, Stops stops)
      throws StartException {
    this.config = config;
    this.stops = stops;
    this.timers = new Timers(environment.executor(), environment.clock(), environment.millis());
    stops.add(environment.executor()::shutdownNow);
    GatewayMetrics metrics = new GatewayMetrics(Launcher.version());
    stops.add(metrics::close);

    Domain domain = new Domain(config.domain(), config.domainAliases());
    this.events = new Events(config.events(), domain, timers, metrics);
    this.registrar =
        new Registrar(config.registrar(), timers, events.hearing(new RegistrarLog(metrics)));
    stops.add(registrar::close);
    this.limits = new Limits(config.trunks(), config.routing(), timers.steady()::instant);
    SendBudget sending = new SendBudget(config.limits().sendQueues().bytes());
    this.sockets = new SocketTransports(config.sip(), config.limits(), sending, timers);
    stops.add(sockets::close);
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
            overload,
            guard,
            events.server(),
            ice,
            refusalLog,
            timers,
            metrics);
    this.sip = sipService(domain, router, metrics, outbound.hops(), refusalLog);
    stops.add(sip::close);
    if (json != null) {
      JsonDialect.join(json, sip);
      stops.add(json::close);
    }
    this.newCalls =
        new NewCalls(
            overload,
            config.limits().overload().patience(),
            router::isEmergency,
            guard::count,
            sip.flows());
    this.sipFlows = guard.before(newCalls);
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
            limits(config.websocket(), config.limits()).withBudget(sending),
            origins,
            admission,
            json == null
                ? List.of(new SipOverWebSocket(sipFlows))
                : List.of(new SipOverWebSocket(sipFlows), json),
            json);
    TransportCounts.show(metrics, sockets.all(), webSockets.counters());
    GatewayGauges.show(metrics, registrar, sip, overload, guard, sending);

    this.site =
        new HttpSite(
            config.admin(),
            config.demo(),
            config.domain(),
            webSocketPath(),
            metrics,
            () -> readiness,
            ice);
    SitePages pages = new SitePages(config, timers, site);
    pages.addAdmin(router, domain, trunks, calls);
    if (json != null) {
      pages.addDialect(json.http(), admission, origins);
    }
  }

  /** Where the demo connects to. */
  private String webSocketPath() {
    Set<String> paths = config.websocket().paths();
    return paths.contains("/ws") ? "/ws" : paths.iterator().next();
  }

  /**
   * Starts a gateway, and returns when it serves.
   *
   * @throws StartException when it cannot; nothing is left open then
   */
  public static Gateway start(TandemConfig config, GatewayEnvironment environment)
      throws StartException {
    Stops stops = new Stops();
    try {
      Gateway gateway = new Gateway(config, environment, stops);
      gateway.open();
      return gateway;
    } catch (StartException e) {
      stops.run();
      throw e;
    }
  }

  private void open() throws StartException {
    sockets.start(sipFlows);
    endpoints.addAll(sockets.endpoints());
    listen(new HttpFront(config.websocket().paths(), webSockets, site));
    trunks.start(sip.trunkClient());
    stops.add(trunks::close);
    readiness = Readiness.READY;
  }

  private MediaRelay mediaRelay(GatewayMetrics metrics) throws StartException {
    if (!config.media().hasRelay()) {
      return MediaRelay.NONE;
    }
    try {
      RtpengineRelay relay =
          new RtpengineRelay(
              config.media(),
              timers,
              new SecureRandom(),
              new MediaLog(metrics),
              config.calls().causeHeader());
      stops.add(relay::close);
      MediaGauges.show(metrics, relay);
      InetSocketAddress dtmf = relay.dtmfAddress();
      if (dtmf != null) {
        endpoints.add(new Endpoint("dtmf", dtmf));
      }
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
      stops.add(service::close);
      return service;
    } catch (IOException e) {
      throw new StartException("auth.tokens.jwks", String.valueOf(e.getMessage()), e);
    }
  }

  private SipService sipService(
      Domain domain,
      Router router,
      GatewayMetrics metrics,
      TrunkHops trunkHops,
      RefusalLog refusalLog) {
    CallsConfig settings = config.calls();
    return new SipService(
        new SipSettings(
            Launcher.product(config),
            limits(config.limits().messages()),
            config.auth().tokens().anyUser(),
            settings.causeHeader(),
            config.registrar(),
            settings.hunting(),
            config.messages(),
            settings.detachWindow(),
            sessionTimer(settings.sessionTimer()),
            settings.probe(),
            settings.noAnswer().plusMinutes(1),
            settings.transfer() == CallsConfig.Transfer.PEER),
        new SipParts(
            domain,
            config.users(),
            UserCredentials.authenticator(config, timers),
            tokens == null ? null : tokens.verifier(),
            registrar,
            router,
            limits,
            overload,
            calls,
            json == null ? OtherDevices.NONE : json,
            messageStore(config.messages(), metrics),
            events.server(),
            trunks,
            trunkHops,
            sockets.all(),
            timers,
            metrics.stackListener(),
            challenges(metrics),
            refusalLog));
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
    if (!keeps) {
      return null;
    }
    stops.add(timers.repeat(MESSAGES_EXPIRE_EVERY, store::expire)::cancel);
    return store;
  }

  private void listen(HttpFront front) throws StartException {
    HttpListeners http = HttpListeners.open(config.http(), front);
    stops.add(http::close);
    endpoints.addAll(0, http.endpoints());
    newCalls.queueOn(http.threads());
    List<Executor> threads = new ArrayList<>(http.threads());
    threads.addAll(sockets.threads());
    stops.add(overload.watch(threads, timers)::cancel);
    stops.add(() -> await(webSockets.close()));
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
        .withMaxPiecesPerSecond(config.piecesPerSecond())
        .withPing(config.pingInterval(), config.missedPings())
        .withFirstMessageTimeout(config.firstMessageTimeout());
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
    stops.run();
  }

  private static void await(CompletableFuture<Void> closing) {
    closing
        .completeOnTimeout(null, LAST_WORDS.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)
        .join();
  }
}
