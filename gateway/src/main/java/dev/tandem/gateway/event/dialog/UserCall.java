package dev.tandem.gateway.event.dialog;

/**
 * One call as one user's side sees it.
 *
 * @param id names it among the user's calls
 * @param remote URI of the other side
 */
record UserCall(String id, Direction direction, State state, String remote) {

  /** Who began it (RFC 4235 §4.1.1). */
  enum Direction {
    INITIATOR,
    RECIPIENT
  }

  /** RFC 4235 §3.7.1, without those that no observer could tell apart. */
  enum State {
    TRYING,
    EARLY,
    CONFIRMED,
    TERMINATED
  }

  UserCall in(State other) {
    return new UserCall(id, direction, other, remote);
  }
}
