package dev.tandem.gateway.bridge;

import dev.tandem.gateway.call.CallEnd;
import dev.tandem.gateway.call.CallState;
import dev.tandem.gateway.call.LegId;
import java.time.Duration;

/** Hears the milestones of every call, on the call's executor. Must not block. */
public interface CallObserver {

  /** An observer that hears nothing. */
  CallObserver SILENT = new CallObserver() {};

  default void began(CallInfo call, int branches) {}

  default void ringing(CallInfo call, Duration sinceBegan) {}

  default void answered(CallInfo call, Duration sinceBegan) {}

  default void moved(CallInfo call, CallState from, CallState to) {}

  /** A leg has lost its connection, and waits for its device to come back. */
  default void detached(CallInfo call, LegId leg, String why) {}

  /** The device has another connection, and the call goes on there. */
  default void returned(CallInfo call, LegId leg) {}

  /** The device did not come back, or knew the call no more. */
  default void gone(CallInfo call, LegId leg) {}

  /** A client has said how the call sounded to it, in short. */
  default void sounded(CallInfo call, LegId leg, String summary) {}

  /**
   * The last word on a call.
   *
   * @param talked from answer to end; zero when it was never answered
   */
  default void ended(CallInfo call, CallEnd end, Duration talked) {}
}
