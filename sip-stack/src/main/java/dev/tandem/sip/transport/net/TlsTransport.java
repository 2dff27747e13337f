package dev.tandem.sip.transport.net;

import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.Transport;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.XnioWorker;
import org.xnio.ssl.SslConnection;

/**
 * SIP over TLS 1.2 or 1.3 (RFC 3261 §26.3.1). What {@link TcpTransport} does, and:
 *
 * <ul>
 *   <li>a peer that we connect to must prove the name that was asked for, by the rules of HTTPS
 *       (RFC 2818, RFC 6125). Against RFC 5922 §7 that is laxer with wildcards, which PBX and
 *       carrier certificates have, and stricter with certificates that name a domain only as a
 *       {@code sip:} URI, which are refused;
 *   <li>a connection that we made is used again only for the name that it proved; an accepted one
 *       only by its own address and port, never for a name;
 *   <li>a connection becomes a flow only when its handshake is over, if it was accepted.
 * </ul>
 *
 * <p>Undertow's conduit drives the SSLEngine, as it does for HTTPS. The costly steps of handshakes
 * run on two threads of ours with a bounded queue, so a flood of handshakes delays handshakes and
 * nothing else.
 */
public final class TlsTransport extends StreamTransport {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
  private static final int HANDSHAKE_THREADS = 2;
  private static final int HANDSHAKE_QUEUE = 1_000;
  private static final int MAX_LAST_PEERS = 1_000;

  private final TlsSettings settings;
  private final ThreadPoolExecutor handshakes = handshakeThreads();
  private final UndertowXnioSsl accepting;
  private final UndertowXnioSsl connecting;

  /** One for each trunk with settings of its own. */
  private final Map<SSLContext, UndertowXnioSsl> byContext = new ConcurrentHashMap<>();

  /** For whoever has only an address: a dialog whose connection ended. */
  private final Map<InetSocketAddress, Peer> lastPeers =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetSocketAddress, Peer> eldest) {
          return size() > MAX_LAST_PEERS;
        }
      };

  /**
   * Does nothing before {@link #start}.
   *
   * @param worker whose I/O threads carry the connections; not owned
   */
  public TlsTransport(
      InetSocketAddress bind,
      TlsSettings settings,
      XnioWorker worker,
      Timers timers,
      StreamLimits limits,
      StreamTimeouts timeouts) {
    super(bind, worker, timers, limits, timeouts);
    this.settings = settings;
    this.accepting = ssl(worker, settings.accepting(), handshakes);
    this.connecting = ssl(worker, settings.connecting(), handshakes);
  }

  private static UndertowXnioSsl ssl(XnioWorker worker, SSLContext context, Executor handshakes) {
    return new UndertowXnioSsl(worker.getXnio(), OptionMap.EMPTY, context, handshakes);
  }

  private static ThreadPoolExecutor handshakeThreads() {
    AtomicInteger number = new AtomicInteger();
    var threads =
        new ThreadPoolExecutor(
            HANDSHAKE_THREADS,
            HANDSHAKE_THREADS,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(HANDSHAKE_QUEUE),
            task -> {
              Thread thread = new Thread(task, "sip-tls-handshake-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  @Override
  public Transport transport() {
    return Transport.TLS;
  }

  /**
   * The accepted connection from exactly this address; or one as the last that we made to it; or
   * one to a peer whose certificate names this IP address (or the host name, if the address was
   * made with one).
   */
  @Override
  public Flow flowTo(InetSocketAddress remote) {
    Flow accepted = find(remote);
    if (accepted != null) {
      return accepted;
    }
    Peer last = lastKnown(remote);
    return last == null ? flowTo(remote, remote.getHostString()) : flowTo(last);
  }

  /**
   * The open flow to this address whose peer proved this name, or a new one.
   *
   * @param serverName host name or IP literal that the peer's certificate must have: the domain of
   *     the URI that led here, not what DNS made of it (RFC 5922 §4)
   * @throws IllegalArgumentException if the address is unresolved or the name cannot be one
   */
  public Flow flowTo(InetSocketAddress remote, String serverName) {
    return flowTo(new Peer(remote, ascii(serverName.toLowerCase(Locale.ROOT)), null));
  }

  /** The same to a peer that is believed in its own way, or to which we are somebody else. */
  public Flow flowTo(InetSocketAddress remote, String serverName, TlsPeer as) {
    Peer peer = new Peer(remote, ascii(as.nameOr(serverName)), as.context());
    synchronized (lastPeers) {
      lastPeers.put(remote, peer);
    }
    return flowTo(peer);
  }

  private static String ascii(String name) {
    return isIpLiteral(name) ? name : new SNIHostName(name).getAsciiName();
  }

  private @Nullable Peer lastKnown(InetSocketAddress remote) {
    synchronized (lastPeers) {
      return lastPeers.get(remote);
    }
  }

  private static boolean isIpLiteral(String name) {
    return name.indexOf(':') >= 0 || name.matches("[0-9.]+");
  }

  @Override
  StreamConnection dress(StreamConnection raw, StreamFlow flow) {
    String serverName = flow.peer().serverName();
    return serverName == null ? accept(raw) : connect(raw, serverName, flow.peer().context());
  }

  private SslConnection accept(StreamConnection raw) {
    SslConnection secure = accepting.wrapExistingConnection(raw, OptionMap.EMPTY, false);
    SSLEngine engine = UndertowXnioSsl.getSslEngine(secure);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    switch (settings.clientCertificate()) {
      case NOT_ASKED -> parameters.setWantClientAuth(false);
      case ASKED -> parameters.setWantClientAuth(true);
      case REQUIRED -> parameters.setNeedClientAuth(true);
    }
    engine.setSSLParameters(parameters);
    return secure;
  }

  private SslConnection connect(
      StreamConnection raw, String serverName, @Nullable SSLContext context) {
    UndertowXnioSsl ssl =
        context == null
            ? connecting
            : byContext.computeIfAbsent(context, ours -> ssl(raw.getWorker(), ours, handshakes));
    // The engine compares the certificate with the host name that it was made for.
    OptionMap peer = OptionMap.create(Options.SSL_PEER_HOST_NAME, serverName);
    SslConnection secure = ssl.wrapExistingConnection(raw, peer, true);
    SSLEngine engine = UndertowXnioSsl.getSslEngine(secure);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    if (!isIpLiteral(serverName)) { // RFC 6066 §3: no literals in SNI
      parameters.setServerNames(List.of(new SNIHostName(serverName)));
    }
    engine.setSSLParameters(parameters);
    return secure;
  }

  /**
   * The conduit logs why a handshake failed on another thread, and only closes. The engine still
   * knows, and says so when asked to start again.
   */
  @Override
  String whyHandshakeFailed(@Nullable StreamConnection connection) {
    if (connection instanceof SslConnection secure) {
      try {
        UndertowXnioSsl.getSslEngine(secure).beginHandshake();
      } catch (IOException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return String.valueOf(cause.getMessage());
      }
    }
    return super.whyHandshakeFailed(connection);
  }

  @Override
  public void close() {
    super.close();
    handshakes.shutdown();
  }
}
