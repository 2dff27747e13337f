package dev.tandem.gateway.message;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.tandem.sip.message.Aor;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Messages for users who are offline: some for each, of a limited age, in a limited amount of
 * memory; when that is full, those go whose receivers have been away without new ones for longest.
 * Thread-safe.
 */
public final class MessageStore {
  private static final long MAX_BYTES = 64 << 20;

  private final int perUser;
  private final Duration lifetime;
  private final InstantSource clock;
  private final Cache<Aor, List<StoredMessage>> waiting;

  public MessageStore(int perUser, Duration lifetime, InstantSource clock) {
    this.perUser = perUser;
    this.lifetime = lifetime;
    this.clock = clock;
    this.waiting =
        Caffeine.newBuilder()
            .maximumWeight(MAX_BYTES)
            .weigher((Aor user, List<StoredMessage> list) -> weight(list))
            .expireAfter(Expiry.writing((Aor user, List<StoredMessage> list) -> longest(list)))
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .executor(Runnable::run)
            .removalListener(
                (@Nullable Aor user, @Nullable List<StoredMessage> list, RemovalCause cause) -> {
                  if (list != null && cause.wasEvicted()) {
                    list.forEach(MessageStore::isLost);
                  }
                })
            .build();
  }

  private static void isLost(StoredMessage message) {
    message.became(480, "Nobody Came For It");
  }

  private static int weight(List<StoredMessage> list) {
    return (int) Math.min(Integer.MAX_VALUE, list.stream().mapToLong(m -> 500L + m.size()).sum());
  }

  private Duration longest(List<StoredMessage> list) {
    long last = list.stream().mapToLong(StoredMessage::expiresAt).max().orElse(0);
    return Duration.ofMillis(Math.max(0, last - clock.millis()));
  }

  /** How long a message is kept at most. */
  public Duration lifetime() {
    return lifetime;
  }

  /** Keeps a message; false when its receiver has as many as may wait. */
  public boolean keep(Aor receiver, StoredMessage message) {
    boolean[] kept = new boolean[1];
    List<StoredMessage> expired = new ArrayList<>();
    waiting
        .asMap()
        .compute(
            receiver,
            (user, before) -> {
              List<StoredMessage> after = live(before == null ? List.of() : before, expired);
              kept[0] = after.size() < perUser;
              if (kept[0]) {
                after.add(message);
              }
              return after.isEmpty() ? null : List.copyOf(after);
            });
    expired.forEach(MessageStore::isLost);
    return kept[0];
  }

  /** Takes all that wait for a user, the oldest first. */
  public List<StoredMessage> take(Aor receiver) {
    List<StoredMessage> list = waiting.asMap().remove(receiver);
    if (list == null) {
      return List.of();
    }
    List<StoredMessage> expired = new ArrayList<>();
    List<StoredMessage> taken = List.copyOf(live(list, expired));
    expired.forEach(MessageStore::isLost);
    return taken;
  }

  /** Puts back what could not be delivered, before what has come since. */
  public void putBack(Aor receiver, List<StoredMessage> undelivered) {
    List<StoredMessage> expired = new ArrayList<>();
    waiting
        .asMap()
        .compute(
            receiver,
            (user, since) -> {
              List<StoredMessage> after = live(undelivered, expired);
              after.addAll(live(since == null ? List.of() : since, expired));
              return after.isEmpty() ? null : List.copyOf(after);
            });
    expired.forEach(MessageStore::isLost);
  }

  /**
   * Lets go what has waited for too long; to be called now and then, so that senders hear of it.
   */
  public void expire() {
    waiting.cleanUp();
    long now = clock.millis();
    waiting
        .asMap()
        .forEach(
            (receiver, list) -> {
              if (list.stream().anyMatch(message -> message.expiresAt() <= now)) {
                putBack(receiver, List.of());
              }
            });
  }

  /** Those of a list that are of use still; the others go to {@code expired}. */
  private List<StoredMessage> live(List<StoredMessage> list, List<StoredMessage> expired) {
    long now = clock.millis();
    List<StoredMessage> live = new ArrayList<>(list.size() + 1);
    list.forEach(message -> (message.expiresAt() <= now ? expired : live).add(message));
    return live;
  }

  /** How many wait, for a gauge: counts them all. */
  public int size() {
    waiting.cleanUp();
    return waiting.asMap().values().stream().mapToInt(List::size).sum();
  }
}
