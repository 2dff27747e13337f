package dev.tandem.gateway.token;

import dev.tandem.gateway.config.TokenConfig;
import dev.tandem.gateway.config.value.Secret;
import dev.tandem.gateway.token.TokenOutcome.Fault;
import dev.tandem.sip.time.Timers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** The token part of one gateway: its keys and its verifier, made from the configuration. */
public final class TokenService implements AutoCloseable {
  private final TokenVerifier verifier;
  private final @Nullable RemoteKeys remote;

  /**
   * Reads keys, and begins to fetch those that are elsewhere.
   *
   * @throws IOException when a key file cannot be read, with words for the operator
   */
  public TokenService(TokenConfig config, Timers timers, Consumer<Fault> faults)
      throws IOException {
    List<JsonWebKey> own = own(config);
    TokenKeys keys = new TokenKeys(own);
    URI uri = config.jwksUri();
    remote = uri == null ? null : new RemoteKeys(uri, own, keys, timers);
    verifier = new TokenVerifier(config, keys, timers::now, faults);
  }

  private static List<JsonWebKey> own(TokenConfig config) throws IOException {
    List<JsonWebKey> keys = new ArrayList<>();
    Secret secret = config.secret();
    if (secret != null) {
      keys.add(KeySets.shared(secret));
    }
    Path file = config.jwksFile();
    if (file != null) {
      try {
        keys.addAll(KeySets.read(Files.readString(file)));
      } catch (JoseException e) {
        throw new IOException("no JSON Web Key Set in " + file + ": " + e.getMessage(), e);
      }
    }
    return keys;
  }

  public TokenVerifier verifier() {
    return verifier;
  }

  @Override
  public void close() {
    if (remote != null) {
      remote.close();
    }
  }
}
