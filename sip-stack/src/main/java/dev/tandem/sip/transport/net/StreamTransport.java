package dev.tandem.sip.transport.net;

import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Advertised;
import dev.tandem.sip.transport.ConnectionCount;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/**
 * What TCP and TLS share: a listening socket, connections either way, one per remote address where
 * it can be (RFC 3261 §18.1.1), bounded in number.
 *
 * <p>A connection is read, written and told of on one I/O thread of the worker, which may be shared
 * with Undertow. An accepted connection becomes a flow when it is ready for SIP, so after the TLS
 * handshake; a connection that we make is a flow from the moment that it is asked for. The worker
 * is not owned, and must outlive the transport.
 */
abstract sealed class StreamTransport implements SocketTransport
    permits TcpTransport, TlsTransport {
  private static final int BACKLOG = 1024;

  /**
   * Who is at the other end; TLS peers differ by the name that their certificate proved, and by
   * whom we were to them.
   */
  record Peer(InetSocketAddress remote, @Nullable String serverName, @Nullable SSLContext context) {

    /** One that connected to us, or of a transport without names. */
    static Peer unnamed(InetSocketAddress remote) {
      return new Peer(remote, null, null);
    }
  }

  private final InetSocketAddress bind;
  private final XnioWorker worker;
  private final NetCounters counters = new NetCounters();
  private final ConnectionCount connections;
  private final Map<Peer, StreamFlow> byPeer = new ConcurrentHashMap<>();
  private final Set<StreamFlow> all = ConcurrentHashMap.newKeySet();

  /** Held while a flow is made and told of, so that nobody gets a flow that was not told. */
  private final Object opening = new Object();

  final Timers timers;
  final StreamLimits limits;
  final StreamTimeouts timeouts;

  private volatile @Nullable Started started;
  private volatile boolean closed;
  private volatile Advertising advertising = Advertising.NONE;

  /** What exists from start on. */
  private record Started(
      AcceptingChannel<StreamConnection> server,
      InetSocketAddress local,
      GuardedListener listener) {}

  StreamTransport(
      InetSocketAddress bind,
      XnioWorker worker,
      Timers timers,
      StreamLimits limits,
      StreamTimeouts timeouts) {
    this.bind = bind;
    this.worker = worker;
    this.timers = timers;
    this.limits = limits;
    this.timeouts = timeouts;
    this.connections =
        new ConnectionCount(limits.maxConnections(), limits.maxConnectionsPerAddress());
  }

  /** Puts on a new connection what the transport needs, TLS for one; sends and reads nothing. */
  abstract StreamConnection dress(StreamConnection raw, StreamFlow flow);

  /** Whether {@link #dress} gives a {@link org.xnio.ssl.SslConnection}. */
  final boolean hasHandshake() {
    return transport().isSecure();
  }

  /** What a connection that closed during its handshake can tell of the reason. */
  String whyHandshakeFailed(@Nullable StreamConnection connection) {
    return "closed by the peer";
  }

  @Override
  public final void advertise(Advertising advertising) {
    this.advertising = advertising;
  }

  /** As who we show ourselves to a peer; null for the socket's own address. */
  final @Nullable Advertised shownTo(InetSocketAddress remote) {
    return advertising == Advertising.NONE
        ? null
        : ShownAddress.of(advertising, remote, localAddress());
  }

  @Override
  public final synchronized void start(FlowListener listener) throws IOException {
    if (started != null || closed) {
      throw new IllegalStateException("started already");
    }
    OptionMap options =
        OptionMap.builder()
            .set(Options.TCP_NODELAY, true)
            .set(Options.KEEP_ALIVE, true)
            .set(Options.REUSE_ADDRESSES, true)
            .set(Options.BACKLOG, BACKLOG)
            .getMap();
    var server = worker.createStreamConnectionServer(bind, this::acceptAll, options);
    var local = server.getLocalAddress(InetSocketAddress.class);
    started = new Started(server, local, new GuardedListener(listener, counters, timers));
    server.resumeAccepts();
  }

  private void acceptAll(AcceptingChannel<StreamConnection> server) {
    try {
      StreamConnection connection;
      while ((connection = server.accept()) != null) {
        accepted(connection);
      }
    } catch (IOException | RuntimeException e) {
      if (!closed) {
        listener().failed(this, e);
      }
    }
  }

  private void accepted(StreamConnection connection) {
    InetSocketAddress remote = connection.getPeerAddress(InetSocketAddress.class);
    if (closed || remote.getAddress() == null) {
      IoUtils.safeClose(connection); // gone before we came to it
    } else if (!connections.enter(remote.getAddress())) {
      counters.add(NetEvent.REFUSED);
      IoUtils.safeClose(connection);
    } else {
      counters.add(NetEvent.ACCEPTED);
      StreamFlow flow = new StreamFlow(this, Peer.unnamed(remote), connection.getIoThread(), true);
      all.add(flow);
      flow.accepted(connection);
    }
  }

  @Override
  public final InetSocketAddress wantedAddress() {
    return bind;
  }

  @Override
  public final InetSocketAddress localAddress() {
    return started().local();
  }

  private Started started() {
    Started now = started;
    if (now == null) {
      throw new IllegalStateException("not started");
    }
    return now;
  }

  final GuardedListener listener() {
    return started().listener();
  }

  /** The open flow to this peer, or one that begins to connect. */
  final StreamFlow flowTo(Peer peer) {
    Checks.resolved(peer.remote());
    started();
    StreamFlow known = byPeer.get(peer);
    if (known != null && known.isOpen()) {
      return known;
    }
    StreamFlow fresh;
    boolean isAdmitted;
    synchronized (opening) {
      known = byPeer.get(peer);
      if (known != null && known.isOpen()) {
        return known;
      }
      fresh = new StreamFlow(this, peer, worker.getIoThread(), false);
      // Counted before others can find it: one of them may end it at once.
      isAdmitted = connections.enter(peer.remote().getAddress());
      if (isAdmitted) {
        all.add(fresh);
      }
      listener().opened(fresh);
      byPeer.put(peer, fresh);
    }
    connect(fresh, isAdmitted);
    return fresh;
  }

  private void connect(StreamFlow flow, boolean isAdmitted) {
    if (!isAdmitted) {
      counters.add(NetEvent.REFUSED);
      flow.close(FlowEnd.of(FlowEnd.Cause.REFUSED, "too many connections"));
    } else if (closed) {
      flow.close(shutdown()); // close() may have looked before this flow was there to be found
    } else {
      flow.connect(bindFor(flow.remote()));
    }
  }

  /** We call from the address that we listen at, where that is one address of the peer's family. */
  private @Nullable InetSocketAddress bindFor(InetSocketAddress remote) {
    var ours = localAddress().getAddress();
    boolean usable =
        !ours.isAnyLocalAddress() && ours.getClass().equals(remote.getAddress().getClass());
    return usable ? new InetSocketAddress(ours, 0) : null;
  }

  /** The open flow with exactly this remote address and port, whoever connected; null if none. */
  public final @Nullable Flow find(InetSocketAddress remote) {
    StreamFlow flow = byPeer.get(Peer.unnamed(remote));
    return flow != null && flow.isOpen() ? flow : null;
  }

  /** An accepted connection is ready for SIP: now it can be found. */
  final void established(StreamFlow flow) {
    byPeer.compute(flow.peer(), (p, now) -> now != null && now.isOpen() ? now : flow);
  }

  /** Nobody finds this flow any more. */
  final void forget(StreamFlow flow) {
    byPeer.remove(flow.peer(), flow);
  }

  /** The socket of this flow is gone. */
  final void disconnected(StreamFlow flow) {
    if (all.remove(flow)) {
      connections.leave(flow.remote().getAddress());
    }
  }

  @Override
  public final NetCounters counters() {
    return counters;
  }

  /** How many sockets are open, those that are about to close included. */
  public final int connectionCount() {
    return connections.total();
  }

  @Override
  public void close() {
    Started now;
    synchronized (this) {
      closed = true;
      now = started;
    }
    if (now != null) {
      IoUtils.safeClose(now.server());
      all.forEach(flow -> flow.close(shutdown()));
    }
  }

  private static FlowEnd shutdown() {
    return FlowEnd.of(FlowEnd.Cause.SHUTDOWN, "");
  }

  @Override
  public final String toString() {
    return transport() + " " + (started == null ? bind : localAddress());
  }
}
