package dev.tandem.sip.auth;

import org.jspecify.annotations.Nullable;

/**
 * Knows the users. Called on I/O threads, so it must not block, and it should take the same time
 * for a user that exists and one that does not.
 */
@FunctionalInterface
public interface CredentialStore {

  /**
   * The credentials of a user, or null.
   *
   * @param user as the client sent it between the quotes, at most 256 characters, otherwise
   *     unchecked
   */
  @Nullable Credentials find(String user, String realm);
}
