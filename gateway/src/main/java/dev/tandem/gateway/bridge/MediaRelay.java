package dev.tandem.gateway.bridge;

import dev.tandem.gateway.bridge.RelayedMedia.Side;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.sdp.PeerMedia;
import org.jspecify.annotations.Nullable;

/** Whoever carries media between legs that could not talk without it. Thread-safe. */
@FunctionalInterface
public interface MediaRelay {

  /** Two legs between which a relay is. From any thread. */
  interface Legs {
    /** Which way the caller wants the media to go. */
    default MediaWish wish() {
      return MediaWish.AUTO;
    }

    /** Whether the call is answered, so that something is to be heard. */
    boolean areAnswered();

    /**
     * Ends the call, unless the two do not talk with each other any more.
     *
     * @param ending run before the call ends, if it does
     */
    void end(Cause cause, Runnable ending);

    /**
     * One of the two has pressed a key in its media, and the other is to hear of it by INFO; unless
     * they do not talk with each other any more.
     */
    void pressed(Side by, Keypress key);
  }

  /** There is none: all descriptions pass as they are. */
  MediaRelay NONE = (call, legs, caller, callee) -> null;

  /**
   * What stands between two legs of a call; its owner closes it.
   *
   * @param legs the two, for what the relay finds out about their media
   * @return null when they need nobody between them
   */
  @Nullable RelayedMedia between(CallInfo call, Legs legs, PeerMedia caller, PeerMedia callee);
}
