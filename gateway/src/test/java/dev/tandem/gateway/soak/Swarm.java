package dev.tandem.gateway.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Very many TCP connections on one thread, each of which does as its peer says. */
final class Swarm implements AutoCloseable {

  /** What one connection does. Called on the swarm's thread. */
  interface Peer {
    void opened(Line line);

    /** The bytes are gone after the call. */
    default void received(Line line, ByteBuffer bytes) {}

    /** Closed by the other side, reset, or never there. */
    default void ended(Line line) {}
  }

  /** Small, so that who does not read is felt soon. */
  private static final int RECEIVE_BUFFER = 16 * 1024;

  private final Selector selector;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
  private final AtomicInteger open = new AtomicInteger();
  private final Thread thread;
  private volatile boolean goesOn = true;

  Swarm() {
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread = new Thread(this::run, "swarm");
    thread.start();
  }

  /** How many connections are open, those under way included. */
  int open() {
    return open.get();
  }

  /** Opens a connection from an address of this machine. */
  void opens(InetSocketAddress to, String from, Peer peer) {
    open.incrementAndGet();
    run(() -> new Line(peer).begins(to, from));
  }

  /** Does something on the swarm's thread. */
  void run(Runnable task) {
    tasks.add(task);
    selector.wakeup();
  }

  private void run() {
    try {
      while (goesOn) {
        selector.select(100);
        for (int now = tasks.size(); now > 0; now--) { // not those that these add
          tasks.remove().run();
        }
        for (SelectionKey key : selector.selectedKeys()) {
          ((Line) key.attachment()).isReady(key);
        }
        selector.selectedKeys().clear();
      }
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    goesOn = false;
    selector.wakeup();
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One connection. On the swarm's thread. */
  final class Line {
    private final Peer peer;
    private final Deque<ByteBuffer> waiting = new ArrayDeque<>();
    private SocketChannel channel;
    private SelectionKey key;
    private boolean over;
    private boolean deaf;

    private Line(Peer peer) {
      this.peer = peer;
    }

    private void begins(InetSocketAddress to, String from) {
      try {
        channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.bind(new InetSocketAddress(from, 0));
        key = channel.register(selector, SelectionKey.OP_CONNECT, this);
        if (channel.connect(to)) {
          isOpen();
        }
      } catch (IOException e) {
        ends();
      }
    }

    private void isOpen() {
      key.interestOps(SelectionKey.OP_READ);
      peer.opened(this);
    }

    private void isReady(SelectionKey ready) {
      try {
        if (ready.isValid() && ready.isConnectable() && channel.finishConnect()) {
          isOpen();
        }
        if (ready.isValid() && ready.isWritable()) {
          flush();
        }
        if (ready.isValid() && ready.isReadable()) {
          buffer.clear();
          if (channel.read(buffer) < 0) {
            ends();
          } else {
            peer.received(this, buffer.flip());
          }
        }
      } catch (IOException e) {
        ends();
      }
    }

    void sends(byte[] bytes) {
      if (!over) {
        waiting.add(ByteBuffer.wrap(bytes));
        try {
          flush();
        } catch (IOException e) {
          ends();
        }
      }
    }

    /** Takes nothing any more that the other side sends. */
    void readsNoMore() {
      deaf = true;
      key.interestOps(key.interestOps() & ~SelectionKey.OP_READ);
    }

    /** Whether all that was sent has gone. */
    boolean isFlushed() {
      return waiting.isEmpty();
    }

    private void flush() throws IOException {
      while (!waiting.isEmpty()) {
        channel.write(waiting.peek());
        if (waiting.peek().hasRemaining()) {
          break;
        }
        waiting.remove();
      }
      key.interestOps(
          (deaf ? 0 : SelectionKey.OP_READ) | (waiting.isEmpty() ? 0 : SelectionKey.OP_WRITE));
    }

    void closes() {
      if (!over) {
        over = true;
        open.decrementAndGet();
        try {
          channel.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }

    private void ends() {
      if (!over) {
        closes();
        peer.ended(this);
      }
    }
  }
}
