package dev.tandem.gateway.config;

import dev.tandem.gateway.config.value.ConfigException;
import dev.tandem.gateway.config.value.Durations;
import dev.tandem.gateway.config.value.Secret;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What helps browsers to find a way for media.
 *
 * @param stun servers that need no credentials, as {@code stun:host:port}
 * @param turn servers with credentials, as {@code turn:host:port?transport=udp} or {@code turns:}
 * @param secret shared with the TURN servers (coturn's {@code static-auth-secret})
 * @param lifetime how long credentials are good
 * @param anonymous whether credentials are given without a token
 */
public record IceConfig(
    List<String> stun,
    List<String> turn,
    @Nullable Secret secret,
    Duration lifetime,
    boolean anonymous) {
  public IceConfig {
    stun = List.copyOf(stun);
    turn = List.copyOf(turn);
    if (turn.isEmpty() != (secret == null)) {
      throw new ConfigException(
          turn.isEmpty() ? "ice.turn.urls" : "ice.turn.secret",
          "is missing, expected both urls and secret or neither");
    }
    Durations.requireBetween(
        "ice.turn.lifetime", lifetime, Duration.ofMinutes(1), Duration.ofDays(7));
  }
}
