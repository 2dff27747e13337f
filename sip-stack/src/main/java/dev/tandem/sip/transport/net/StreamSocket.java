package dev.tandem.sip.transport.net;

import dev.tandem.sip.transport.FlowEnd;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoFuture;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.XnioIoThread;
import org.xnio.ssl.SslConnection;

/**
 * What a {@link StreamFlow} does on its I/O thread; nothing here is called from another.
 *
 * <pre>
 * CONNECTING  => HANDSHAKE or OPEN: the connection came up      => GONE: refused, or too late
 * HANDSHAKE   => OPEN:    TLS agreed                            => GONE: failed, or too late
 * OPEN        => CLOSING: the end of the flow was decided       => GONE: the connection broke
 * CLOSING     => GONE:    the last byte left, or linger is over
 * </pre>
 *
 * The end of the flow is decided first, often here, and then told and acted on by {@link #finish}.
 * The socket may outlive the flow for a moment, so that a last answer gets out: closing a socket
 * with unread bytes would make the kernel reset the connection and throw that answer away.
 */
final class StreamSocket {
  private static final Logger log = LoggerFactory.getLogger(StreamSocket.class);

  private static final byte[] PONG = {'\r', '\n'};

  /** Reads in a row before other connections of this thread get their turn. */
  private static final int READ_BATCH = 8;

  /** What a peer may still send, to be thrown away, while our last answer leaves. */
  private static final int MAX_DISCARDED_BYTES = 1 << 20;

  /** One per I/O thread: a connection keeps bytes only of a message that is not complete. */
  private static final ThreadLocal<byte[]> readBuffer =
      ThreadLocal.withInitial(() -> new byte[32 << 10]);

  private enum State {
    CONNECTING,
    HANDSHAKE,
    OPEN,
    CLOSING,
    GONE
  }

  private final StreamTransport owner;
  private final StreamFlow flow;
  private final XnioIoThread thread;
  private final boolean isAccepted;
  private final SendQueue queue;
  private final StreamFramer framer;
  private final FramerSink sink = new FramerSink();
  private final StreamPatience patience;
  private final StreamWriter writer;

  /** For connecting, the handshake, and lingering; {@link #patience} is for what is between. */
  private final Deadline deadline;

  private State state = State.CONNECTING;
  private @Nullable StreamConnection connection;
  private @Nullable IoFuture<StreamConnection> attempt;
  private boolean isToldOpened;
  private boolean isReading;
  private boolean isFlushOwed;
  private boolean hasPeerFinished;
  private int discardedBytes;

  StreamSocket(
      StreamTransport owner,
      StreamFlow flow,
      XnioIoThread thread,
      boolean isAccepted,
      SendQueue queue) {
    this.owner = owner;
    this.flow = flow;
    this.thread = thread;
    this.isAccepted = isAccepted;
    this.queue = queue;
    this.isToldOpened = !isAccepted;
    this.framer = new StreamFramer(owner.limits.framing());
    this.deadline = new Deadline(owner.timers, flow::onThread);
    this.patience =
        new StreamPatience(owner.timers, owner.timeouts, flow::onThread, this::outOfPatience);
    this.writer = new StreamWriter(queue, patience);
  }

  void accepted(StreamConnection raw) {
    try {
      up(raw);
    } catch (IOException | RuntimeException e) {
      connectionBroke(e);
    }
  }

  /** At most once. */
  void connect(@Nullable InetSocketAddress bind) {
    if (state != State.CONNECTING) {
      return;
    }
    Duration limit = owner.timeouts.connect();
    deadline.set(limit, () -> unreachable("no connection within " + limit));
    OptionMap options = OptionMap.create(Options.TCP_NODELAY, true, Options.KEEP_ALIVE, true);
    IoFuture<StreamConnection> future =
        bind == null
            ? thread.openStreamConnection(flow.remote(), this::connected, options)
            : thread.openStreamConnection(bind, flow.remote(), this::connected, null, options);
    attempt = future;
    future.addNotifier(
        (done, none) -> {
          if (done.getStatus() == IoFuture.Status.FAILED) {
            String why = String.valueOf(done.getException().getMessage());
            flow.onThread(() -> unreachable(why));
          }
        },
        null);
  }

  private void connected(StreamConnection raw) {
    if (state != State.CONNECTING) {
      IoUtils.safeClose(raw); // too late
      return;
    }
    deadline.clear();
    attempt = null;
    try {
      up(raw);
    } catch (IOException | RuntimeException e) {
      connectionBroke(e);
    }
  }

