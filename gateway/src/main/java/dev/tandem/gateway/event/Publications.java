package dev.tandem.gateway.event;

import dev.tandem.sip.message.Aor;
import dev.tandem.sip.message.Tokens;
import dev.tandem.sip.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What has been published and for how long: the event state compositor's table (RFC 3903 §6). One
 * user's publications of one package are few; the oldest makes room for one too many, because it is
 * most likely that of a page that was closed. Thread-safe.
 */
public final class Publications {
  private static final int MAX_PER_USER = 10;

  /** Hears that what is published for a user has changed. From any thread; must be quick. */
  @FunctionalInterface
  public interface Listener {
    void changed(String eventPackage, Aor resource);
  }

  /** What became of a PUBLISH. */
  public enum Outcome {
    DONE,
    /** No publication has this entity-tag: 412. */
    NO_SUCH_TAG,
    /** No room. */
    FULL
  }

  /** What became of it, and the new entity-tag. */
  public record Published(Outcome outcome, String entityTag) {}

  private record Key(String eventPackage, Aor resource) {}

  private record Kept(Publication publication, Timers.Timer expiry) {}

  private final Timers timers;
  private final int maxTotal;
  private final Listener listener;
  private final Map<Key, List<Kept>> kept = new ConcurrentHashMap<>();
  private final AtomicInteger size = new AtomicInteger();

  public Publications(Timers timers, int maxTotal, Listener listener) {
    this.timers = timers;
    this.maxTotal = maxTotal;
    this.listener = listener;
  }

  /** An initial publication. With no time to live it is published and gone. */
  public Published publish(
      String eventPackage, Aor resource, Document document, boolean byTrunk, Duration expires) {
    Key key = new Key(eventPackage, resource);
    if (expires.isZero()) {
      return new Published(Outcome.DONE, Tokens.tag());
    }
    if (size.get() >= maxTotal) {
      return new Published(Outcome.FULL, "");
    }
    Kept added = keep(key, new Publication(Tokens.tag(), document, byTrunk), expires);
    kept.compute(
        key,
        (k, before) -> {
          List<Kept> after = new ArrayList<>(before == null ? List.of() : before);
          if (after.size() >= MAX_PER_USER) {
            after.remove(0).expiry().cancel();
            size.decrementAndGet();
          }
          after.add(added);
          size.incrementAndGet();
          return List.copyOf(after);
        });
    listener.changed(eventPackage, resource);
    return new Published(Outcome.DONE, added.publication().entityTag());
  }

  /**
   * Refreshes, modifies or removes a publication.
   *
   * @param document null to keep what it was
   * @param expires zero to remove it
   */
  public Published republish(
      String eventPackage,
      Aor resource,
      String entityTag,
      @Nullable Document document,
      Duration expires) {
    Key key = new Key(eventPackage, resource);
    Published[] result = {new Published(Outcome.NO_SUCH_TAG, "")};
    kept.computeIfPresent(
        key,
        (k, before) -> {
          Kept old = find(before, entityTag);
          if (old == null) {
            return before;
          }
          List<Kept> after = without(before, old);
          String tag = Tokens.tag();
          if (!expires.isZero()) {
            Publication was = old.publication();
            Document now = document == null ? was.document() : document;
            after.add(keep(key, new Publication(tag, now, was.byTrunk()), expires));
            size.incrementAndGet();
          }
          result[0] = new Published(Outcome.DONE, tag);
          return after.isEmpty() ? null : List.copyOf(after);
        });
    if (result[0].outcome() == Outcome.DONE) {
      listener.changed(eventPackage, resource);
    }
    return result[0];
  }

  private Kept keep(Key key, Publication publication, Duration expires) {
    String tag = publication.entityTag();
    return new Kept(publication, timers.schedule(expires, () -> expired(key, tag)));
  }

  private void expired(Key key, String entityTag) {
    boolean[] gone = new boolean[1];
    kept.computeIfPresent(
        key,
        (k, before) -> {
          Kept old = find(before, entityTag);
          if (old == null) {
            return before;
          }
          gone[0] = true;
          List<Kept> after = without(before, old);
          return after.isEmpty() ? null : List.copyOf(after);
        });
    if (gone[0]) {
      listener.changed(key.eventPackage(), key.resource());
    }
  }

  private List<Kept> without(List<Kept> before, Kept old) {
    List<Kept> after = new ArrayList<>(before);
    after.remove(old);
    old.expiry().cancel();
    size.decrementAndGet();
    return after;
  }

  private static @Nullable Kept find(List<Kept> all, String entityTag) {
    for (Kept one : all) {
      if (one.publication().entityTag().equals(entityTag)) {
        return one;
      }
    }
    return null;
  }

  /** The most recent publication; null when there is none. */
  public @Nullable Publication latest(String eventPackage, Aor resource) {
    List<Kept> all = kept.get(new Key(eventPackage, resource));
    return all == null || all.isEmpty() ? null : all.get(all.size() - 1).publication();
  }

  public int size() {
    return size.get();
  }
}
