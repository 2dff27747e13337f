package dev.tandem.gateway.call;

import java.util.List;

/** Something that happened to a call. Past tense: events are facts. */
public sealed interface CallEvent {

  // The callee's branches, until one is answered.

  /** 100: the request has arrived. */
  record CalleeTrying(LegId leg) implements CallEvent {}

  /** 101–199. */
  record CalleeProgressed(LegId leg, int status, String reason, Payload payload)
      implements CallEvent {}

  /**
   * A provisional response of the branch answered our offer reliably (RFC 3262 §5): another offer
   * may follow in its early dialog. Comes after the {@link CalleeProgressed}.
   */
  record CalleeAgreed(LegId leg, PeerFeatures features) implements CallEvent {}

  /** 2xx to the first INVITE of the branch. */
  record CalleeAnswered(LegId leg, Payload payload, PeerFeatures features) implements CallEvent {}

  /**
   * 300–699, or what stands for it: 408 when nothing came, 503 when it could not be sent, 480 when
   * its flow died, 487 when a CANCEL was never answered. Exactly one of answered and refused comes
   * for every {@link CallEffect.InviteCallee}.
   */
  record CalleeRefused(LegId leg, int status, String reason, Payload payload, Why why)
      implements CallEvent {

    /** Where a refusal comes from. */
    public enum Why {
      /** The callee said it. */
      SAID,
      /** It stands for silence. */
      SILENCE,
      /** It stands for a request that could not be sent, or a connection that broke. */
      TRANSPORT,
      /** Nothing was sent: limits of our own forbid it. */
      NOT_TRIED
    }

    /** What the callee said. */
    public CalleeRefused(LegId leg, int status, String reason, Payload payload) {
      this(leg, status, reason, payload, Why.SAID);
    }
  }

  /**
   * Where a 3xx leads, in answer to {@link CallEffect.Redirect}.
   *
   * @param refused as it was given
   * @param rounds the new branches; empty when there is none that may be tried
   */
  record Redirected(CalleeRefused refused, List<Round> rounds) implements CallEvent {
    public Redirected {
      rounds = List.copyOf(rounds);
    }
  }

  // The caller's first transaction.

  /**
   * CANCEL, already answered with 200 by the adapter; the INVITE is still ours to end with 487. One
   * that crosses our final response has no effect.
   */
  record CallerCancelled(Cause cause) implements CallEvent {}

  /**
   * The caller acknowledged a provisional response with a description. The payload has the answer
   * when that was an offer.
   */
  record CallerPracked(Payload payload) implements CallEvent {}

  /** ACK for our 2xx. */
  record CallerAcked(Payload payload) implements CallEvent {}

  /** Our 2xx was repeated for 64*T1 and no ACK came (RFC 3261 §13.3.1.4). */
  record CallerAckMissing() implements CallEvent {}

  /**
   * Our 2xx could not be given to the caller, who has been refused instead: its leg is over. Comes
   * in place of its ACK.
   */
  record CallerUnanswerable(Cause cause) implements CallEvent {}

  // Inside a dialog, on either leg.

  /** A request that wants an answer by {@link CallEffect.Respond}. */
  record RequestReceived(LegId leg, ExchangeId exchange, Method method, Payload payload)
      implements CallEvent {}

  /** CANCEL for a re-INVITE, already answered with 200. */
  record RequestCancelled(LegId leg, ExchangeId exchange) implements CallEvent {}

  /**
   * Final response to a {@link CallEffect.SendRequest}, never provisional; 408 also stands for
   * silence, 503 for a request that could not be sent. Exactly one for each request sent.
   */
  record ResponseReceived(
      LegId leg, ExchangeId exchange, int status, String reason, Payload payload)
      implements CallEvent {}

  /** ACK for a 2xx that we gave to a re-INVITE. */
  record AckReceived(LegId leg, ExchangeId exchange, Payload payload) implements CallEvent {}

  /** No ACK came for it within 64*T1. */
  record AckMissing(LegId leg, ExchangeId exchange) implements CallEvent {}

  /**
   * BYE, already answered with 200. The leg is over: the requests open on it, both ways, are the
   * adapter's to end, those received with 487 (RFC 3261 §15.1.2). From a caller who has no final
   * response yet it means CANCEL, and {@link CallEffect.RefuseCaller} still follows.
   */
  record HungUp(LegId leg, Cause cause) implements CallEvent {}

  /**
   * The leg's flow died and nothing can reach it any more. A branch that has no final response yet
   * counts as refused; a {@link CalleeRefused} may follow and is not counted again.
   */
  record LegLost(LegId leg, Cause cause) implements CallEvent {}

  /**
   * Another leg stands ready to take the place of this one, in an answered call. {@link
   * CallEffect.ReplaceLeg} or {@link CallEffect.KeepLeg} follows; until then no other is offered.
   *
   * @param features those of the leg that comes
   */
  record ReplacementOffered(LegId leg, PeerFeatures features) implements CallEvent {}

  // From the gateway itself.

  record TimerFired(CallTimer timer) implements CallEvent {}

  /** An operator, the end of the drain time, or a session timer (RFC 4028) wants the call over. */
  record EndRequested(Cause cause) implements CallEvent {}
}
