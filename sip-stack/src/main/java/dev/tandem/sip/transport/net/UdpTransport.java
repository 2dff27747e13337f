package dev.tandem.sip.transport.net;

import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Advertised;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowListener;
import dev.tandem.sip.transport.Transport;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIP over one UDP socket (RFC 3261 §18), IPv4 or IPv6.
 *
 * <p>A flow here is no connection but a peer address that was lately talked with: the first
 * datagram from it or {@link #flowTo} opens one, and it ends, by {@code DEAD}, after an idle time
 * or when the table is full and it was unused for longest. So the end of a UDP flow says nothing of
 * the peer, who may well be there; whoever still wants to talk to that address asks {@code flowTo}
 * again. Only {@code UNREACHABLE} (the kernel knows no way there) and {@code SHUTDOWN} mean more.
 *
 * <p>One thread reads, and tells the listener everything but {@code opened} of a flow that {@link
 * #flowTo} makes. It survives whatever the listener throws. Sending happens on the caller's thread
 * and never waits: a datagram that the kernel cannot take at once is lost and counted, as the
 * network might have lost it. Keep-alives (only line ends, NULs or nothing; STUN, RFC 5626 §4.4.2)
 * refresh a flow and are not passed on.
 */
public final class UdpTransport implements SocketTransport {
  private static final Logger log = LoggerFactory.getLogger(UdpTransport.class);

  /** An IPv4 datagram holds no more: 65,535 less the IP and UDP headers. */
  private static final int MAX_SENDABLE = 65_507;

  private static final int READ_BATCH = 256;

  private final InetSocketAddress bind;
  private final UdpLimits limits;
  private final Timers timers;
  private final NetCounters counters = new NetCounters();
  private final UdpFlows flows;

  /** Flows that have ended and of which the listener must hear; each is in here once. */
  private final Queue<UdpFlow> ended = new ConcurrentLinkedQueue<>();

  /** Held while a flow is made and told of, so that nobody gets a flow that was not told. */
  private final Object opening = new Object();

  private volatile @Nullable Socket socket;
  private volatile boolean closing;
  private volatile Advertising advertising = Advertising.NONE;
  private volatile boolean readerGone;

  /** What exists from start on. */
  private record Socket(
      DatagramChannel channel,
      Selector selector,
      InetSocketAddress local,
      GuardedListener listener,
      Timers.Timer sweep,
      Thread reader) {}

  public UdpTransport(InetSocketAddress bind, UdpLimits limits, Timers timers) {
    this.bind = bind;
    this.limits = limits;
    this.timers = timers;
    this.flows = new UdpFlows(limits.maxFlows());
  }

  @Override
  public Transport transport() {
    return Transport.UDP;
  }

  @Override
  public void advertise(Advertising advertising) {
    this.advertising = advertising;
  }

  /** As who we show ourselves to a peer; null for the socket's own address. */
  @Nullable Advertised shownTo(InetSocketAddress remote) {
    return advertising == Advertising.NONE
        ? null
        : ShownAddress.of(advertising, remote, localAddress());
  }

  @Override
  public synchronized void start(FlowListener listener) throws IOException {
    if (socket != null || closing) {
      throw new IllegalStateException("started already");
    }
    boolean ipv6 = bind.getAddress() instanceof Inet6Address;
    Selector selector = Selector.open();
    DatagramChannel channel =
        DatagramChannel.open(ipv6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
    InetSocketAddress local;
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_RCVBUF, limits.receiveBufferBytes());
      channel.bind(bind);
      channel.register(selector, SelectionKey.OP_READ);
      local = (InetSocketAddress) channel.getLocalAddress();
    } catch (IOException | RuntimeException e) {
      channel.close();
      selector.close();
      throw e;
    }
    // Expiry may come late by a quarter, which nobody notices, and then costs little.
    Duration period = limits.idle().dividedBy(4);
    Timers.Timer sweep = timers.repeat(period, this::expire);
    GuardedListener guarded = new GuardedListener(listener, counters, timers);
    Thread reader = new Thread(() -> readUntilClosed(started()), "sip-udp-" + local.getPort());
    reader.setDaemon(true);
    socket = new Socket(channel, selector, local, guarded, sweep, reader);
    reader.start();
  }

  @Override
  public InetSocketAddress wantedAddress() {
    return bind;
  }

  @Override
  public InetSocketAddress localAddress() {
    return started().local();
  }

  private Socket started() {
    Socket now = socket;
    if (now == null) {
      throw new IllegalStateException("not started");
    }
    return now;
  }

  @Override
  public Flow flowTo(InetSocketAddress remote) {
    Checks.resolved(remote);
    UdpFlow flow = useOrOpen(remote, started());
    if (closing) {
      flow.close(shutdown());
    }
    return flow;
  }

  private UdpFlow useOrOpen(InetSocketAddress remote, Socket socket) {
    long now = timers.millis();
    UdpFlow known = flows.use(remote, now);
    if (known != null) {
      return known;
    }
    synchronized (opening) {
      known = flows.use(remote, now);
      if (known != null) {
        return known;
      }
      UdpFlow made = new UdpFlow(this, remote);
      socket.listener().opened(made);
      UdpFlow evicted = flows.add(made, now);
      if (evicted != null) {
        counters.add(NetEvent.EVICTED);
        tellSoon(evicted);
      }
      return made;
    }
  }

  /** Has the end of a flow told by the reader, or, after the reader's own end, here. */
  private void tellSoon(UdpFlow flow) {
    ended.add(flow);
    Socket now = started();
    if (readerGone) {
      tellEnded(now);
    } else if (Thread.currentThread() != now.reader()) {
      now.selector().wakeup();
    }
  }

  @Override
  public NetCounters counters() {
    return counters;
  }

  /** How many peers are remembered now. */
  public int flowCount() {
    return flows.size();
  }

  @Override
  public synchronized void close() {
    closing = true;
    Socket now = socket;
    if (now != null) {
      now.sweep().cancel();
      now.selector().wakeup();
    }
  }

  boolean send(UdpFlow flow, byte[] message) {
    Socket now = started();
    if (message.length > MAX_SENDABLE) {
      // No network would carry it; upstairs sees what it sees when the network loses one.
      counters.add(NetEvent.TOO_BIG);
      return true;
    }
    flows.use(flow.remote(), timers.millis());
    try {
      int sent = now.channel().send(ByteBuffer.wrap(message), flow.remote());
      counters.add(sent == 0 && message.length > 0 ? NetEvent.SEND_DROPPED : NetEvent.MESSAGE_OUT);
      return true;
    } catch (ClosedChannelException e) {
      flow.close(shutdown());
      return false;
    } catch (IOException e) {
      counters.add(NetEvent.SEND_DROPPED);
      flow.close(FlowEnd.of(FlowEnd.Cause.UNREACHABLE, String.valueOf(e.getMessage())));
      return false;
    }
  }

  /** Called by a flow, once, when it has ended. */
  void ended(UdpFlow flow) {
    flows.remove(flow);
    tellSoon(flow);
  }

  /**
   * Our address as this peer sees it. Where the socket is bound to all addresses the kernel's
   * routing table knows; connecting a UDP socket asks it, and sends nothing.
   */
  InetSocketAddress localTowards(InetSocketAddress remote) {
    InetSocketAddress local = started().local();
    if (!local.getAddress().isAnyLocalAddress()) {
      return local;
    }
    try (DatagramChannel probe = DatagramChannel.open()) {
      probe.connect(remote);
      InetSocketAddress route = (InetSocketAddress) probe.getLocalAddress();
      return new InetSocketAddress(route.getAddress(), local.getPort());
    } catch (IOException e) {
      log.debug("no route to {}", remote, e);
      return local;
    }
  }

  private void expire() {
    FlowEnd why = FlowEnd.of(FlowEnd.Cause.DEAD, "idle for " + limits.idle());
    long before = timers.millis() - limits.idle().toMillis();
    flows.expire(before, why).forEach(this::tellSoon);
  }

  private static FlowEnd shutdown() {
    return FlowEnd.of(FlowEnd.Cause.SHUTDOWN, "");
  }

  // From here on: the reader thread.

  private void readUntilClosed(Socket socket) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(65_536);
    while (!closing) {
      try {
        socket.selector().select();
        socket.selector().selectedKeys().clear();
        readBatch(socket, buffer);
        tellEnded(socket);
      } catch (ClosedSelectorException | ClosedChannelException e) {
        log.debug("{} was closed under its reader", socket.local(), e);
        closing = true;
      } catch (Throwable e) {
        // Nothing may end this thread. The pause keeps a failure that lasts from eating a core.
        socket.listener().failed(this, e);
        LockSupport.parkNanos(10_000_000);
      }
    }
    endAll(socket);
  }

  private void readBatch(Socket socket, ByteBuffer buffer) throws IOException {
    for (int i = 0; i < READ_BATCH; i++) {
      buffer.clear();
      InetSocketAddress from = (InetSocketAddress) socket.channel().receive(buffer);
      if (from == null) {
        return;
      }
      buffer.flip();
      took(socket, from, buffer);
    }
  }

  private void took(Socket socket, InetSocketAddress from, ByteBuffer datagram) throws IOException {
    long now = timers.millis();
    if (isKeepAlive(datagram)) {
      counters.add(NetEvent.KEEP_ALIVE);
      flows.use(from, now);
      return;
    }
    if (StunKeepAlive.isRequest(datagram)) {
      counters.add(NetEvent.KEEP_ALIVE);
      flows.use(from, now);
      socket.channel().send(StunKeepAlive.answer(datagram, from), from);
      return;
    }
    if (datagram.remaining() > limits.maxDatagramBytes()) {
      counters.add(NetEvent.TOO_BIG);
      return;
    }
    if (from.getPort() == 0) {
      return; // forged: nobody can be answered there
    }
    byte[] message = new byte[datagram.remaining()];
    datagram.get(message);
    // Ends first: a flow found after this may end at any moment, but the listener hears of that
    // only after this datagram, because only this thread tells.
    tellEnded(socket);
    socket.listener().received(useOrOpen(from, socket), message);
  }

  /** Line ends, blanks and NULs only; no SIP message begins with one of these and means it. */
  private static boolean isKeepAlive(ByteBuffer datagram) {
    for (int i = datagram.position(); i < datagram.limit(); i++) {
      byte b = datagram.get(i);
      if (b != '\r' && b != '\n' && b != 0 && b != ' ') {
        return false;
      }
    }
    return true;
  }

  private void tellEnded(Socket socket) {
    for (UdpFlow flow = ended.poll(); flow != null; flow = ended.poll()) {
      FlowEnd why = Objects.requireNonNull(flow.end());
      log.debug("{} ended: {}", flow, why);
      socket.listener().ended(flow, why);
    }
  }

  private void endAll(Socket socket) {
    try {
      socket.channel().close();
      socket.selector().close();
    } catch (IOException e) {
      log.debug("closing {}", socket.local(), e);
    }
    flows.expire(Long.MAX_VALUE, shutdown()).forEach(this::tellSoon);
    readerGone = true;
    tellEnded(socket);
  }

  @Override
  public String toString() {
    return "UDP " + (socket == null ? bind : localAddress());
  }
}
