package dev.tandem.gateway.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.LongSupplier;

/**
 * How often something may happen to whoever is at one address, such as a login that fails. A
 * network of IPv6 is one address by its first 64 bits. Of very many addresses the last are
 * remembered. Thread-safe.
 */
public final class AddressRate {
  private static final int MAX_ADDRESSES = 20_000;
  private static final int NETWORK_BYTES = 8;

  private final int perMinute;
  private final LongSupplier millis;
  private final Cache<String, TokenBucket> buckets;

  /**
   * Makes one that has seen nobody.
   *
   * @param perMinute for each address; as many may come at once
   */
  public AddressRate(int perMinute, LongSupplier millis) {
    this.perMinute = perMinute;
    this.millis = millis;
    // A bucket is full again after a minute, and need not be remembered then.
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(MAX_ADDRESSES)
            .expireAfterAccess(Duration.ofMinutes(2))
            .ticker(ticker(millis))
            .executor(Runnable::run)
            .build();
  }

  private static Ticker ticker(LongSupplier millis) {
    return () -> millis.getAsLong() * 1_000_000;
  }

  /** Counts one; false when it is one too many. */
  public boolean take(InetAddress address) {
    return of(address).take(millis.getAsLong());
  }

  /** Whether another would be one too many. */
  public boolean isExhausted(InetAddress address) {
    TokenBucket known = buckets.getIfPresent(key(address));
    return known != null && !known.has(millis.getAsLong());
  }

  /** Seconds until one is allowed again, at least one. */
  public int secondsToWait(InetAddress address) {
    return of(address).secondsToWait(millis.getAsLong());
  }

  private TokenBucket of(InetAddress address) {
    return buckets.get(
        key(address), key -> new TokenBucket(perMinute, perMinute, millis.getAsLong()));
  }

  private static String key(InetAddress address) {
    byte[] bytes = address.getAddress();
    return HexFormat.of()
        .formatHex(address instanceof Inet6Address ? Arrays.copyOf(bytes, NETWORK_BYTES) : bytes);
  }
}
