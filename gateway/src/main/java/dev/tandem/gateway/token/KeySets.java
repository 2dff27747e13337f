package dev.tandem.gateway.token;

import dev.tandem.gateway.config.value.Secret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctetSequenceJsonWebKey;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;

/** Reads the keys that tokens are signed with. */
final class KeySets {
  private KeySets() {}

  /**
   * A JSON Web Key Set (RFC 7517 §5). Keys of kinds that we do not know are left out.
   *
   * @throws JoseException when it is none, or has no key for signatures
   */
  static List<JsonWebKey> read(String json) throws JoseException {
    List<JsonWebKey> keys = new ArrayList<>();
    for (JsonWebKey key : new JsonWebKeySet(json).getJsonWebKeys()) {
      if (!"enc".equals(key.getUse())) {
        keys.add(key);
      }
    }
    if (keys.isEmpty()) {
      throw new JoseException("the set has no key for signatures");
    }
    return keys;
  }

  /** A secret that both sides know, for HS256. */
  static JsonWebKey shared(Secret secret) {
    return new OctetSequenceJsonWebKey(
        new HmacKey(secret.reveal().getBytes(StandardCharsets.UTF_8)));
  }
}
