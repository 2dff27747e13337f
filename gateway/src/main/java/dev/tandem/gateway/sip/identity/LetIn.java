package dev.tandem.gateway.sip.identity;

import dev.tandem.sip.message.Aor;
import dev.tandem.sip.transport.Flow;

/** Users who prove who they are to somebody else: to the PBX that keeps them. Thread-safe. */
public interface LetIn {

  /** Whether it is not us whom this user proves it to. */
  boolean isElsewhere(Aor user);

  /** Whether the user has proved it on this very connection. */
  boolean isLetIn(Aor user, Flow flow);
}
