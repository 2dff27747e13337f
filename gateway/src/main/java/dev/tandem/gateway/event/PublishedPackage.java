package dev.tandem.gateway.event;

import dev.tandem.sip.message.Aor;
import org.jspecify.annotations.Nullable;

/** A kind of state that can be published too (RFC 3903 §6). Thread-safe. */
public interface PublishedPackage extends EventPackage {

  /**
   * Whether the state of a user may be published.
   *
   * @param publisher null for a trunk
   */
  boolean mayPublish(@Nullable Aor publisher, Aor resource);

  /** Whether a document of {@link #contentType} is what it says; it comes from anywhere. */
  boolean isSound(Document document);
}
