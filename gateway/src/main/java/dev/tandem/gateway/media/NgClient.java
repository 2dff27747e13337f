package dev.tandem.gateway.media;

import dev.tandem.sip.time.Timers;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks rtpengines by the NG protocol over UDP or TCP: a cookie, a blank, and a dictionary; the
 * answer has the same cookie. An rtpengine answers a question that it has answered already out of
 * its memory, by the cookie alone, whoever asks: so questions can be repeated safely, and cookies
 * must not come again, neither from another gateway nor after a restart.
 *
 * <p>Asking never waits: a datagram that the kernel cannot take at once is lost, as the network
 * might have lost it, and repeated. Answers come on the one thread that reads.
 */
final class NgClient implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(NgClient.class);
  private static final int MAX_DATAGRAM = 65_507;
  private static final int MAX_WAITING = 10_000;

  /** When a question is repeated, in eighths of the time that it may take. */
  private static final int[] REPEATS = {1, 3};

  private static final class Question {
    private final NgAddress to;
    private final byte[] bytes;
    private final CompletableFuture<NgReply> answer = new CompletableFuture<>();
    private volatile Timers.@Nullable Timer timer;
    private int repeated;

    Question(NgAddress to, byte[] bytes) {
      this.to = to;
      this.bytes = bytes;
    }

    void stopTimer() {
      Timers.Timer running = timer;
      if (running != null) {
        running.cancel();
      }
    }
  }

  private final Timers timers;
  private final Duration patience;
  private final String boot;
  private final DatagramChannel channel;
  private final Selector selector;
  private final AtomicLong lastCookie = new AtomicLong();
  private final AtomicInteger count = new AtomicInteger();
  private final Map<String, Question> waiting = new ConcurrentHashMap<>();
  private final Map<NgAddress, NgStream> streams = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * Opens a socket, and starts its thread.
   *
   * @param patience how long a question may take, with its repetitions
   * @param boot begins every cookie: random, so that no other process has the same
   */
  NgClient(Timers timers, Duration patience, String boot) throws IOException {
    this.timers = timers;
    this.patience = patience;
    this.boot = boot;
    channel = DatagramChannel.open();
    try {
      channel.configureBlocking(false);
      channel.bind(null);
      selector = Selector.open();
      var unused = channel.register(selector, SelectionKey.OP_READ);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    Thread reader = new Thread(this::read, "tandem-media");
    reader.setDaemon(true);
    reader.start();
  }

  /** How many questions wait for an answer. */
  int waiting() {
    return count.get();
  }

  /**
   * Asks; from any thread.
   *
   * @return completes on the reading thread, the timers' or this one; exceptionally with an {@link
   *     NgException} when there is no answer. One that says "error" is an answer
   */
  CompletableFuture<NgReply> ask(NgAddress to, Map<String, Object> dictionary) {
    String cookie = boot + "_" + Long.toString(lastCookie.incrementAndGet(), 36);
    byte[] bytes = datagram(cookie, dictionary);
    if (closed) {
      return failed(MediaFault.UNREACHABLE, "the gateway stops");
    }
    if (!to.stream() && bytes.length > MAX_DATAGRAM) {
      return failed(MediaFault.REFUSED, "more than fits into a datagram");
    }
    if (count.incrementAndGet() > MAX_WAITING) {
      count.decrementAndGet();
      return failed(MediaFault.FULL, MAX_WAITING + " questions wait");
    }
    Question question = new Question(to, bytes);
    waiting.put(cookie, question);
    send(question);
    repeatLater(cookie, question);
    if (closed) {
      giveUp(cookie); // closed meanwhile
    }
    return question.answer;
  }

  private static CompletableFuture<NgReply> failed(MediaFault fault, String message) {
    return CompletableFuture.failedFuture(new NgException(fault, message));
  }

  private static byte[] datagram(String cookie, Map<String, Object> dictionary) {
    byte[] name = (cookie + " ").getBytes(StandardCharsets.US_ASCII);
    byte[] body = Bencode.encode(dictionary);
    byte[] bytes = new byte[name.length + body.length];
    System.arraycopy(name, 0, bytes, 0, name.length);
    System.arraycopy(body, 0, bytes, name.length, body.length);
    return bytes;
  }

  private void send(Question question) {
    NgAddress to = question.to;
    if (to.stream()) {
      streams
          .computeIfAbsent(
              to, any -> new NgStream(to.socket(), selector, bytes -> received(to, bytes)))
          .send(question.bytes);
      return;
    }
    try {
      channel.send(ByteBuffer.wrap(question.bytes), to.socket());
    } catch (IOException e) {
      log.debug("a question to rtpengine {} is lost: {}", question.to, e.toString());
    }
  }

  private void repeatLater(String cookie, Question question) {
    int next = question.repeated;
    int begin = next == 0 ? 0 : REPEATS[next - 1];
    int end = next < REPEATS.length ? REPEATS[next] : 8;
    Duration wait = patience.multipliedBy(end - begin).dividedBy(8);
    question.timer = timers.schedule(wait, () -> waited(cookie, question));
    if (question.answer.isDone()) {
      question.stopTimer(); // the answer was quicker
    }
  }

  private void waited(String cookie, Question question) {
    if (question.repeated < REPEATS.length) {
      question.repeated++;
      send(question);
      repeatLater(cookie, question);
    } else if (take(cookie) != null) {
      question.answer.completeExceptionally(
          new NgException(
              MediaFault.UNREACHABLE,
              "no answer from " + question.to + " within " + patience.toMillis() + " ms"));
    }
  }

  private @Nullable Question take(String cookie) {
    Question question = waiting.remove(cookie);
    if (question != null) {
      count.decrementAndGet();
    }
    return question;
  }

  private void read() {
    ByteBuffer buffer = ByteBuffer.allocate(65_535);
    while (!closed) {
      try {
        selector.select();
        for (SelectionKey ready : selector.selectedKeys()) {
          if (ready.attachment() instanceof NgStream stream) {
            stream.isReady();
          }
        }
        selector.selectedKeys().clear();
        for (InetSocketAddress from = receive(buffer); from != null; from = receive(buffer)) {
          buffer.flip();
          byte[] bytes = new byte[buffer.remaining()];
          buffer.get(bytes);
          received(new NgAddress(from, false), bytes);
        }
      } catch (IOException | ClosedSelectorException e) {
        // Such as a port that is closed at the other end: the question is repeated, and times out.
        log.debug("reading from rtpengine: {}", e.toString());
      } catch (RuntimeException e) {
        log.error("an answer of rtpengine could not be used", e);
      }
    }
  }

  private @Nullable InetSocketAddress receive(ByteBuffer buffer) throws IOException {
    buffer.clear();
    return (InetSocketAddress) channel.receive(buffer);
  }

  private void received(NgAddress from, byte[] bytes) {
    int blank = 0;
    while (blank < bytes.length && bytes[blank] != ' ') {
      blank++;
    }
    String cookie = new String(bytes, 0, blank, StandardCharsets.ISO_8859_1);
    Question question = waiting.get(cookie);
    if (question == null || !question.to.equals(from)) {
      log.debug("an answer from {} to no question of ours", from);
      return;
    }
    NgReply reply;
    try {
      reply = new NgReply(Bencode.decode(bytes, Math.min(blank + 1, bytes.length)));
    } catch (Bencode.BadBencode e) {
      log.warn("rtpengine {} answers what cannot be read: {}", from, e.getMessage());
      return;
    }
    if (take(cookie) != null) {
      question.stopTimer();
      question.answer.complete(reply);
    }
  }

  /** What waits ends as unreachable. Idempotent. */
  @Override
  public void close() {
    closed = true;
    for (String cookie : new ArrayList<>(waiting.keySet())) {
      giveUp(cookie);
    }
    streams.values().forEach(NgStream::close);
    try {
      channel.close();
      selector.close();
    } catch (IOException e) {
      log.debug("closing: {}", e.toString());
    }
  }

  private void giveUp(String cookie) {
    Question question = take(cookie);
    if (question != null) {
      question.stopTimer();
      question.answer.completeExceptionally(
          new NgException(MediaFault.UNREACHABLE, "the gateway stops"));
    }
  }
}
