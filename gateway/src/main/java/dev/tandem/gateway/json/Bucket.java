package dev.tandem.gateway.json;

/** So many a second, with a burst; a token bucket. Not thread-safe. */
final class Bucket {
  private final double perMilli;
  private final double burst;
  private double level;
  private long filledAt;

  /** Full at first. */
  Bucket(double perSecond, double burst, long nowMillis) {
    this.perMilli = perSecond / 1000;
    this.burst = burst;
    this.level = burst;
    this.filledAt = nowMillis;
  }

  boolean take(long nowMillis) {
    level = Math.min(burst, level + Math.max(0, nowMillis - filledAt) * perMilli);
    filledAt = nowMillis;
    if (level < 1) {
      return false;
    }
    level -= 1;
    return true;
  }

  /** Seconds until there is one again, at least one. */
  int secondsToWait(long nowMillis) {
    double missing = 1 - Math.min(burst, level + Math.max(0, nowMillis - filledAt) * perMilli);
    return Math.max(1, (int) Math.ceil(missing / perMilli / 1000));
  }
}
