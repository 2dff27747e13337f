package dev.tandem.gateway.media;

import dev.tandem.sip.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Finds calls in which nobody is heard any more. Each is looked at several times within the time
 * that it may be silent, in turn, and never more than {@link #MAX_ASKED} at once: with very many
 * calls, or an rtpengine that is slow, silence is found later. Thread-safe.
 */
final class Silence implements AutoCloseable {
  static final int MAX_ASKED = 200;

  private static final Duration TICK = Duration.ofSeconds(1);

  /** So often is each call looked at within the limit. */
  private static final long LOOKS = 4;

  /** A call that may fall silent. */
  interface Watched {

    /**
     * How many packets have come from both sides together; a negative number when it is not known,
     * because the relay does not answer, or has lost the call. Never fails.
     */
    CompletableFuture<Long> packets();

    /** Whether it is one side's wish that nothing is heard. */
    boolean mayBeSilent();

    void isSilent(Duration since);

    boolean isClosed();
  }

  private static final class Watch {
    private final Watched call;
    private long packets = -1;
    private Instant heard;

    Watch(Watched call, Instant now) {
      this.call = call;
      this.heard = now;
    }
  }

  private final Timers timers;
  private final Duration limit;
  private final Queue<Watch> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger watched = new AtomicInteger();
  private final AtomicInteger asked = new AtomicInteger();
  private final Timers.@Nullable Timer timer;

  /**
   * Begins to look.
   *
   * @param limit null to look never
   */
  Silence(Timers timers, @Nullable Duration limit) {
    this.timers = timers;
    this.limit = limit == null ? Duration.ZERO : limit;
    this.timer = limit == null ? null : timers.repeat(TICK, this::look);
  }

  /** From now on, until it is closed. */
  void watch(Watched call) {
    if (timer != null) {
      watched.incrementAndGet();
      waiting.add(new Watch(call, timers.steady().instant()));
    }
  }

  private void look() {
    long perTick = LOOKS * watched.get() * TICK.toMillis() / limit.toMillis() + 1;
    for (long i = 0; i < perTick && asked.get() < MAX_ASKED; i++) {
      Watch next = waiting.poll();
      if (next == null) {
        return;
      }
      if (next.call.isClosed()) {
        watched.decrementAndGet();
      } else {
        asked.incrementAndGet();
        var unused = next.call.packets().thenAccept(packets -> counted(next, packets));
      }
    }
  }

  private void counted(Watch watch, long packets) {
    Instant now = timers.steady().instant();
    if ((packets >= 0 && packets != watch.packets) || watch.call.mayBeSilent()) {
      watch.packets = packets;
      watch.heard = now;
    }
    Duration silent = Duration.between(watch.heard, now);
    if (silent.compareTo(limit) >= 0) {
      watch.heard = now; // should it go on, it is told again
      watch.call.isSilent(silent);
    }
    waiting.add(watch);
    asked.decrementAndGet();
  }

  /** How many calls it is looking at. */
  int asked() {
    return asked.get();
  }

  @Override
  public void close() {
    if (timer != null) {
      timer.cancel();
    }
  }
}
