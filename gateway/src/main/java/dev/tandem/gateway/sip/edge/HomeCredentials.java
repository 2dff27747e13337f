package dev.tandem.gateway.sip.edge;

import dev.tandem.gateway.config.user.UserConfig;
import dev.tandem.gateway.config.user.Users;
import dev.tandem.sip.auth.ClientCredentials;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.ua.PeerCredentials;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What proves to a PBX who one of its users is, where the gateway answers for them: the password
 * that is configured here, shown to the PBX's address alone. Immutable.
 */
public final class HomeCredentials {
  private static final Logger log = LoggerFactory.getLogger(HomeCredentials.class);

  private final Users users;

  public HomeCredentials(Users users) {
    this.users = users;
  }

  /** Null when the client answers for itself, or no password of the user's is known. */
  @Nullable PeerCredentials of(Aor user, Home home) {
    if (home.passesChallenges()) {
      return null;
    }
    return users
        .find(user.user())
        .map(UserConfig::password)
        .map(
            password ->
                new PeerCredentials(
                    ClientCredentials.ofPassword(user.user(), password.reveal(), null),
                    home.trunk()::isAt,
                    why -> log.warn("trunk {} refuses {}: {}", home.trunk().name(), user, why)))
        .orElse(null);
  }
}
