package dev.tandem.gateway.config;

import dev.tandem.gateway.config.value.ConfigException;
import dev.tandem.gateway.config.value.Durations;
import java.time.Duration;
import java.util.List;

/**
 * Who somebody is: by digest authentication (RFC 7616, RFC 8760), or by a token.
 *
 * @param enabled when false, everybody may be anybody
 * @param algorithms offered in this order. SIP.js and JsSIP know MD5 only and look at the last
 *     offer, so MD5 stands last
 */
public record AuthConfig(
    boolean enabled,
    String realm,
    List<Algorithm> algorithms,
    Duration nonceLifetime,
    TokenConfig tokens) {

  /** A digest algorithm that we can check. */
  public enum Algorithm {
    MD5("MD5"),
    SHA_256("SHA-256");

    private final String token;

    Algorithm(String token) {
      this.token = token;
    }

    /** As the {@code algorithm} parameter has it. */
    public String token() {
      return token;
    }
  }

  public AuthConfig {
    algorithms = List.copyOf(algorithms);
    if (algorithms.isEmpty() || algorithms.stream().distinct().count() < algorithms.size()) {
      throw new ConfigException(
          "auth.algorithms", "is empty or has one twice, expected SHA-256, MD5 or both");
    }
    if (realm.isEmpty() || realm.contains("\"") || realm.contains("\\")) {
      throw new ConfigException(
          "auth.realm", "was \"" + realm + "\", expected text without quotes and backslashes");
    }
    Durations.requireBetween(
        "auth.nonceLifetime", nonceLifetime, Duration.ofSeconds(10), Duration.ofDays(1));
  }
}
