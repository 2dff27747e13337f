package dev.tandem.gateway.bridge;

import dev.tandem.gateway.sdp.PeerMedia;
import org.jspecify.annotations.Nullable;

/** Whoever carries media between legs that could not talk without it. Thread-safe. */
@FunctionalInterface
public interface MediaRelay {

  /** There is none: all descriptions pass as they are. */
  MediaRelay NONE = (call, caller, callee) -> null;

  /**
   * What stands between two legs of a call; its owner closes it.
   *
   * @return null when they need nobody between them
   */
  @Nullable RelayedMedia between(CallInfo call, PeerMedia caller, PeerMedia callee);
}
