package dev.tandem.gateway.guard;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tandem.gateway.config.LimitsConfig;
import dev.tandem.gateway.config.value.AddressRange;
import dev.tandem.gateway.limit.Subnet;
import dev.tandem.sip.stack.RawHeaders;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowListener;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before the parsers: addresses that did what only attackers do are banned for a while, and
 * everybody else may send so much in a second. Trunks and the addresses of {@code limits.allow} are
 * never asked. Remembers a bounded number of addresses; an IPv6 network of 64 bits counts as one.
 * Thread-safe.
 */
public final class Guard {
  private static final Logger log = LoggerFactory.getLogger(Guard.class);
  private static final int MOST_ADDRESSES = 100_000;

  private final LimitsConfig limits;
  private final Predicate<InetAddress> isTrunk;
  private final Timers timers;
  private final Consumer<Turned> counter;
  private final Cache<InetAddress, Source> sources;

  /**
   * Makes a guard.
   *
   * @param isTrunk whether an address is a configured peer's; asked for every message
   * @param counter hears of everything that is turned away
   */
  public Guard(
      LimitsConfig limits,
      Predicate<InetAddress> isTrunk,
      Timers timers,
      Consumer<Turned> counter) {
    this.limits = limits;
    this.isTrunk = isTrunk;
    this.timers = timers;
    this.counter = counter;
    Duration remembered = limits.ban().lasts().plus(limits.ban().within());
    this.sources =
        Caffeine.newBuilder()
            .maximumSize(MOST_ADDRESSES)
            .expireAfterAccess(remembered)
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(timers.millis()))
            .executor(Runnable::run)
            .build();
  }

  /** Stands before a listener: what passes is handed on, on the same thread. */
  public FlowListener before(FlowListener listener) {
    return new GuardedFlows(this, listener);
  }

  /** Whether one more connection of this address is wanted; asked once for each. */
  public boolean mayConnect(InetAddress address) {
    Source source = source(address);
    if (source == null) {
      return true;
    }
    long now = timers.millis();
    if (source.isBanned(now)) {
      counter.accept(Turned.BANNED);
      return false;
    }
    if (!source.mayConnect(now)) {
      counter.accept(Turned.CONNECT_RATE);
      return false;
    }
    return true;
  }

  /** Whether this address is a stranger's: neither a trunk's nor allowed. */
  public boolean isAsked(InetAddress address) {
    return source(address) != null;
  }

  /** Somebody at this address gave a wrong password, to a nonce that came to this address. */
  public void wrongCredentials(InetAddress address) {
    strike(address);
  }

  /** How many addresses are remembered. */
  public long addresses() {
    return sources.estimatedSize();
  }

  /** How many of them are banned. */
  public long banned() {
    long now = timers.millis();
    return sources.asMap().values().stream().filter(source -> source.isBanned(now)).count();
  }

  /** Whether an address is not listened to now. */
  public boolean isBanned(InetAddress address) {
    Source source = source(address);
    return source != null && source.isBanned(timers.millis());
  }

  /**
   * The same door for a message that is not SIP, but means what SIP's methods mean.
   *
   * @return how many seconds to wait before another is taken; 0 when this one is
   */
  public int secondsToWait(InetAddress address, Kind kind) {
    Source source = source(address);
    long now = timers.millis();
    Turned why = source == null ? null : source.take(kind, now);
    if (source == null || why == null) {
      return 0;
    }
    counter.accept(why);
    strike(address);
    return source.secondsToWait(why, now);
  }

  /** One connection of this address sent more than it may; what it speaks does not matter. */
  public void tooMany(InetAddress address) {
    counter.accept(Turned.CONNECTION_RATE);
    strike(address);
  }

  long millis() {
    return timers.millis();
  }

  int perConnection() {
    return limits.rates().perConnection();
  }

  public void count(Turned why) {
    counter.accept(why);
  }

  /** Null for an address that is never asked. */
  @Nullable Source source(InetAddress address) {
    for (AddressRange range : limits.allow()) {
      if (range.contains(address)) {
        return null;
      }
    }
    return isTrunk.test(address)
        ? null
        : sources.get(Subnet.of(address), a -> new Source(limits, timers.millis()));
  }

  boolean isScanner(byte[] message) {
    if (limits.scanners().isEmpty()) {
      return false;
    }
    List<String> agents = RawHeaders.values(message, "User-Agent", '\0');
    for (String agent : agents) {
      String lower = agent.toLowerCase(Locale.ROOT);
      for (String scanner : limits.scanners()) {
        if (lower.contains(scanner)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * For what only an address that is really there can do: who writes another's address on a
   * datagram must not get that one banned.
   */
  void strike(Flow flow) {
    if (flow.transport().isReliable()) {
      strike(flow.remote().getAddress());
    }
  }

  private void strike(InetAddress address) {
    Source source = source(address);
    if (source != null && source.strike(timers.millis())) {
      counter.accept(Turned.BAN);
      log.warn("{} is banned for {}", address.getHostAddress(), limits.ban().lasts());
    }
  }
}
