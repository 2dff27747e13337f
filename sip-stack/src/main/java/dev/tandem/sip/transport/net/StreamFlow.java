package dev.tandem.sip.transport.net;

import dev.tandem.sip.transport.Advertised;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowId;
import dev.tandem.sip.transport.Transport;
import dev.tandem.sip.transport.net.StreamTransport.Peer;
import java.net.InetSocketAddress;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.xnio.StreamConnection;
import org.xnio.XnioIoThread;

/**
 * One TCP or TLS connection, as any thread may use it: what is to be sent goes into a queue, and
 * the end is decided once, by whoever comes first. All else happens in {@link StreamSocket}, on the
 * I/O thread.
 */
final class StreamFlow implements Flow {
  private final FlowId id = FlowId.next();
  private final StreamTransport owner;
  private final Peer peer;
  private final XnioIoThread thread;
  private final SendQueue queue;
  private final StreamSocket socket;
  private final AtomicReference<@Nullable FlowEnd> end = new AtomicReference<>();
  private volatile InetSocketAddress local;

  StreamFlow(StreamTransport owner, Peer peer, XnioIoThread thread, boolean isAccepted) {
    this.owner = owner;
    this.peer = peer;
    this.thread = thread;
    this.local = owner.localAddress();
    this.queue = new SendQueue(owner.limits.maxQueuedBytes(), owner.limits.budget(), true);
    this.socket = new StreamSocket(owner, this, thread, isAccepted, queue);
  }

  /** The connection exists; called on the I/O thread. */
  void accepted(StreamConnection connection) {
    socket.accepted(connection);
  }

  /** Begins to connect; called once, on any thread. */
  void connect(@Nullable InetSocketAddress bind) {
    onThread(() -> socket.connect(bind));
  }

  @Override
  public FlowId id() {
    return id;
  }

  @Override
  public Transport transport() {
    return owner.transport();
  }

  @Override
  public InetSocketAddress remote() {
    return peer.remote();
  }

  @Override
  public InetSocketAddress local() {
    return local;
  }

  void setLocal(InetSocketAddress local) {
    this.local = local;
  }

  @Override
  public @Nullable Advertised advertised() {
    return owner.shownTo(remote());
  }

  @Override
  public boolean isOpen() {
    return end.get() == null;
  }

  Peer peer() {
    return peer;
  }

  @Override
  public boolean send(byte[] message) {
    if (!isOpen() || !enqueue(message)) {
      return false;
    }
    owner.counters().add(NetEvent.MESSAGE_OUT);
    return true;
  }

  /** Queues bytes that may be no message; false if that was too much. */
  boolean enqueue(byte[] bytes) {
    switch (queue.offer(bytes)) {
      case FULL -> {
        end(FlowEnd.Cause.TOO_SLOW, queue.bytes() + " bytes wait", NetEvent.TOO_SLOW);
        return false;
      }
      case ATTEND -> {
        if (Thread.currentThread() == thread) {
          socket.flushSoon();
        } else {
          onThread(socket::flush);
        }
      }
      case QUEUED -> {}
    }
    return true;
  }

  @Override
  public void close(FlowEnd why) {
    decideEnd(why);
  }

  /** True for the one call that ends the flow; the listener hears of it later. */
  boolean decideEnd(FlowEnd why) {
    boolean isFirst = end.compareAndSet(null, why);
    if (isFirst) {
      onThread(socket::finish);
    }
    return isFirst;
  }

  /** Ends the flow, and counts why, unless it had ended. */
  void end(FlowEnd.Cause cause, String detail, NetEvent event) {
    if (decideEnd(FlowEnd.of(cause, detail))) {
      owner.counters().add(event);
    }
  }

  /** Why it ended; null while it is open. */
  @Nullable FlowEnd why() {
    return end.get();
  }

  /** Runs something on the I/O thread, later even if this is the I/O thread. */
  void onThread(Runnable task) {
    Runnable guarded =
        () -> {
          try {
            task.run();
          } catch (Throwable e) {
            owner.listener().failed(this, e);
            decideEnd(FlowEnd.of(FlowEnd.Cause.BROKEN, "failed"));
          }
        };
    try {
      thread.execute(guarded);
    } catch (RejectedExecutionException e) {
      guarded.run(); // the worker was shut down before us; its threads do nothing any more
    }
  }

  @Override
  public String toString() {
    return id + " " + transport() + " " + remote();
  }
}