  private void unreachable(String why) {
    if (state == State.CONNECTING || state == State.HANDSHAKE) {
      flow.end(FlowEnd.Cause.UNREACHABLE, why, NetEvent.CONNECT_FAILED);
    }
  }

  private void up(StreamConnection raw) throws IOException {
    connection = raw; // whatever dressing does, there is a socket to close
    flow.setLocal(raw.getLocalAddress(InetSocketAddress.class));
    StreamConnection dressed = owner.dress(raw, flow);
    connection = dressed;
    dressed.getCloseSetter().set(c -> flow.onThread(this::connectionClosed));
    dressed.getSourceChannel().setReadListener(c -> readable());
    dressed.getSinkChannel().setWriteListener(c -> flush());
    if (owner.hasHandshake()) {
      state = State.HANDSHAKE;
      Duration limit = owner.timeouts.handshake();
      deadline.set(limit, () -> handshakeFailed(FlowEnd.Cause.STALLED, "not within " + limit));
      SslConnection secure = (SslConnection) dressed;
      // The conduit calls in the middle of its own work: only note it, and go on afterwards.
      secure.getHandshakeSetter().set(c -> flow.onThread(this::established));
      if (!isAccepted) {
        // Told to start a handshake that the peer starts, the conduit recurses without end.
        secure.startHandshake();
      }
    } else {
      established();
    }
    dressed.getSourceChannel().resumeReads();
  }

  private void established() {
    if (state == State.OPEN || state == State.CLOSING || state == State.GONE) {
      return;
    }
    state = State.OPEN;
    deadline.clear();
    if (isAccepted) {
      patience.awaitFirstMessage();
      owner.established(flow);
      isToldOpened = true;
      owner.listener().opened(flow);
    } else {
      owner.counters().add(NetEvent.CONNECTED);
      patience.awaitAnything();
    }
    flush();
  }

  private void handshakeFailed(FlowEnd.Cause cause, String why) {
    if (state != State.HANDSHAKE) {
      return;
    }
    if (isAccepted) {
      flow.end(cause, "TLS handshake: " + why, NetEvent.HANDSHAKE_FAILED);
    } else {
      unreachable("TLS handshake: " + why);
    }
  }

  private void outOfPatience(FlowEnd.Cause cause, String why) {
    boolean isDecided = flow.decideEnd(FlowEnd.of(cause, why));
    if (isDecided && cause == FlowEnd.Cause.STALLED) {
      owner.counters().add(NetEvent.STALLED);
    } else if (isDecided && cause == FlowEnd.Cause.TOO_SLOW) {
      owner.counters().add(NetEvent.TOO_SLOW);
    }
  }

  private void readable() {
    isReading = true;
    try {
      read();
    } catch (IOException e) {
      connectionBroke(e);
    } catch (Throwable e) {
      owner.listener().failed(flow, e);
      flow.decideEnd(FlowEnd.of(FlowEnd.Cause.BROKEN, "failed"));
    } finally {
      isReading = false;
    }
    if (isFlushOwed) {
      isFlushOwed = false;
      flush();
    }
  }

  private void read() throws IOException {
    StreamConnection from = connection;
    byte[] bytes = readBuffer.get();
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    for (int i = 0; i < READ_BATCH && from != null && state != State.GONE; i++) {
      buffer.clear();
      int count = from.getSourceChannel().read(buffer);
      if (count == 0) {
        return;
      }
      if (count < 0) {
        peerFinished();
        return;
      }
      took(bytes, count);
    }
  }

  private void took(byte[] bytes, int count) {
    if (state == State.HANDSHAKE) {
      established(); // the first message came along with the end of the handshake
    }
    if (state == State.CLOSING) {
      discardedBytes += count;
      if (discardedBytes > MAX_DISCARDED_BYTES) {
        gone();
      }
      return;
    }
    patience.byteMoved();
    sink.pinged = false;
    framer.feed(bytes, 0, count, sink);
    if (sink.pinged && flow.isOpen()) {
      owner.counters().add(NetEvent.KEEP_ALIVE);
      flow.enqueue(PONG);
    }
    if (flow.isOpen()) {
      patience.caughtUp(framer.isInsideMessage());
    }
  }

  private final class FramerSink implements StreamFramer.Sink {
    private boolean pinged;

    @Override
    public void message(byte[] message) {
      if (flow.isOpen()) {
        patience.messageCame();
        owner.listener().received(flow, message);
      }
    }

