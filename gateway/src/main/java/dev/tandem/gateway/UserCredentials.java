package dev.tandem.gateway;

import dev.tandem.gateway.config.AuthConfig;
import dev.tandem.gateway.config.TandemConfig;
import dev.tandem.gateway.config.user.UserConfig;
import dev.tandem.gateway.config.user.Users;
import dev.tandem.gateway.config.value.Secret;
import dev.tandem.sip.auth.CredentialStore;
import dev.tandem.sip.auth.Credentials;
import dev.tandem.sip.auth.DigestAlgorithm;
import dev.tandem.sip.auth.DigestAuthenticator;
import dev.tandem.sip.auth.DigestSettings;
import dev.tandem.sip.time.Timers;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The configured users as digest authentication asks for them. Thread-safe. */
final class UserCredentials implements CredentialStore {
  private final Users users;

  private UserCredentials(Users users) {
    this.users = users;
  }

  /** Null when the configuration has authentication off. */
  static @Nullable DigestAuthenticator authenticator(TandemConfig config, Timers timers) {
    AuthConfig auth = config.auth();
    if (!auth.enabled()) {
      return null;
    }
    List<DigestAlgorithm> algorithms =
        auth.algorithms().stream()
            .map(
                algorithm ->
                    switch (algorithm) {
                      case MD5 -> DigestAlgorithm.MD5;
                      case SHA_256 -> DigestAlgorithm.SHA_256;
                    })
            .toList();
    DigestSettings settings =
        new DigestSettings(
            auth.realm(),
            algorithms,
            auth.nonceLifetime(),
            DigestSettings.DEFAULT_NONCE_SLOTS,
            true);
    return new DigestAuthenticator(settings, new UserCredentials(config.users()), timers);
  }

  @Override
  public @Nullable Credentials find(String user, String realm) {
    return users.find(user).map(found -> credentials(found, realm)).orElse(null);
  }

  private static @Nullable Credentials credentials(UserConfig user, String realm) {
    Secret password = user.password();
    if (password != null) {
      return Credentials.ofPassword(user.user(), realm, password.reveal());
    }
    Map<DigestAlgorithm, String> ha1 = new EnumMap<>(DigestAlgorithm.class);
    Secret md5 = user.ha1();
    if (md5 != null) {
      ha1.put(DigestAlgorithm.MD5, md5.reveal());
    }
    Secret sha256 = user.ha1Sha256();
    if (sha256 != null) {
      ha1.put(DigestAlgorithm.SHA_256, sha256.reveal());
    }
    return ha1.isEmpty() ? null : Credentials.ofHa1(ha1);
  }
}
