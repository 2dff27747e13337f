package dev.tandem.gateway.media;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TCP connection to one rtpengine, made when there is something to say, and again after it broke.
 * What was under way then is lost, as a datagram might be. Nothing blocks; bytes that wait are
 * bounded both ways. Thread-safe.
 */
final class NgStream {
  private static final Logger log = LoggerFactory.getLogger(NgStream.class);
  private static final int MAX_UNSENT = 4 << 20;
  private static final int MAX_ANSWER = 1 << 20;

  private final InetSocketAddress address;
  private final Selector selector;
  private final Consumer<byte[]> answers;
  private final Deque<ByteBuffer> unsent = new ArrayDeque<>();
  private final ByteBuffer piece = ByteBuffer.allocate(16_384);
  private int unsentBytes;
  private byte[] received = new byte[16_384];
  private int filled;
  private @Nullable SocketChannel channel;
  private @Nullable SelectionKey key;
  private boolean closed;

  /**
   * Connects to nobody yet.
   *
   * @param selector its owner calls {@link #isReady} for keys that this is attached to
   * @param answers gets each whole answer, with its cookie
   */
  NgStream(InetSocketAddress address, Selector selector, Consumer<byte[]> answers) {
    this.address = address;
    this.selector = selector;
    this.answers = answers;
  }

  /** Says something, now or when the connection is there; from any thread. */
  synchronized void send(byte[] question) {
    if (closed || unsentBytes + question.length > MAX_UNSENT) {
      return; // lost
    }
    unsent.add(ByteBuffer.wrap(question));
    unsentBytes += question.length;
    try {
      if (channel == null) {
        connect();
      } else if (channel.isConnected()) {
        flush();
      }
    } catch (IOException e) {
      broke(e.toString());
    }
  }

  private void connect() throws IOException {
    SocketChannel opened = SocketChannel.open();
    channel = opened;
    opened.configureBlocking(false);
    boolean connected = opened.connect(address);
    key =
        opened.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
    if (connected) {
      flush();
    }
    selector.wakeup();
  }

  /** On the selector's thread. Whoever hears an answer may say something without waiting. */
  void isReady() {
    List<byte[]> whole = new ArrayList<>();
    exchange(whole);
    whole.forEach(answers);
  }

  private synchronized void exchange(List<byte[]> whole) {
    SocketChannel open = channel;
    if (open == null) {
      return;
    }
    try {
      if (open.finishConnect()) {
        flush();
        read(open, whole);
      }
    } catch (IOException e) {
      broke(e.toString());
    } catch (Bencode.BadBencode e) {
      broke(String.valueOf(e.getMessage()));
    }
  }

  private void flush() throws IOException {
    SocketChannel open = channel;
    SelectionKey registered = key;
    if (open == null || registered == null) {
      return;
    }
    for (ByteBuffer next = unsent.peek(); next != null; next = unsent.peek()) {
      unsentBytes -= open.write(next);
      if (next.hasRemaining()) {
        registered.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        selector.wakeup();
        return;
      }
      unsent.remove();
    }
    registered.interestOps(SelectionKey.OP_READ);
  }

  private void read(SocketChannel open, List<byte[]> whole) throws IOException, Bencode.BadBencode {
    int count = open.read(piece.clear());
    while (count > 0) {
      if (filled + count > MAX_ANSWER) {
        throw new IOException("an answer of more than " + MAX_ANSWER + " bytes");
      }
      if (filled + count > received.length) {
        received = Arrays.copyOf(received, Math.max(filled + count, 2 * received.length));
      }
      piece.flip().get(received, filled, count);
      filled += count;
      takeAnswers(whole);
      count = open.read(piece.clear());
    }
    if (count < 0) {
      throw new IOException("closed by the other end");
    }
  }

  private void takeAnswers(List<byte[]> whole) throws Bencode.BadBencode {
    int from = 0;
    for (int end = endOfAnswer(from); end >= 0; end = endOfAnswer(from)) {
      whole.add(Arrays.copyOfRange(received, from, end));
      from = end;
    }
    System.arraycopy(received, from, received, 0, filled - from);
    filled -= from;
  }

  private int endOfAnswer(int from) throws Bencode.BadBencode {
    for (int i = from; i < filled; i++) {
      if (received[i] == ' ') {
        return Bencode.end(received, i + 1, filled);
      }
    }
    return -1;
  }

  private void broke(String why) {
    log.debug("the connection to rtpengine {} broke: {}", address, why);
    SocketChannel open = channel;
    channel = null;
    key = null;
    unsent.clear();
    unsentBytes = 0;
    filled = 0;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        log.debug("closing: {}", e.toString());
      }
    }
  }

  synchronized void close() {
    closed = true;
    broke("the gateway stops");
  }
}
