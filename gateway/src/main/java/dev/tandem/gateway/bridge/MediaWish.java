package dev.tandem.gateway.bridge;

/** What the peer of a leg wants of the way that its media go. */
public enum MediaWish {
  /** Whatever is needed. */
  AUTO,
  /** From end to end, or no call. */
  DIRECT,
  /** Through a relay, or no call. */
  ANCHORED
}
