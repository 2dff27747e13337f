package dev.tandem.sip.transport.ws;

import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.ConnectionCount;
import dev.tandem.sip.transport.FlowEnd;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.HttpUpgradeListener;
import io.undertow.util.AttachmentKey;
import io.undertow.util.Headers;
import io.undertow.util.SameThreadExecutor;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.StreamConnection;
import org.xnio.XnioIoThread;

/**
 * Upgrades HTTP requests to WebSocket connections and looks after those until they are closed. It
 * answers the first of the client's sub-protocols that it speaks; extensions are never answered, so
 * permessage-deflate is off (a small message could inflate without bound).
 *
 * <p>One sweep a second looks at the deadlines of all connections, on the I/O thread of each: an
 * idle connection has no task, buffer or queue of its own. Thread-safe.
 */
public final class WebSocketEndpoint implements HttpHandler {
  private static final Logger log = LoggerFactory.getLogger(WebSocketEndpoint.class);
  private static final Duration SWEEP = Duration.ofSeconds(1);
  private static final long LOG_EVERY_MILLIS = 60_000;
  private static final int LEAST_RETRY_SECONDS = 5;
  private static final int MOST_RETRY_SECONDS = 15;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final AttachmentKey<Principal> PRINCIPAL = AttachmentKey.create(Principal.class);

  private final Timers timers;
  private final WebSocketLimits limits;
  private final OriginPolicy origins;
  private final Admission admission;
  private final WebSocketCounters counters = new WebSocketCounters();
  private final ConnectionCount perAddress;
  private final Map<String, Upgrade> upgrades = new LinkedHashMap<>();
  private final @Nullable Upgrade withoutProtocol;
  private final Map<XnioIoThread, Set<WebSocketConnection>> connections = new ConcurrentHashMap<>();
  private final Map<XnioIoThread, Turnstile> turnstiles = new ConcurrentHashMap<>();
  private final AtomicLong quietUntil = new AtomicLong(Long.MIN_VALUE);
  private final Timers.Timer sweep;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private volatile boolean closing;

  /** An endpoint that refuses clients which offer none of {@code protocols}. */
  public WebSocketEndpoint(
      Timers timers, WebSocketLimits limits, OriginPolicy origins, List<SubProtocol> protocols) {
    this(timers, limits, origins, Admission.ANYBODY, protocols, null);
  }

  /**
   * The endpoint of several languages on one path.
   *
   * @param admission asked about every upgrade that is otherwise in order
   * @param withoutProtocol spoken with clients that offer no sub-protocol at all; null refuses them
   */
  public WebSocketEndpoint(
      Timers timers,
      WebSocketLimits limits,
      OriginPolicy origins,
      Admission admission,
      List<SubProtocol> protocols,
      @Nullable SubProtocol withoutProtocol) {
    this.timers = timers;
    this.limits = limits;
    this.perAddress = new ConnectionCount(Integer.MAX_VALUE, limits.maxConnectionsPerAddress());
    this.origins = origins;
    this.admission = admission;
    for (SubProtocol protocol : protocols) {
      upgrades.put(protocol.name().toLowerCase(Locale.ROOT), new Upgrade(protocol));
    }
    this.withoutProtocol = withoutProtocol == null ? null : new Upgrade(withoutProtocol);
    this.sweep = timers.repeat(SWEEP, this::sweep);
  }

  public WebSocketCounters counters() {
    return counters;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    Handshake handshake =
        Handshake.of(exchange, origins, upgrades.keySet(), withoutProtocol != null);
    if (handshake instanceof Handshake.Refused refused) {
      refuse(exchange, refused);
    } else if (handshake instanceof Handshake.Accepted accepted) {
      Turnstile turnstile = turnstiles.computeIfAbsent(exchange.getIoThread(), this::turnstile);
      if (turnstile.isOpen()) {
        admit(exchange, accepted);
      } else {
        counters.delayed.increment();
        exchange.dispatch(
            SameThreadExecutor.INSTANCE,
            () -> turnstile.awaitsTurn(new Newcomer(exchange, accepted)));
      }
    }
  }

