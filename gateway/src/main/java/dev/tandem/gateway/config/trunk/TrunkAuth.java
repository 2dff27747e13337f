package dev.tandem.gateway.config.trunk;

import dev.tandem.gateway.config.value.ConfigException;
import dev.tandem.gateway.config.value.Secret;
import org.jspecify.annotations.Nullable;

/**
 * Who we are to a trunk that asks.
 *
 * @param realm the only one that is answered; null for the first that asks
 */
public record TrunkAuth(
    String user,
    @Nullable Secret password,
    @Nullable Secret ha1,
    @Nullable Secret ha1Sha256,
    @Nullable String realm) {

  public TrunkAuth {
    if (password == null && ha1 == null && ha1Sha256 == null) {
      throw new ConfigException("trunks[].auth.password", "is missing, expected password or ha1");
    }
    if (realm == null && password == null) {
      throw new ConfigException(
          "trunks[].auth.realm", "is missing, but ha1 is only good for one realm");
    }
  }
}
