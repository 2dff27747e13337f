package dev.tandem.sip.ua;

/** What is done with a request that is too large for UDP, where UDP leads (RFC 3261 §18.1.1). */
public enum LargeRequests {
  /** It goes by TCP to the same address; by UDP after all when nobody listens there. */
  TCP,
  /** It goes by UDP, in fragments: to a peer that is known to take them. */
  UDP,
  /** It does not go. */
  REFUSE
}
