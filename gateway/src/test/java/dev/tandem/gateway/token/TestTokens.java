package dev.tandem.gateway.token;

import dev.tandem.testkit.ManualClock;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.time.Duration;
import java.util.function.Consumer;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jwk.OkpJwkGenerator;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;

/** Signs tokens as the login service of a web page would. */
public final class TestTokens {
  public static final String SECRET = "0123456789abcdef0123456789abcdef";

  private TestTokens() {}

  /** Claims of a token for this user, good for an hour from the start of a {@link ManualClock}. */
  public static JwtClaims claims(String user) {
    JwtClaims claims = new JwtClaims();
    claims.setSubject(user);
    claims.setExpirationTime(
        NumericDate.fromMilliseconds(ManualClock.START.plus(Duration.ofHours(1)).toEpochMilli()));
    return claims;
  }

  /** Signed with {@link #SECRET}. */
  public static String shared(String user, Consumer<JwtClaims> change) {
    JwtClaims claims = claims(user);
    change.accept(claims);
    return sign(claims, "HS256", new HmacKey(SECRET.getBytes(StandardCharsets.UTF_8)), null);
  }

  public static String shared(String user) {
    return shared(user, claims -> {});
  }

  static String sign(JwtClaims claims, String algorithm, Key key, String keyId) {
    JsonWebSignature jws = new JsonWebSignature();
    jws.setPayload(claims.toJson());
    jws.setAlgorithmHeaderValue(algorithm);
    jws.setKey(key);
    if (keyId != null) {
      jws.setKeyIdHeaderValue(keyId);
    }
    try {
      return jws.getCompactSerialization();
    } catch (JoseException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** A key pair for this algorithm with the algorithm as its name. */
  static PublicJsonWebKey pair(String algorithm) {
    try {
      PublicJsonWebKey key =
          switch (algorithm) {
            case "RS256" -> RsaJwkGenerator.generateJwk(2048);
            case "ES256" -> EcJwkGenerator.generateJwk(EllipticCurves.P256);
            case "EdDSA" -> OkpJwkGenerator.generateJwk(OctetKeyPairJsonWebKey.SUBTYPE_ED25519);
            default -> throw new IllegalArgumentException(algorithm);
          };
      key.setKeyId(algorithm);
      return key;
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a login service publishes: the public halves. */
  static String published(JsonWebKey... keys) {
    return new JsonWebKeySet(keys).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
  }
}
