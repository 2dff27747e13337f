package dev.tandem.gateway.call;

/** Where a call stands. The transitions are told by {@link Call}. */
public enum CallState {
  /** The callee's branches are invited, and nobody has answered. */
  OFFERED,
  /** The first 2xx was passed to the caller, whose ACK has not come yet. */
  ANSWERED,
  /** Answered and acknowledged: people talk. */
  ESTABLISHED,
  /** It is decided that the call ends; a branch's final response or the caller's ACK is awaited. */
  ENDING,
  /** Nothing is left. */
  ENDED
}
