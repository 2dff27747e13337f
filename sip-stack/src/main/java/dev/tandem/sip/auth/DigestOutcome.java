package dev.tandem.sip.auth;

import org.jspecify.annotations.Nullable;

/** What to do with a request. */
public sealed interface DigestOutcome {

  /** It comes from this user. */
  record Authenticated(String user, String realm, DigestAlgorithm algorithm)
      implements DigestOutcome {}

  /**
   * Answer 401 or 407 with fresh challenges.
   *
   * @param stale the password was right, only the nonce was not: the client may try again without
   *     asking its user (RFC 7616 §3.3)
   * @param user who the request claims to be from, for limits and logs; null when it does not say
   */
  record Challenge(boolean stale, Reason reason, @Nullable String user) implements DigestOutcome {}

  /** Answer with this status: the credentials break the protocol. */
  record Rejected(int status, String reason) implements DigestOutcome {}

  /** Why a request is challenged: a small fixed set for counters. */
  enum Reason {
    /** No Digest credentials at all: how every login begins. */
    NO_CREDENTIALS,
    /** Credentials for other realms only. */
    OTHER_REALM,
    /** Without {@code qop} (RFC 2069) there is no nonce count, hence no guard against replay. */
    NO_QOP,
    /** An algorithm that we do not offer. */
    ALGORITHM,
    /** Unknown user, or wrong password, or no HA1 for the algorithm: nobody is told which. */
    WRONG_CREDENTIALS,
    /** Not our nonce, or one that was given to another connection or by an earlier process. */
    FOREIGN_NONCE,
    /** Our nonce, but too old, or forgotten in favour of newer ones. */
    EXPIRED_NONCE,
    /** This nonce count, or a higher one, was used before. */
    REPLAY
  }
}
