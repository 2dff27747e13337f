package dev.tandem.gateway.token;

/** What became of a token. */
public sealed interface TokenOutcome {

  /** It is good. */
  record Good(TokenUser user) implements TokenOutcome {}

  /** It proves nothing. */
  record Bad(Fault fault) implements TokenOutcome {}

  /** Why a token is no good; a small fixed set for counters. */
  enum Fault {
    /** No JSON Web Token, or one that is too long. */
    MALFORMED,
    /** The signature is wrong, no key of ours fits, or the algorithm is not allowed. */
    SIGNATURE,
    /** It has expired, or has no expiry. */
    EXPIRED,
    /** Its time has not come. */
    NOT_YET,
    /** It was issued by somebody else, for somebody else, or names no user. */
    CLAIMS
  }
}