  private Turnstile turnstile(XnioIoThread thread) {
    return new Turnstile(
        (task, millis) -> thread.executeAfter(task, millis, TimeUnit.MILLISECONDS),
        THREADS::getCurrentThreadCpuTime,
        () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
  }

  /** An upgrade that waits for its turn. */
  private final class Newcomer implements Turnstile.Newcomer {
    private final HttpServerExchange exchange;
    private final Handshake.Accepted accepted;

    Newcomer(HttpServerExchange exchange, Handshake.Accepted accepted) {
      this.exchange = exchange;
      this.accepted = accepted;
    }

    @Override
    public void comesIn() {
      exchange.dispatch(SameThreadExecutor.INSTANCE, waited -> admit(waited, accepted));
    }

    @Override
    public void isPutOff() {
      exchange.dispatch(SameThreadExecutor.INSTANCE, WebSocketEndpoint.this::putOff);
    }
  }

  /** Its turn did not come; when to come again is drawn by lot, so that not all do together. */
  private void putOff(HttpServerExchange exchange) {
    int seconds = ThreadLocalRandom.current().nextInt(LEAST_RETRY_SECONDS, MOST_RETRY_SECONDS + 1);
    exchange.getResponseHeaders().put(Headers.RETRY_AFTER, seconds);
    refuse(exchange, new Handshake.Refused(503, "too many come at once, try again later"));
  }

  private void admit(HttpServerExchange exchange, Handshake.Accepted accepted) {
    if (closing) {
      refuse(exchange, new Handshake.Refused(503, "shutting down"));
      return;
    }
    Admission.Verdict verdict = admission.judge(new UpgradeRequest(exchange));
    if (verdict instanceof Admission.Refused refused) {
      refuse(exchange, new Handshake.Refused(refused.status(), refused.why()));
    } else if (verdict instanceof Admission.Admitted admitted) {
      if (admitted.principal() != null) {
        exchange.putAttachment(PRINCIPAL, admitted.principal());
      }
      accept(exchange, accepted);
    }
  }

  private void refuse(HttpServerExchange exchange, Handshake.Refused refused) {
    counters.refused.increment();
    exchange.setStatusCode(refused.status());
    if (refused.status() == 426) {
      exchange.getResponseHeaders().put(Headers.UPGRADE, "websocket");
      exchange.getResponseHeaders().put(Headers.SEC_WEB_SOCKET_VERSION, Handshake.VERSION);
    }
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain; charset=utf-8");
    exchange.getResponseSender().send(refused.why() + "\n");
  }

  private void accept(HttpServerExchange exchange, Handshake.Accepted accepted) {
    String offered = accepted.subProtocol();
    Upgrade upgrade =
        offered == null ? withoutProtocol : upgrades.get(offered.toLowerCase(Locale.ROOT));
    if (upgrade == null) {
      throw new IllegalStateException("accepted what nobody speaks: " + offered);
    }
    exchange.getResponseHeaders().put(Headers.UPGRADE, "websocket");
    exchange.getResponseHeaders().put(Headers.SEC_WEB_SOCKET_ACCEPT, accepted.acceptKey());
    if (offered != null) {
      exchange.getResponseHeaders().put(Headers.SEC_WEB_SOCKET_PROTOCOL, offered);
    }
    exchange.upgradeChannel(upgrade);
    exchange.endExchange();
  }

  /** Made once for each sub-protocol, since Undertow keeps it as long as the connection. */
  private final class Upgrade implements HttpUpgradeListener {
    private final SubProtocol protocol;

    Upgrade(SubProtocol protocol) {
      this.protocol = protocol;
    }

    @Override
    public void handleUpgrade(StreamConnection channel, HttpServerExchange exchange) {
      XnioIoThread thread = channel.getIoThread();
      if (Thread.currentThread() == thread) {
        begin(channel, exchange);
      } else {
        thread.execute(() -> begin(channel, exchange));
      }
    }

    private void begin(StreamConnection channel, HttpServerExchange exchange) {
      boolean secure = exchange.getConnection().getSslSession() != null;
      InetAddress address = channel.getPeerAddress(InetSocketAddress.class).getAddress();
      boolean isLimited = admission.isLimited(address);
      boolean isCounted = isLimited && perAddress.enter(address);
      WebSocketConnection connection =
          new WebSocketConnection(
              WebSocketEndpoint.this,
              channel,
              secure,
              exchange.getAttachment(PRINCIPAL),
              isCounted);
      counters.opened.increment();
      connections
          .computeIfAbsent(channel.getIoThread(), t -> ConcurrentHashMap.newKeySet())
          .add(connection);
      connection.start(protocol, exchange.getConnection());
      if (isLimited && !isCounted) {
        counters.refused.increment();
        connection.close(TOO_MANY);
      } else if (closing) {
        connection.close(SHUTDOWN);
      }
    }
  }

  /**
   * Ends every connection with {@link FlowEnd.Cause#SHUTDOWN} and refuses new ones. Idempotent, and
   * does not block.
   *
   * @return completes when the last socket is closed, at most {@link
   *     WebSocketLimits#closeTimeout()} and a second later; the HTTP server may then be stopped
   */
  public CompletableFuture<Void> close() {
    closing = true;
    connections.values().forEach(all -> all.forEach(connection -> connection.close(SHUTDOWN)));
    completeWhenEmpty();
    return closed;
  }

  private static final FlowEnd SHUTDOWN =
      FlowEnd.of(FlowEnd.Cause.SHUTDOWN, "the server is shutting down");

  private static final FlowEnd TOO_MANY =
      FlowEnd.of(FlowEnd.Cause.REFUSED, "too many connections from one address");

  private void completeWhenEmpty() {
    if (closing && connections.values().stream().allMatch(Set::isEmpty)) {
      sweep.cancel();
      closed.complete(null);
    }
  }

  private void sweep() {
    long now = timers.millis();
    connections.forEach(
        (thread, all) -> {
          if (!all.isEmpty()) {
            sweepOn(thread, all, now);
          }
        });
    completeWhenEmpty();
  }

  private static void sweepOn(XnioIoThread thread, Set<WebSocketConnection> all, long now) {
    try {
      thread.execute(() -> all.forEach(connection -> connection.sweep(now)));
    } catch (RejectedExecutionException e) {
      // The server was stopped before us, and closed the sockets with it.
      all.clear();
    }
  }

  // ---- what the connections share

  void forget(WebSocketConnection connection) {
    Set<WebSocketConnection> all = connections.get(connection.channel().getIoThread());
    if (all != null && all.remove(connection)) {
      if (connection.isCounted()) {
        perAddress.leave(connection.remote().getAddress());
      }
      if (closing) {
        completeWhenEmpty();
      }
    }
  }

  /**
   * A listener threw. A peer that knows how to make it can do so at will, so the log gets one stack
   * trace a minute; the others are counted.
   */
  void failed(Object where, Throwable e) {
    counters.failures.increment();
    long now = timers.millis();
    long until = quietUntil.get();
    if (now >= until && quietUntil.compareAndSet(until, now + LOG_EVERY_MILLIS)) {
      log.error("the listener of {} failed; more of these in a minute are only counted", where, e);
    } else {
      log.debug("the listener of {} failed", where, e);
    }
  }

  WebSocketLimits limits() {
    return limits;
  }

  long millis() {
    return timers.millis();
  }
}
