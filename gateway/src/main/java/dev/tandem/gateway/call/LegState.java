package dev.tandem.gateway.call;

/** What became of a leg's first INVITE, and of the dialog that it made. */
enum LegState {
  /** A callee's branch that is invited only when those before it have come to nothing. */
  WAITING,
  /** No final response yet. */
  PENDING,
  /** A callee's branch that answered 3xx; it is not known yet whether that leads anywhere. */
  REDIRECTING,
  /** A callee's branch that we cancelled; its final response is still to come. */
  CANCELLED,
  /**
   * 2xx, and no ACK: the caller owes us one, or, when the INVITE had no offer, we owe the callee
   * one that carries the answer.
   */
  ACK_DUE,
  /** 2xx and ACK. */
  UP,
  /** Nothing may be sent to it any more. */
  OVER;

  /** Whether its first INVITE has no 2xx yet, or was not even sent. */
  boolean isWithoutDialog() {
    return switch (this) {
      case WAITING, PENDING, REDIRECTING, CANCELLED -> true;
      case ACK_DUE, UP, OVER -> false;
    };
  }
}
