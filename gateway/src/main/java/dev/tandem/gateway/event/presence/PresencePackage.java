package dev.tandem.gateway.event.presence;

import dev.tandem.gateway.event.Document;
import dev.tandem.gateway.event.Publication;
import dev.tandem.gateway.event.Publications;
import dev.tandem.gateway.event.PublishedPackage;
import dev.tandem.gateway.event.WholeState;
import dev.tandem.sip.message.Aor;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The event package "presence" (RFC 3856). How state is composed: a user without a device online is
 * closed, whatever was published before the device went; otherwise the most recent publication
 * speaks, byte for byte; and when nothing is published, the calls do. What a trunk publishes holds
 * for users whose devices are elsewhere too.
 */
public final class PresencePackage implements PublishedPackage {
  public static final String NAME = "presence";

  private final Publications publications;
  private final BiPredicate<Aor, Aor> mayWatch;
  private final Predicate<Aor> online;
  private final Predicate<Aor> onThePhone;

  /**
   * Makes the package.
   *
   * @param mayWatch whether the first may see the second
   * @param online whether a user has a device registered
   */
  public PresencePackage(
      Publications publications,
      BiPredicate<Aor, Aor> mayWatch,
      Predicate<Aor> online,
      Predicate<Aor> onThePhone) {
    this.publications = publications;
    this.mayWatch = mayWatch;
    this.online = online;
    this.onThePhone = onThePhone;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String contentType() {
    return Pidf.CONTENT_TYPE;
  }

  @Override
  public boolean mayWatch(Aor watcher, Aor resource) {
    return mayWatch.test(watcher, resource);
  }

  @Override
  public boolean mayPublish(@Nullable Aor publisher, Aor resource) {
    return publisher == null || publisher.equals(resource);
  }

  @Override
  public boolean isSound(Document document) {
    return Pidf.isSound(document.bytes());
  }

  private Document stateOf(Aor user) {
    boolean isOnline = online.test(user);
    Publication published = publications.latest(NAME, user);
    if (published != null && (isOnline || published.byTrunk())) {
      return published.document();
    }
    Pidf.Basic basic = isOnline ? Pidf.Basic.OPEN : Pidf.Basic.CLOSED;
    return Pidf.of(user, basic, isOnline && onThePhone.test(user) ? "on-the-phone" : null, null);
  }

  @Override
  public View watch(Aor resource) {
    return new WholeState(() -> stateOf(resource));
  }
}