    @Override
    public void ping() {
      pinged = true; // several at once get one answer: the queue must not pay for a flood
    }

    @Override
    public void failed(byte @Nullable [] headerSection, FlowEnd why) {
      boolean isTooBig = why.cause() == FlowEnd.Cause.TOO_BIG;
      owner.counters().add(isTooBig ? NetEvent.TOO_BIG : NetEvent.BAD_FRAMING);
      if (headerSection != null && flow.isOpen()) {
        owner.listener().unframed(flow, headerSection, why);
      }
      flow.decideEnd(why);
    }
  }

  private void peerFinished() {
    hasPeerFinished = true;
    if (connection != null) {
      connection.getSourceChannel().suspendReads();
    }
    if (state == State.HANDSHAKE) {
      handshakeFailed(FlowEnd.Cause.PROTOCOL_ERROR, owner.whyHandshakeFailed(connection));
    } else if (state == State.CLOSING) {
      if (queue.isEmpty()) {
        gone();
      }
    } else {
      flow.decideEnd(FlowEnd.of(FlowEnd.Cause.PEER_CLOSED, ""));
    }
  }

  private void connectionClosed() {
    if (state == State.CLOSING) {
      gone();
    } else if (state == State.HANDSHAKE) {
      handshakeFailed(FlowEnd.Cause.PROTOCOL_ERROR, owner.whyHandshakeFailed(connection));
    } else if (state != State.GONE) {
      flow.decideEnd(FlowEnd.of(FlowEnd.Cause.BROKEN, "closed"));
    }
  }

  private void connectionBroke(Exception e) {
    log.debug("{} broke", flow, e);
    String why = String.valueOf(e.getMessage());
    if (state == State.HANDSHAKE) {
      handshakeFailed(FlowEnd.Cause.PROTOCOL_ERROR, why);
    } else if (state == State.CONNECTING && !isAccepted) {
      unreachable(why);
    } else {
      flow.decideEnd(FlowEnd.of(FlowEnd.Cause.BROKEN, why));
    }
    gone(); // after a failed read or write there is nothing to linger for
  }

  /** As {@link #flush}, but after all that was read at once: one write for all the answers. */
  void flushSoon() {
    if (isReading) {
      isFlushOwed = true;
    } else {
      flush();
    }
  }

  /**
   * Writes what waits, as far as the socket takes it. Whoever calls it has been told to attend to
   * the queue, or attends already.
   */
  void flush() {
    StreamConnection to = connection;
    if (to == null || state == State.CONNECTING || state == State.HANDSHAKE) {
      return; // will be called again when it is up
    }
    if (state == State.GONE) {
      queue.clear();
      return;
    }
    try {
      if (writer.write(to.getSinkChannel()) && state == State.CLOSING) {
        closeWhenWritten(to);
      }
    } catch (IOException e) {
      connectionBroke(e);
    } catch (Throwable e) {
      owner.listener().failed(flow, e);
      connectionBroke(new IOException("failed", e));
    }
  }

  /** Runs once, after the end was decided, and never inside a call of the listener. */
  void finish() {
    FlowEnd why = Objects.requireNonNull(flow.why());
    log.debug("{} ended: {}", flow, why);
    deadline.clear();
    patience.stop();
    owner.forget(flow);
    if (isToldOpened) {
      owner.listener().ended(flow, why);
    }
    boolean mayLinger =
        switch (why.cause()) {
          case PEER_CLOSED, PEER_LEFT, REPLACED, PROTOCOL_ERROR, TOO_BIG, REFUSED, SHUTDOWN -> true;
          case BROKEN, DEAD, STALLED, TOO_SLOW, UNREACHABLE -> false;
        };
    if (state == State.OPEN && mayLinger) {
      state = State.CLOSING;
      deadline.set(owner.timeouts.linger(), this::gone);
      flush();
    } else {
      gone();
    }
  }

  private void closeWhenWritten(StreamConnection to) throws IOException {
    to.getSinkChannel().shutdownWrites();
    if (!to.getSinkChannel().flush()) {
      to.getSinkChannel().resumeWrites();
    } else if (hasPeerFinished) {
      gone();
    }
  }

  private void gone() {
    if (state == State.GONE) {
      return;
    }
    state = State.GONE;
    deadline.clear();
    patience.stop();
    queue.clear();
    if (attempt != null) {
      attempt.cancel();
    }
    IoUtils.safeClose(connection);
    owner.disconnected(flow);
  }
}
