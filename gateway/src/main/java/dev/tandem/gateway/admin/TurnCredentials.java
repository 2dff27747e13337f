package dev.tandem.gateway.admin;

import dev.tandem.gateway.config.value.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Credentials for a TURN server that expire, made from a secret that it shares with us, as coturn
 * checks them with {@code use-auth-secret} (draft-uberti-behave-turn-rest-00 §2.2). Thread-safe.
 */
final class TurnCredentials {
  private final SecretKeySpec key;

  TurnCredentials(Secret secret) {
    this.key = new SecretKeySpec(secret.reveal().getBytes(StandardCharsets.UTF_8), "HmacSHA1");
  }

  /** What a TURN client sends. */
  record Pair(String username, String credential) {}

  Pair forUser(String user, Instant expires) {
    String username = expires.getEpochSecond() + ":" + user;
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(key);
      byte[] hash = mac.doFinal(username.getBytes(StandardCharsets.UTF_8));
      return new Pair(username, Base64.getEncoder().encodeToString(hash));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA1", e);
    }
  }
}
