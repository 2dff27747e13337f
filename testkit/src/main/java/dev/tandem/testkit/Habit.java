package dev.tandem.testkit;

/** How a phone differs from a good one. */
public enum Habit {
  /** Never acknowledges the refusal of its INVITE. */
  DROPS_ACK,
  /** Answers its INVITE with 200 although a CANCEL came. */
  ANSWERS_AFTER_CANCEL,
  /** Sends nothing by itself: no 100, no 200 to a CANCEL. */
  NEVER_RESPONDS,
  /** Answers an INVITE with two 200 of different To tags, as forking behind it would. */
  FORKS_TWICE,
  /** Sends INVITE without SDP, and the answer with the ACK. */
  LATE_OFFER,
  /** Shows 100 to the script instead of ignoring it. */
  SEES_TRYING,
  /** Shows 401 and 407 to the script instead of authenticating. */
  LEAVES_CHALLENGES,
  /** Makes the same branches as another phone that has sent as many requests. */
  COUNTS_BRANCHES
}
