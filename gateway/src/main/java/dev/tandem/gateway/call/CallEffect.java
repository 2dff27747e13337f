package dev.tandem.gateway.call;

import java.time.Duration;

/** Something to be done for a call, in the order given. Imperative: effects are orders. */
public sealed interface CallEffect {

  // On the callee's branches.

  record InviteCallee(LegId leg, Payload payload) implements CallEffect {}

  /**
   * CANCEL, as soon as RFC 3261 §9.1 allows it. The adapter promises that a {@link
   * CallEvent.CalleeRefused} or {@link CallEvent.CalleeAnswered} still follows.
   */
  record CancelCallee(LegId leg, Cause cause) implements CallEffect {}

  /**
   * It said nothing in time, and another is tried: the leg is over for the call, and what it still
   * says is the adapter's to end. Should it answer after all, it is acknowledged and hung up.
   */
  record AbandonCallee(LegId leg, Cause cause) implements CallEffect {}

  /** PRACK with the answer to the offer in the branch's last provisional response. */
  record PrackCallee(LegId leg, Payload payload) implements CallEffect {}

  /** ACK for the 2xx of the branch. */
  record AckCallee(LegId leg, Payload payload) implements CallEffect {}

  /**
   * Looks up where a 3xx leads: to at most {@code limit} new branches, numbered after those that
   * there are. {@link CallEvent.Redirected} follows.
   *
   * @param refused with the contacts as Contact headers in its payload
   */
  record Redirect(CallEvent.CalleeRefused refused, int limit) implements CallEffect {}

  // On the caller's first transaction.

  /** A provisional response, 101–199. */
  record Progress(int status, String reason, Payload payload) implements CallEffect {}

  /** 200, repeated by the adapter until the ACK comes. */
  record AnswerCaller(Payload payload) implements CallEffect {}

  /** The final response that refuses the call. */
  record RefuseCaller(int status, String reason, Payload payload) implements CallEffect {}

  // Inside a dialog.

  record SendRequest(LegId leg, ExchangeId exchange, Method method, Payload payload)
      implements CallEffect {}

  /** CANCEL for a re-INVITE of ours. */
  record CancelRequest(LegId leg, ExchangeId exchange) implements CallEffect {}

  /** Final response to a {@link CallEvent.RequestReceived}. */
  record Respond(LegId leg, ExchangeId exchange, int status, String reason, Payload payload)
      implements CallEffect {}

  /** ACK for a 2xx to a re-INVITE of ours. */
  record SendAck(LegId leg, ExchangeId exchange, Payload payload) implements CallEffect {}

  /**
   * BYE. The leg is over, and often so is the call: what is open on the leg is the adapter's to
   * end, a 2xx that still comes to a re-INVITE of ours included, which wants its ACK (RFC 3261
   * §13.2.2.4). Requests received on the leg have been answered. The caller's leg is never hung up
   * between our 2xx and its ACK (§15).
   */
  record HangUp(LegId leg, Cause cause) implements CallEffect {}

  /**
   * The leg that was offered is this one from now on. Nothing is open on either leg of the call.
   * The one that was there has no part in the call any more: its dialog is the adapter's to end.
   */
  record ReplaceLeg(LegId leg) implements CallEffect {}

  /** The call ends, or is not yet answered: the leg that was offered is not wanted. */
  record KeepLeg(LegId leg) implements CallEffect {}

  // For the one who runs the call.

  record StartTimer(CallTimer timer, Duration delay) implements CallEffect {}

  record StopTimer(CallTimer timer) implements CallEffect {}

  /** Always the last effect, exactly once: no leg, timer or exchange is left. */
  record Finish(CallEnd end) implements CallEffect {}
}
