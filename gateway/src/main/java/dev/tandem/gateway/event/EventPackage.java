package dev.tandem.gateway.event;

import dev.tandem.sip.message.Aor;
import org.jspecify.annotations.Nullable;

/** A kind of state that can be watched (RFC 6665 §7.2). Thread-safe. */
public interface EventPackage {

  /** As the Event header names it. */
  String name();

  /** Of the documents it makes. */
  String contentType();

  boolean mayWatch(Aor watcher, Aor resource);

  /** What one subscription sees. */
  View watch(Aor resource);

  /** One subscription's view of the state: knows what has been told. Used by one thread a time. */
  interface View {

    /** All of the state, for the NOTIFY that a SUBSCRIBE asks for; null when there is none. */
    @Nullable Document whole();

    /** What is new since the last document; null when nothing is. */
    @Nullable Document changed();
  }
}
