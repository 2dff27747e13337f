package dev.tandem.sip.transport.ws;

import dev.tandem.sip.transport.FlowEnd;
import io.undertow.server.ServerConnection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.security.Principal;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.Options;
import org.xnio.StreamConnection;

/**
 * One upgraded connection: messages in, messages out, keep-alive and the closing handshake (RFC
 * 6455 §5 to §7).
 *
 * <p>All state but the send queue belongs to the connection's I/O thread. What other threads may do
 * is {@link #send} and {@link #close}. The end is decided once, by whoever sets {@link #ending}
 * first; the listener then hears of it on the I/O thread, and the socket lives on until the close
 * frames are exchanged or {@link WebSocketLimits#closeTimeout()} is over.
 */
public final class WebSocketConnection {
  private static final Logger log = LoggerFactory.getLogger(WebSocketConnection.class);

  private static final AtomicReferenceFieldUpdater<WebSocketConnection, @Nullable Ending> ENDING =
      AtomicReferenceFieldUpdater.newUpdater(WebSocketConnection.class, Ending.class, "ending");

  /** Why a connection ends, and the status for the peer; see {@link CloseCode}. */
  private record Ending(FlowEnd why, int closeCode) {}

  /** Reads in a row for one connection before the others of the thread have their turn. */
  private static final int READS_PER_EVENT = 16;

  /** The same in frames: many small ones cost more than their bytes. */
  private static final int FRAMES_PER_EVENT = 64;

  private static final byte[] NO_PAYLOAD = new byte[0];

  private final WebSocketEndpoint endpoint;
  private final StreamConnection channel;
  private final InetSocketAddress remote;
  private final InetSocketAddress local;
  private final boolean secure;
  private final @Nullable Principal principal;
  private final boolean counted;
  private final FrameDecoder decoder;
  private final KeepAlive keepAlive;
  private final SendQueue out = new SendQueue();
  private final Runnable drain = this::drain;

  private volatile @Nullable Ending ending;

  // Of the I/O thread only.
  private @Nullable WebSocketListener listener;
  private boolean finished;
  private boolean inputUseless;
  private boolean peerClosed;
  private boolean inputEnded;
  private long closeBy;

  WebSocketConnection(
      WebSocketEndpoint endpoint,
      StreamConnection channel,
      boolean secure,
      @Nullable Principal principal,
      boolean counted) {
    this.endpoint = endpoint;
    this.channel = channel;
    this.secure = secure;
    this.principal = principal;
    this.counted = counted;
    this.remote = channel.getPeerAddress(InetSocketAddress.class);
    this.local = channel.getLocalAddress(InetSocketAddress.class);
    this.decoder =
        new FrameDecoder(
            endpoint.limits().maxMessageBytes(), endpoint.limits().maxPiecesPerSecond());
    this.keepAlive = new KeepAlive(endpoint.limits(), endpoint.millis(), remote.hashCode());
  }

  /** The peer's address as the packets show it. */
  public InetSocketAddress remote() {
    return remote;
  }

  /** The address of ours that the peer talks to. */
  public InetSocketAddress local() {
    return local;
  }

  /** Whether it has a place among those of its address, to be given back. */
  boolean isCounted() {
    return counted;
  }

  /** Who the {@link Admission} found it to be; null if nobody. */
  public @Nullable Principal principal() {
    return principal;
  }

  /** Whether the connection came to us over TLS. */
  public boolean isSecure() {
    return secure;
  }

  /** False from the moment that the end is decided. */
  public boolean isOpen() {
    return ending == null;
  }

  /** Whether a ping has no answer yet, nor anything else come since. From any thread. */
  public boolean isDoubtful() {
    return keepAlive.isDoubtful();
  }

  /**
   * Queues one message, in order, from any thread, without blocking. Nobody may write to the array
   * any more; of a text message it must be valid UTF-8.
   *
   * @return false when the connection has ended, or ends now because its queue is full
   */
  public boolean send(byte[] payload, boolean text) {
    if (!isOpen() || !queue(text ? Opcode.TEXT : Opcode.BINARY, payload)) {
      return false;
    }
    endpoint.counters().messagesOut.increment();
    return true;
  }

  /**
   * Ends the connection, from any thread; idempotent. What was queued before is still sent, then a
   * close frame, unless the cause says that the peer cannot hear it.
   */
  public void close(FlowEnd why) {
    end(why, CloseCode.of(why.cause()));
  }

  /** The same with a close code of the sub-protocol's own: 4000 to 4999 (RFC 6455 §7.4.2). */
  public void close(FlowEnd why, int code) {
    end(why, code);
  }

  // ---- beginning

