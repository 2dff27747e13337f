package dev.tandem.gateway.event.mailbox;

import dev.tandem.gateway.event.Document;
import dev.tandem.gateway.event.Publication;
import dev.tandem.gateway.event.Publications;
import dev.tandem.gateway.event.PublishedPackage;
import dev.tandem.gateway.event.WholeState;
import dev.tandem.sip.message.Aor;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The event package "message-summary" (RFC 3842). A trunk tells the state of a mailbox by PUBLISH,
 * or by a NOTIFY that nobody subscribed to, which holds until the next; its owner alone may watch
 * it.
 */
public final class MailboxPackage implements PublishedPackage {
  public static final String NAME = "message-summary";
  public static final String CONTENT_TYPE = "application/simple-message-summary";

  private static final Document EMPTY =
      new Document(CONTENT_TYPE, "Messages-Waiting: no\r\n".getBytes(StandardCharsets.UTF_8));

  private final Publications publications;
  private final Consumer<Aor> changed;
  private final Map<Aor, Document> told = new ConcurrentHashMap<>();

  /**
   * Makes the package with all mailboxes empty.
   *
   * @param changed hears whose mailbox has changed
   */
  public MailboxPackage(Publications publications, Consumer<Aor> changed) {
    this.publications = publications;
    this.changed = changed;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String contentType() {
    return CONTENT_TYPE;
  }

  @Override
  public boolean mayWatch(Aor watcher, Aor resource) {
    return watcher.equals(resource);
  }

  @Override
  public boolean mayPublish(@Nullable Aor publisher, Aor resource) {
    return publisher == null;
  }

  /** RFC 3842 §5.2: the first line says whether messages wait. */
  @Override
  public boolean isSound(Document document) {
    return new String(document.bytes(), StandardCharsets.UTF_8)
        .regionMatches(true, 0, "Messages-Waiting:", 0, "Messages-Waiting:".length());
  }

  /** The state of a mailbox from now on. The user must be one of ours, so that they are bounded. */
  public void set(Aor owner, Document state) {
    told.put(owner, state);
    changed.accept(owner);
  }

  private Document stateOf(Aor owner) {
    Publication published = publications.latest(NAME, owner);
    return published != null ? published.document() : told.getOrDefault(owner, EMPTY);
  }

  @Override
  public View watch(Aor resource) {
    return new WholeState(() -> stateOf(resource));
  }
}
