package dev.tandem.gateway.call;

/**
 * A request inside the call on its way from one leg to the other.
 *
 * @param sent our name for it on the other leg; a new one each time it is repeated after 491
 * @param sentAs differs from {@code method} when an UPDATE goes to a peer that only takes INVITE
 * @param tries how often it was sent
 * @param cancelled the requester wants it no more, and we have passed that on
 */
record Exchange(
    LegId from,
    ExchangeId received,
    Method method,
    LegId to,
    ExchangeId sent,
    Method sentAs,
    Payload payload,
    Stage stage,
    int tries,
    boolean cancelled) {

  /** How far it has come. */
  enum Stage {
    /** It overtook the caller's first ACK, and is sent when that has come. */
    HELD,
    /** Its response is awaited. */
    SENT,
    /** Refused with 491, and to be sent again when the timer fires (RFC 3261 §14.1). */
    GLARE,
    /** The requester has our 2xx, which it will acknowledge. */
    ACK_DUE,
    /** The same, and its ACK carries the answer that the other leg waits for in ours. */
    ACK_OWED
  }

  /** The requester still waits for a final response. */
  boolean isUnanswered() {
    return stage == Stage.HELD || stage == Stage.SENT || stage == Stage.GLARE;
  }

  /** An offer or an answer is still to come, so no other may begin (RFC 3264 §4, RFC 3311 §5.2). */
  boolean isNegotiating() {
    return stage != Stage.ACK_DUE && changesSession(method, payload);
  }

  static boolean changesSession(Method method, Payload payload) {
    return method == Method.INVITE || (method == Method.UPDATE && payload.hasBody());
  }

  Exchange sentAgainAs(ExchangeId id) {
    return new Exchange(
        from, received, method, to, id, sentAs, payload, Stage.SENT, tries + 1, cancelled);
  }

  Exchange at(Stage next) {
    return new Exchange(from, received, method, to, sent, sentAs, payload, next, tries, cancelled);
  }

  Exchange asCancelled() {
    return new Exchange(from, received, method, to, sent, sentAs, payload, stage, tries, true);
  }
}
