package dev.tandem.gateway.guard;

import dev.tandem.gateway.config.LimitsConfig;
import dev.tandem.gateway.limit.TokenBucket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What is remembered of one address. Thread-safe. */
final class Source {
  private final TokenBucket messages;
  private final TokenBucket registers;
  private final TokenBucket invites;
  private final TokenBucket connects;
  private final LimitsConfig.Ban ban;
  private final TokenBucket patience;
  private volatile long bannedUntil = Long.MIN_VALUE;

  Source(LimitsConfig limits, long now) {
    LimitsConfig.Rates rates = limits.rates();
    this.messages = bucket(rates.perAddress(), now);
    this.registers = bucket(rates.registers(), now);
    this.invites = bucket(rates.invites(), now);
    this.connects = bucket(rates.connects(), now);
    this.ban = limits.ban();
    this.patience =
        new TokenBucket(
            Math.max(1, ban.after() * Duration.ofMinutes(1).toMillis() / ban.within().toMillis()),
            ban.after(),
            now);
  }

  /** Twice as many at once as in a second: clients come in bunches. */
  static TokenBucket bucket(int perSecond, long now) {
    return new TokenBucket(perSecond * 60L, perSecond * 2L, now);
  }

  boolean isBanned(long now) {
    return now < bannedUntil;
  }

  boolean mayConnect(long now) {
    return connects.take(now);
  }

  /** Null when the message may pass. */
  @Nullable Turned take(Kind kind, long now) {
    if (!messages.take(now)) {
      return Turned.ADDRESS_RATE;
    }
    return switch (kind) {
      case REGISTER -> registers.take(now) ? null : Turned.REGISTER_RATE;
      case INVITE -> invites.take(now) ? null : Turned.INVITE_RATE;
      case OTHER -> null;
    };
  }

  int secondsToWait(Turned why, long now) {
    return switch (why) {
      case REGISTER_RATE -> registers.secondsToWait(now);
      case INVITE_RATE -> invites.secondsToWait(now);
      default -> messages.secondsToWait(now);
    };
  }

  /** It did what only an attacker does often; true when that was once too often. */
  boolean strike(long now) {
    if (ban.after() == 0 || isBanned(now) || patience.take(now)) {
      return false;
    }
    bannedUntil = now + ban.lasts().toMillis();
    return true;
  }
}
