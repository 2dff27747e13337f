package dev.tandem.sip.stack;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What was said last in transactions over UDP that are over for us, and of which the peer may not
 * know since a datagram was lost: a response for the request that comes again (RFC 3261 Timers I
 * and J; RFC 6026 Timer L), an ACK for the refusal that comes again (Timer D). Only these bytes
 * stay, not the transaction with its messages and its call. Thread-safe.
 *
 * <p>Bounded by what it weighs: when that is reached, those that are least asked for go first, and
 * their peers are taken for new ones should they come again.
 */
final class LingeringTransactions {
  /** 64*T1, which covers Timers D, I, J and L. */
  private static final Duration FOR = Duration.ofSeconds(32);

  private static final int MOST_BYTES = 16 << 20;

  /** Of an entry beside its bytes: key, record and the cache's own. */
  private static final int OVERHEAD = 300;

  private static final class Ended {
    final Flow flow;
    final int status;
    final byte[] bytes;

    Ended(Flow flow, int status, byte[] bytes) {
      this.flow = flow;
      this.status = status;
      this.bytes = bytes;
    }
  }

  private final Cache<String, Ended> ended;

  LingeringTransactions(Timers timers) {
    this(timers, MOST_BYTES);
  }

  LingeringTransactions(Timers timers, int mostBytes) {
    ended =
        Caffeine.newBuilder()
            .expireAfterWrite(FOR)
            .maximumWeight(mostBytes)
            .weigher((String key, Ended last) -> OVERHEAD + last.bytes.length)
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(timers.millis()))
            .executor(Runnable::run)
            .build();
  }

  /**
   * @param key by {@link ServerKey} for a server's, the id that responses have for a client's
   * @param status of the final response
   * @param bytes the response, or the ACK that it got
   */
  void keep(String key, Flow flow, int status, byte[] bytes) {
    ended.put(key, new Ended(flow, status, bytes));
  }

  boolean has(String key) {
    return ended.getIfPresent(key) != null;
  }

  /**
   * Says again what was said last, on the flow where that was.
   *
   * @return whether there was something
   */
  boolean repeat(String key, Flow flow) {
    Ended last = of(key, flow);
    return last != null && last.flow.send(last.bytes);
  }

  /** Whether an ACK is for a refusal: then the transaction has it. That for a 2xx is the user's. */
  boolean absorbsAck(String key, Flow flow) {
    Ended last = of(key, flow);
    return last != null && last.status >= 300;
  }

  private @Nullable Ended of(String key, Flow flow) {
    Ended last = ended.getIfPresent(key);
    return last != null && last.flow.remote().equals(flow.remote()) ? last : null;
  }
}
