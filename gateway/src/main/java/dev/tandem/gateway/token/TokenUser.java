package dev.tandem.gateway.token;

import dev.tandem.gateway.routing.DialRights;
import java.security.Principal;
import java.time.Instant;

/**
 * Whom a token that was found good names.
 *
 * @param user the user part of the address of record
 * @param expiresAt from then on it proves nothing
 * @param rights whom the user may call
 * @param rooms which rooms a JSON client may enter, by the same patterns
 * @param headers which headers it may set, in lower case
 */
public record TokenUser(
    String user, Instant expiresAt, DialRights rights, DialRights rooms, DialRights headers)
    implements Principal {
  @Override
  public String getName() {
    return user;
  }

  public boolean isGoodAt(Instant now) {
    return now.isBefore(expiresAt);
  }
}