  /** Begins to read. On the I/O thread, once. */
  void start(SubProtocol protocol, ServerConnection http) {
    Events events = new Events();
    http.addCloseListener(events);
    channel.getSourceChannel().setReadListener(events);
    channel.getSinkChannel().setWriteListener(events);
    try {
      listener = protocol.opened(this);
    } catch (Throwable e) {
      endpoint.failed(remote, e);
      end(FlowEnd.of(FlowEnd.Cause.REFUSED, "internal error"), CloseCode.INTERNAL_ERROR);
    }
    if (channel.isOpen()) {
      channel.getSourceChannel().resumeReads();
    } else {
      end(FlowEnd.of(FlowEnd.Cause.BROKEN, "reset at the handshake"), CloseCode.NO_FRAME);
    }
  }

  // ---- reading

  /** What the channels and the decoder call; apart, so that it is no business of our callers. */
  private final class Events
      implements ChannelListener<Channel>, ServerConnection.CloseListener, FrameDecoder.Receiver {

    @Override
    public void handleEvent(Channel ready) {
      if (ready == channel.getSinkChannel()) {
        drain();
      } else {
        readable(this);
      }
      finishIfEnded();
    }

    @Override
    public void closed(ServerConnection connection) {
      end(FlowEnd.of(FlowEnd.Cause.BROKEN, "closed below"), CloseCode.NO_FRAME);
      release();
    }

    @Override
    public void message(byte[] payload, boolean text) {
      keepAlive.messageEnded();
      endpoint.counters().messagesIn.increment();
      if (isOpen()) {
        deliver(payload, text);
      }
    }

    @Override
    public void ping(byte[] payload) {
      if (isOpen()) {
        queue(Opcode.PONG, payload);
      }
    }

    @Override
    public void pong() {
      endpoint.counters().pongs.increment();
    }

    @Override
    public void close(int code, String reason) {
      peerClosed = true;
      String detail = code == CloseCode.ABSENT ? "" : (code + " " + reason).strip();
      FlowEnd.Cause cause =
          code == CloseCode.GOING_AWAY ? FlowEnd.Cause.PEER_LEFT : FlowEnd.Cause.PEER_CLOSED;
      if (!end(FlowEnd.of(cause, detail), code)) {
        drain();
      }
    }
  }

  private void deliver(byte[] payload, boolean text) {
    WebSocketListener to = listener;
    if (to == null) {
      return;
    }
    try {
      to.message(payload, text);
    } catch (Throwable e) {
      // Errors too: a parser's stack may overflow. It must cost this message, not the bytes behind
      // it in the buffer.
      endpoint.failed(remote, e);
    }
  }

  private void readable(FrameDecoder.Receiver receiver) {
    WriteBatch batch = WriteBatch.ofThread();
    batch.begin();
    try {
      readAll(receiver);
    } finally {
      batch.end();
    }
  }

  private void readAll(FrameDecoder.Receiver receiver) {
    ByteBuffer buffer = ThreadBuffers.forReading();
    try {
      int frames = 0;
      for (int i = 0; i < READS_PER_EVENT && frames < FRAMES_PER_EVENT; i++) {
        buffer.clear();
        int count = channel.getSourceChannel().read(buffer);
        if (count < 0) {
          endOfInput();
          return;
        }
        if (count == 0) {
          break;
        }
        endpoint.counters().bytesIn.add(count);
        keepAlive.heard();
        if (!inputUseless) {
          buffer.flip();
          frames += decoder.decode(buffer, receiver);
        }
        // A plain socket that gave less than asked has no more; TLS may hold another record.
        if (!channel.isOpen() || (count < buffer.capacity() && !secure)) {
          break;
        }
      }
      boolean midMessage = decoder.isMidMessage();
      keepAlive.read(midMessage, midMessage ? endpoint.millis() : 0);
    } catch (ProtocolViolation e) {
      inputUseless = true;
      end(e.end(), e.closeCode());
    } catch (IOException e) {
      broken(e);
    }
  }

  private void endOfInput() {
    inputEnded = true;
    end(FlowEnd.of(FlowEnd.Cause.PEER_CLOSED, "without a close frame"), CloseCode.NO_FRAME);
    if (finished) {
      release();
    }
  }

  // ---- writing

  private boolean queue(int opcode, byte[] payload) {
    SendQueue.Outcome outcome = out.add(opcode, payload, false, endpoint.limits());
    if (outcome == SendQueue.Outcome.FULL) {
      end(FlowEnd.of(FlowEnd.Cause.TOO_SLOW, "send queue full"), CloseCode.NO_FRAME);
    }
    if (outcome != SendQueue.Outcome.WAITING) {
      return false;
    }
    if (!secure || isOnIoThread()) {
      WriteBatch.ofThread().write(drain);
    } else {
      // Undertow's TLS keeps state that only the I/O thread may touch.
      onIoThread(drain);
    }
    return true;
  }

