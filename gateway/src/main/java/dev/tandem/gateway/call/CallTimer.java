package dev.tandem.gateway.call;

/** The timers of a call; each runs at most once at a time. */
public enum CallTimer {
  /** Nobody answered in time. */
  NO_ANSWER,
  /** This round of branches has rung long enough; it is the next one's turn. */
  NEXT_ROUND,
  /** The longest a call may last. */
  MAX_DURATION,
  /** Time to repeat a re-INVITE to the caller's leg that was refused with 491 (RFC 3261 §14.1). */
  GLARE_CALLER,
  /** The same for the callee's leg. */
  GLARE_CALLEE
}
