package dev.tandem.gateway.call;

/** What became of a leg's first INVITE, and of the dialog that it made. */
enum LegState {
  /** No final response yet. */
  PENDING,
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
  OVER
}
