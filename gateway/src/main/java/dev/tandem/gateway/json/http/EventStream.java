package dev.tandem.gateway.json.http;

import dev.tandem.gateway.json.EventFeed;
import dev.tandem.gateway.json.ToldFrame;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import io.undertow.server.handlers.sse.ServerSentEventHandler;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A response that goes on: each frame is a server-sent event whose id is the frame's number. The
 * next is asked for when the last is written, so nothing is queued for a client that reads slowly.
 * Belongs to the I/O thread of its request.
 */
final class EventStream implements SessionPages.Reader {
  private static final long KEEP_ALIVE_MILLIS = 15_000;
  private static final long RETRY_MILLIS = 1_000;
  private static final HttpString BUFFERING = new HttpString("X-Accel-Buffering");

  private final HttpServerExchange exchange;
  private final AtomicBoolean woken = new AtomicBoolean();
  private final Deque<ToldFrame> toWrite = new ArrayDeque<>();
  private @Nullable EventFeed feed;
  private @Nullable ServerSentEventConnection connection;
  private boolean writing;

  EventStream(HttpServerExchange exchange) {
    this.exchange = exchange;
  }

  @Override
  public void wake() {
    if (woken.compareAndSet(false, true)) {
      exchange.getIoThread().execute(this::write);
    }
  }

  @Override
  public void begin(EventFeed reads) {
    feed = reads;
    exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
    exchange.getResponseHeaders().put(BUFFERING, "no");
    exchange.addExchangeCompleteListener(
        (done, next) -> {
          end();
          next.proceed();
        });
    try {
      new ServerSentEventHandler((made, lastEventId) -> opened(made)).handleRequest(exchange);
    } catch (Exception e) {
      end();
      throw new IllegalStateException("a stream of events cannot begin", e);
    }
  }

  private void opened(ServerSentEventConnection made) {
    made.setKeepAliveTime(KEEP_ALIVE_MILLIS);
    made.sendRetry(RETRY_MILLIS); // also a sign that nothing on the way keeps the stream to itself
    connection = made;
    write();
  }

  private void end() {
    EventFeed reads = feed;
    feed = null;
    if (reads != null) {
      reads.close();
    }
  }

  private void write() {
    woken.set(false);
    EventFeed reads = feed;
    ServerSentEventConnection to = connection;
    if (reads == null || to == null || writing) {
      return;
    }
    if (toWrite.isEmpty()) {
      List<ToldFrame> more = reads.next();
      if (more == null) {
        finish(to);
        return;
      }
      toWrite.addAll(more);
    }
    ToldFrame next = toWrite.poll();
    if (next != null) {
      writing = true;
      String id = next.seq() == 0 ? null : Long.toString(next.seq());
      to.send(new String(next.bytes(), StandardCharsets.UTF_8), null, id, new Written());
    } else if (reads.isOver()) {
      finish(to);
    }
  }

  private void finish(ServerSentEventConnection to) {
    end();
    to.shutdown();
  }

  private final class Written implements ServerSentEventConnection.EventCallback {
    @Override
    public void done(
        ServerSentEventConnection to,
        @Nullable String data,
        @Nullable String event,
        @Nullable String id) {
      exchange.getIoThread().execute(EventStream.this::writeOn);
    }

    @Override
    public void failed(
        ServerSentEventConnection to,
        @Nullable String data,
        @Nullable String event,
        @Nullable String id,
        java.io.IOException e) {
      exchange.getIoThread().execute(EventStream.this::end);
    }
  }

  private void writeOn() {
    writing = false;
    write();
  }
}
