package dev.tandem.gateway.config.user;

import dev.tandem.gateway.config.value.ConfigException;
import dev.tandem.gateway.config.value.Secret;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Someone who may register and call: a password, or one or both HA1 hashes (hex of
 * H(user:realm:password), RFC 7616 §3.4.2). Only for {@code auth.enabled: false} may all be null.
 */
public record UserConfig(
    String user,
    @Nullable Secret password,
    @Nullable Secret ha1,
    @Nullable Secret ha1Sha256,
    @Nullable String displayName) {
  private static final Pattern MD5 = Pattern.compile("[0-9A-Fa-f]{32}");
  private static final Pattern SHA_256 = Pattern.compile("[0-9A-Fa-f]{64}");

  /** The unreserved and user-unreserved characters of a SIP user part (RFC 3261 §25.1). */
  private static final Pattern USER = Pattern.compile("[A-Za-z0-9\\-_.!~*'()&=+$,;?/]+");

  public UserConfig {
    if (!USER.matcher(user).matches()) {
      throw new ConfigException(
          "users[].user",
          "was \"" + user + "\", expected the user part of a SIP address such as alice or 1001");
    }
    if (password != null && (ha1 != null || ha1Sha256 != null)) {
      throw new ConfigException(
          "users[].password", "stands beside an ha1, expected one or the other");
    }
  }

  public static Secret parseHa1(String text) {
    return hex(text, MD5, "the 32 hex digits of MD5(user:realm:password)");
  }

  public static Secret parseHa1Sha256(String text) {
    return hex(text, SHA_256, "the 64 hex digits of SHA-256(user:realm:password)");
  }

  private static Secret hex(String text, Pattern pattern, String expected) {
    if (!pattern.matcher(text).matches()) {
      throw new IllegalArgumentException(expected);
    }
    return new Secret(text.toLowerCase(java.util.Locale.ROOT));
  }
}
