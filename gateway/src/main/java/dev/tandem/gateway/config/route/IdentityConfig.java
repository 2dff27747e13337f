package dev.tandem.gateway.config.route;

/**
 * How a trunk and we tell each other who calls (RFC 3325).
 *
 * @param trust who believes whom
 * @param send in which header the caller's identity goes to the trunk, beside From
 * @param caller which identity of a call from it is shown to the callee
 */
public record IdentityConfig(Trust trust, Send send, Caller caller) {
  public static final IdentityConfig DEFAULT = new IdentityConfig(Trust.IN, Send.NONE, Caller.FROM);

  /** Directions in which an asserted identity is believed, and a private one kept to oneself. */
  public enum Trust {
    NONE,
    /** We believe what it asserts. */
    IN,
    /** It may know who calls although the caller wants to be private. */
    OUT,
    BOTH;

    public boolean in() {
      return this == IN || this == BOTH;
    }

    public boolean out() {
      return this == OUT || this == BOTH;
    }
  }

  /** Headers beside From. */
  public enum Send {
    NONE,
    ASSERTED,
    PREFERRED
  }

  /** Where a caller's number stands. */
  public enum Caller {
    FROM,
    ASSERTED
  }
}
