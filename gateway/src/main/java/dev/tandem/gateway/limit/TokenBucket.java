package dev.tandem.gateway.limit;

/**
 * So many a minute, evenly, and a burst: a token bucket, full at first. Counts in 60000ths of a
 * token, so that nothing is lost to rounding at slow rates. Thread-safe.
 */
public final class TokenBucket {
  private static final long TOKEN = 60_000;

  private final long perMinute;
  private final long burst;
  private long level;
  private long filledAt;

  /**
   * Makes a full one.
   *
   * @param perMinute at least 1
   * @param burst how many it holds, at least 1
   */
  public TokenBucket(long perMinute, long burst, long nowMillis) {
    this.perMinute = perMinute;
    this.burst = burst;
    this.level = burst * TOKEN;
    this.filledAt = nowMillis;
  }

  /** Takes one; false when there is none. */
  public synchronized boolean take(long nowMillis) {
    fill(nowMillis);
    if (level < TOKEN) {
      return false;
    }
    level -= TOKEN;
    return true;
  }

  /** Whether there is one to take. */
  public synchronized boolean has(long nowMillis) {
    fill(nowMillis);
    return level >= TOKEN;
  }

  /** Seconds until there is one again, at least one. */
  public synchronized int secondsToWait(long nowMillis) {
    fill(nowMillis);
    double millis = (double) (TOKEN - level) / perMinute;
    return (int) Math.max(1, Math.ceil(millis / 1000));
  }

  /** Each millisecond brings {@code perMinute} parts of a token's 60000. */
  private void fill(long nowMillis) {
    level = Math.min(burst * TOKEN, level + Math.max(0, nowMillis - filledAt) * perMinute);
    filledAt = nowMillis;
  }
}
