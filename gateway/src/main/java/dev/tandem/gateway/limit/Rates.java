package dev.tandem.gateway.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How often something may happen to each of many: a token bucket that holds one minute's worth and
 * fills up evenly. Whoever did nothing for two minutes is forgotten, which changes nothing, since
 * such a bucket is full; of very many the last are remembered. Thread-safe.
 */
public final class Rates<K> {
  private final int perMinute;
  private final LongSupplier millis;
  private final Cache<K, TokenBucket> buckets;

  /**
   * Makes it with every bucket full.
   *
   * @param perMinute for each; as many may come at once
   * @param most how many are remembered
   */
  public Rates(int perMinute, int most, LongSupplier millis) {
    this.perMinute = perMinute;
    this.millis = millis;
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(most)
            .expireAfterAccess(Duration.ofMinutes(2))
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(millis.getAsLong()))
            .executor(Runnable::run)
            .build();
  }

  /** Counts one; false when it is one too many. */
  public boolean take(K key) {
    return of(key).take(millis.getAsLong());
  }

  /** Whether another would be one too many. */
  public boolean isExhausted(K key) {
    TokenBucket known = buckets.getIfPresent(key);
    return known != null && !known.has(millis.getAsLong());
  }

  /** Seconds until one is allowed again, at least one. */
  public int secondsToWait(K key) {
    return of(key).secondsToWait(millis.getAsLong());
  }

  private TokenBucket of(K key) {
    return buckets.get(key, any -> new TokenBucket(perMinute, perMinute, millis.getAsLong()));
  }
}
