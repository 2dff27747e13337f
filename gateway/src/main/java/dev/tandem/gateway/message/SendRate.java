package dev.tandem.gateway.message;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tandem.gateway.limit.TokenBucket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/**
 * How many messages each sender may send: a token bucket that holds one minute's worth and fills up
 * evenly. Senders who were silent for a minute are forgotten, which changes nothing, since their
 * buckets are full. Thread-safe.
 */
public final class SendRate {
  private static final Duration PERIOD = Duration.ofMinutes(1);
  private static final int MAX_SENDERS = 100_000;

  private final int perMinute;
  private final InstantSource clock;
  private final Cache<String, TokenBucket> buckets;

  /** Makes it with every bucket full. */
  public SendRate(int perMinute, InstantSource clock) {
    this.perMinute = perMinute;
    this.clock = clock;
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(MAX_SENDERS)
            .expireAfterAccess(PERIOD)
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .executor(Runnable::run)
            .build();
  }

  /** Takes one from the sender's bucket; false when it is empty. */
  public boolean allows(String sender) {
    long now = clock.millis();
    return buckets.get(sender, key -> new TokenBucket(perMinute, perMinute, now)).take(now);
  }
}
