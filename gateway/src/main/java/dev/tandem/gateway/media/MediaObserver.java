package dev.tandem.gateway.media;

import dev.tandem.gateway.bridge.CallInfo;

/** Hears how it goes with relays. On any thread; must not block. */
public interface MediaObserver {

  /** One that hears nothing. */
  MediaObserver SILENT = new MediaObserver() {};

  /** An rtpengine answers, for the first time or again. */
  default void cameUp(String engine) {}

  default void wentDown(String engine, String why) {}

  /** A call has no relay that needs one. */
  default void failed(CallInfo call, MediaFault fault, String why) {}

  /** A relay that a call had is given back. */
  default void ended(CallInfo call, MediaFigures figures) {}

  /** What was left of an earlier run has been removed from an rtpengine. */
  default void orphansRemoved(String engine, int calls) {}
}
