package dev.tandem.gateway.event;

import dev.tandem.sip.message.Aor;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.FlowId;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who watches whom: bounded, and found by what is watched and by who watches. Thread-safe. */
public final class Subscriptions {

  /** What became of the wish to subscribe. */
  public enum Room {
    YES,
    /** This watcher has as many as it may have. */
    NOT_FOR_THIS_WATCHER,
    NONE
  }

  /** A subscription, or why there is none. */
  public record Opened(Room room, @Nullable Subscription subscription) {}

  private record Watched(String eventPackage, Aor resource) {}

  private final SubscriptionSettings settings;
  private final Timers timers;
  private final Consumer<SubscriptionEnd> ends;
  private final Map<Watched, Set<Subscription>> byResource = new ConcurrentHashMap<>();
  private final Map<Aor, Set<Subscription>> byWatcher = new ConcurrentHashMap<>();
  private final AtomicInteger size = new AtomicInteger();

  /**
   * Makes an empty table.
   *
   * @param ends hears why each subscription ended
   */
  public Subscriptions(
      SubscriptionSettings settings, Timers timers, Consumer<SubscriptionEnd> ends) {
    this.settings = settings;
    this.timers = timers;
    this.ends = ends;
  }

  /**
   * Makes a subscription that does nothing until it begins.
   *
   * @param device names the watcher's device among the watcher's others
   */
  public Opened open(EventPackage eventPackage, Aor resource, Aor watcher, String device) {
    if (size.incrementAndGet() > settings.maxTotal()) {
      size.decrementAndGet();
      return new Opened(Room.NONE, null);
    }
    Subscription made = new Subscription(this, eventPackage, resource, watcher, device);
    Set<Subscription> own =
        byWatcher.compute(
            watcher,
            (key, set) -> {
              Set<Subscription> all = set == null ? ConcurrentHashMap.newKeySet(4) : set;
              if (all.size() < settings.maxPerUser()) {
                all.add(made);
              }
              return all;
            });
    if (!own.contains(made)) {
      size.decrementAndGet();
      return new Opened(Room.NOT_FOR_THIS_WATCHER, null);
    }
    byResource.compute(
        watched(made),
        (key, set) -> {
          Set<Subscription> all = set == null ? ConcurrentHashMap.newKeySet(4) : set;
          all.add(made);
          return all;
        });
    return new Opened(Room.YES, made);
  }

  void forget(Subscription subscription, SubscriptionEnd why) {
    remove(byResource, watched(subscription), subscription);
    if (remove(byWatcher, subscription.watcher(), subscription)) {
      size.decrementAndGet();
      ends.accept(why);
    }
  }

  private static <K> boolean remove(
      Map<K, Set<Subscription>> map, K key, Subscription subscription) {
    boolean[] removed = new boolean[1];
    map.computeIfPresent(
        key,
        (k, set) -> {
          removed[0] = set.remove(subscription);
          return set.isEmpty() ? null : set;
        });
    return removed[0];
  }

  private static Watched watched(Subscription subscription) {
    return new Watched(subscription.eventPackage().name(), subscription.resource());
  }

  /** The state of a user may have changed. Returns at once; also while the user is locked. */
  public void changed(String eventPackage, Aor resource) {
    if (byResource.isEmpty()) {
      return;
    }
    Set<Subscription> watchers = byResource.get(new Watched(eventPackage, resource));
    if (watchers != null) {
      watchers.forEach(Subscription::changed);
    }
  }

  /** Whether this device of a user watches the user's own state. */
  public boolean isWatching(String eventPackage, Aor user, String device) {
    Set<Subscription> own = byResource.get(new Watched(eventPackage, user));
    return own != null && own.stream().anyMatch(s -> s.watcher().equals(user) && s.isOf(device));
  }

  /** A device of a user has registered on another flow than before; its subscriptions follow. */
  public void deviceIsAt(Aor watcher, String device, FlowId flow) {
    if (byWatcher.isEmpty()) {
      return;
    }
    Set<Subscription> own = byWatcher.get(watcher);
    if (own != null) {
      own.stream().filter(s -> s.isOf(device)).forEach(s -> s.deviceIsAt(flow));
    }
  }

  /** Tells every subscriber to subscribe elsewhere. */
  public void deactivateAll() {
    byWatcher.values().forEach(set -> set.forEach(Subscription::deactivate));
  }

  public int size() {
    return size.get();
  }

  SubscriptionSettings settings() {
    return settings;
  }

  Timers timers() {
    return timers;
  }
}
