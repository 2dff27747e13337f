package dev.tandem.gateway.event.presence;

import dev.tandem.gateway.event.Document;
import dev.tandem.sip.message.Aor;
import org.jspecify.annotations.Nullable;

/**
 * What somebody says of themselves in a word, for those who do not read presence documents.
 *
 * @param note in their own words; null for none
 */
public record Presence(Status status, @Nullable String note) {

  /** The words that there are. */
  public enum Status {
    AVAILABLE,
    AWAY,
    BUSY,
    OFFLINE
  }

  /** The same as a document (RFC 3863, RFC 4480). */
  public Document toDocument(Aor user) {
    return Pidf.of(
        user,
        status == Status.OFFLINE ? Pidf.Basic.CLOSED : Pidf.Basic.OPEN,
        switch (status) {
          case AWAY -> "away";
          case BUSY -> "busy";
          default -> null;
        },
        note);
  }

  /** What a document says in a word; null when it is none. */
  public static @Nullable Presence of(Document document) {
    return Pidf.read(document.bytes());
  }
}