  private void drain() {
    try {
      SendQueue.Outcome outcome =
          out.drain(
              channel.getSinkChannel(),
              endpoint.counters().bytesOut,
              endpoint.limits().budget(),
              endpoint.millis());
      if (outcome == SendQueue.Outcome.WRITTEN && !isOpen() && isOnIoThread() && finished) {
        closeFrameSent();
      }
    } catch (IOException e) {
      broken(e);
    }
  }

  // ---- the clock

  /** Looks at every deadline, about once a second, on the I/O thread. */
  void sweep(long now) {
    if (!isOpen()) {
      if (finished && now >= closeBy) {
        release();
      }
      return;
    }
    decoder.secondPassed();
    FlowEnd overdue = keepAlive.overdue(now, out.waitingSince());
    if (overdue != null) {
      close(overdue);
    } else if (keepAlive.pingDue(now) && queue(Opcode.PING, NO_PAYLOAD)) {
      endpoint.counters().pings.increment();
    }
  }

  // ---- ending

  private void broken(IOException e) {
    String detail = String.valueOf(e.getMessage());
    end(FlowEnd.of(FlowEnd.Cause.BROKEN, detail), CloseCode.NO_FRAME);
    if (finished && isOnIoThread()) {
      release();
    }
  }

  private boolean end(FlowEnd why, int code) {
    if (!ENDING.compareAndSet(this, null, new Ending(why, code))) {
      return false;
    }
    onIoThread(this::finishIfEnded);
    return true;
  }

  /**
   * Tells the listener of the end. Never from within {@link #send} or {@link #close}, whose callers
   * may hold locks, but as an event of its own or at the end of one.
   */
  private void finishIfEnded() {
    Ending how = ending;
    if (finished || how == null) {
      return;
    }
    finished = true;
    closeBy = endpoint.millis() + (isStalled() ? 0 : endpoint.limits().closeTimeout().toMillis());
    endpoint.counters().ended.increment();
    log.debug("{} ended: {}", remote, how.why());
    WebSocketListener to = listener;
    if (to != null) {
      try {
        to.ended(how.why());
      } catch (Throwable e) {
        endpoint.failed(remote, e);
      }
    }
    if (how.closeCode() == CloseCode.NO_FRAME) {
      abort(how.why().cause());
    } else {
      String reason = peerClosed ? "" : how.why().detail();
      out.add(Opcode.CLOSE, CloseCode.payload(how.closeCode(), reason), true, endpoint.limits());
      drain();
    }
  }

  /** Who does not even finish a message is not waited for to answer our close frame. */
  private boolean isStalled() {
    Ending how = ending;
    return how != null && how.why().cause() == FlowEnd.Cause.STALLED;
  }

  /**
   * Closes without a word. By a reset if the peer does not read: the kernel would keep what it
   * still has for it, and the socket, for minutes.
   */
  private void abort(FlowEnd.Cause cause) {
    if (cause == FlowEnd.Cause.TOO_SLOW || cause == FlowEnd.Cause.DEAD) {
      try {
        channel.setOption(Options.CLOSE_ABORT, true);
      } catch (IOException e) {
        log.trace("closed before it could be reset", e);
      }
    }
    release();
  }

  /**
   * After our close frame the peer's is waited for if it can still come, since a socket closed with
   * bytes unread is reset and the peer might never see why. After a violation nothing of the peer
   * makes sense any more, so it is only told by FIN that we are through (RFC 6455 §7.1.1).
   */
  private void closeFrameSent() {
    if (peerClosed || inputEnded || isStalled()) {
      release();
    } else if (inputUseless) {
      try {
        channel.getSinkChannel().shutdownWrites();
        channel.getSinkChannel().flush();
      } catch (IOException e) {
        release();
      }
    }
  }

  /** Gives back all that the connection holds. */
  private void release() {
    out.discard(endpoint.limits().budget());
    endpoint.forget(this);
    IoUtils.safeClose(channel);
  }

  private boolean isOnIoThread() {
    return Thread.currentThread() == channel.getIoThread();
  }

  StreamConnection channel() {
    return channel;
  }

  private void onIoThread(Runnable task) {
    try {
      channel.getIoThread().execute(task);
    } catch (RejectedExecutionException e) {
      // The server has stopped, its threads with it: nobody else touches the connection now.
      task.run();
    }
  }
}
