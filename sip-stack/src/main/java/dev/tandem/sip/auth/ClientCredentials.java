package dev.tandem.sip.auth;

import org.jspecify.annotations.Nullable;

/**
 * Who we are to a peer that asks, and what proves it. Immutable; never printed.
 *
 * <p>The digest of a password, given to a stranger, is worth a dictionary: so a realm should be
 * named where it is known.
 */
public final class ClientCredentials {
  private final String user;
  private final @Nullable String realm;
  private final @Nullable String password;
  private final @Nullable Credentials known;

  private ClientCredentials(
      String user, @Nullable String realm, @Nullable String password, @Nullable Credentials known) {
    if (user.chars().anyMatch(c -> c < ' ' || c == '"')) {
      throw new IllegalArgumentException("a user name cannot contain quotes or control characters");
    }
    this.user = user;
    this.realm = realm;
    this.password = password;
    this.known = known;
  }

  /**
   * With a password, which is good for every algorithm.
   *
   * @param realm the only one to answer; null for the first that asks
   */
  public static ClientCredentials ofPassword(String user, String password, @Nullable String realm) {
    return new ClientCredentials(user, realm, password, null);
  }

  /** With HA1 values, which hold the realm; algorithms without one cannot be answered. */
  public static ClientCredentials ofHa1(String user, String realm, Credentials ha1) {
    return new ClientCredentials(user, realm, null, ha1);
  }

  String user() {
    return user;
  }

  @Nullable String realm() {
    return realm;
  }

  /** HA1 in lower-case hexadecimal, or null; not to be written to. */
  byte @Nullable [] ha1(DigestAlgorithm algorithm, String inRealm) {
    if (password != null) {
      return Digests.ofThisThread().ha1(algorithm, user, inRealm, password);
    }
    return known == null ? null : known.ha1(algorithm);
  }

  @Override
  public String toString() {
    return "ClientCredentials[" + user + "]";
  }
}
