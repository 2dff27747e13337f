package dev.tandem.gateway.config;

import dev.tandem.gateway.config.value.ConfigException;
import dev.tandem.gateway.config.value.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Signing in with a JSON Web Token instead of a password.
 *
 * @param secret shared with the one who signs, for HS256; at least 32 bytes (RFC 7518 §3.2)
 * @param jwksFile a JSON Web Key Set
 * @param jwksUri where one is fetched
 * @param issuer the only {@code iss} that is taken; null for any
 * @param audience one of the {@code aud} must be it; null for any
 * @param userClaim the claim that is the user part of the address of record
 * @param dialClaim the claim that lists whom the user may call
 * @param cookie the cookie that a token may be in
 * @param inQuery whether the query parameter {@code access_token} is looked at
 * @param required whether a WebSocket without a token is refused
 * @param anyUser whether users need not be in the configuration
 */
public record TokenConfig(
    @Nullable Secret secret,
    @Nullable Path jwksFile,
    @Nullable URI jwksUri,
    @Nullable String issuer,
    @Nullable String audience,
    String userClaim,
    String dialClaim,
    List<String> algorithms,
    String cookie,
    boolean inQuery,
    boolean required,
    boolean anyUser) {
  private static final Set<String> KNOWN = Set.of("HS256", "RS256", "ES256", "EdDSA");

  public TokenConfig {
    algorithms = List.copyOf(algorithms);
    for (String algorithm : algorithms) {
      if (!KNOWN.contains(algorithm)) {
        throw new ConfigException(
            "auth.tokens.algorithms",
            "has \"" + algorithm + "\", expected HS256, RS256, ES256 or EdDSA");
      }
    }
    if (secret != null && secret.reveal().getBytes(StandardCharsets.UTF_8).length < 32) {
      throw new ConfigException("auth.tokens.secret", "is too short, expected 32 bytes or more");
    }
    boolean keys = secret != null || jwksFile != null || jwksUri != null;
    if (required && !keys) {
      throw new ConfigException(
          "auth.tokens.required", "needs a key: auth.tokens.secret or auth.tokens.jwks");
    }
  }

  /** Whether there are keys, without which no token is looked at. */
  public boolean enabled() {
    return secret != null || jwksFile != null || jwksUri != null;
  }
}
