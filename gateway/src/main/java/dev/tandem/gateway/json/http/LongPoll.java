package dev.tandem.gateway.json.http;

import dev.tandem.gateway.json.EventFeed;
import dev.tandem.gateway.json.HttpAnswer;
import dev.tandem.gateway.json.ToldFrame;
import dev.tandem.sip.time.Timers;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.SameThreadExecutor;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A request that is answered when there is something to say, or when it has waited long enough.
 * Belongs to the I/O thread of its request.
 */
final class LongPoll implements SessionPages.Reader {
  private final HttpServerExchange exchange;
  private final Timers timers;
  private final Duration wait;
  private final AtomicBoolean woken = new AtomicBoolean();
  private @Nullable EventFeed feed;
  private Timers.@Nullable Timer timer;

  LongPoll(HttpServerExchange exchange, Timers timers, Duration wait) {
    this.exchange = exchange;
    this.timers = timers;
    this.wait = wait;
  }

  @Override
  public void wake() {
    if (woken.compareAndSet(false, true)) {
      exchange.getIoThread().execute(() -> look(false));
    }
  }

  @Override
  public void begin(EventFeed reads) {
    feed = reads;
    exchange.addExchangeCompleteListener(
        (done, next) -> {
          end();
          next.proceed();
        });
    timer = timers.schedule(wait, () -> exchange.getIoThread().execute(() -> look(true)));
    exchange.dispatch(SameThreadExecutor.INSTANCE, () -> look(wait.isZero()));
  }

  private void end() {
    EventFeed reads = feed;
    Timers.Timer waiting = timer;
    feed = null;
    timer = null;
    if (waiting != null) {
      waiting.cancel();
    }
    if (reads != null) {
      reads.close();
    }
  }

  private void look(boolean late) {
    woken.set(false);
    EventFeed reads = feed;
    if (reads == null) {
      return;
    }
    List<ToldFrame> more = reads.next();
    if (more == null) {
      end();
      Answers.send(exchange, HttpAnswer.lost());
    } else if (late || !more.isEmpty() || reads.isOver()) {
      end();
      Answers.send(exchange, 200, array(more));
    }
  }

  private static byte[] array(List<ToldFrame> frames) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write('[');
    for (int i = 0; i < frames.size(); i++) {
      if (i > 0) {
        out.write(',');
      }
      out.writeBytes(frames.get(i).bytes());
    }
    out.write(']');
    return out.toByteArray();
  }
}
