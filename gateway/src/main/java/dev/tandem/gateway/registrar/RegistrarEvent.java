package dev.tandem.gateway.registrar;

import dev.tandem.sip.message.Aor;

/** Something that happened to a binding. */
public sealed interface RegistrarEvent {

  Aor aor();

  /** The binding as it is now, or was last. */
  Binding binding();

  /** A new binding. */
  record Added(Aor aor, Binding binding) implements RegistrarEvent {}

  /** A binding that was there already, of the same device or with the same contact. */
  record Refreshed(Aor aor, Binding before, Binding binding) implements RegistrarEvent {
    /** Whether the device has come back on another flow. */
    public boolean isMoved() {
      return !before.flow().equals(binding.flow());
    }
  }

  /** The binding is gone. */
  record Removed(Aor aor, Binding binding, Cause cause) implements RegistrarEvent {}

  /** Why a binding went. */
  enum Cause {
    /** The device said so. */
    UNREGISTERED,
    /** Another contact of the same REGISTER took its place. */
    REPLACED,
    EXPIRED,
    FLOW_ENDED
  }
}
