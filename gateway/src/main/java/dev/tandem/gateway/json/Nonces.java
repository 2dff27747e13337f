package dev.tandem.gateway.json;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Nonces for logins by HTTP, where no connection remembers the one that it was greeted with. Each
 * says itself when it was made, and is good once and for a minute. Only those that were used are
 * remembered, and only so many: greetings alone fill nothing. Thread-safe.
 */
final class Nonces {
  private static final long LIFE_MILLIS = 60_000;
  private static final int MAX_USED = 10_000;
  private static final int PLAIN_BYTES = 16;
  private static final int SEAL_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final LongSupplier millis;
  private final SecretKeySpec key;
  private final Map<String, Long> used = new LinkedHashMap<>(); // guarded by this; oldest first

  Nonces(LongSupplier millis) {
    this.millis = millis;
    byte[] secret = new byte[32];
    RANDOM.nextBytes(secret);
    this.key = new SecretKeySpec(secret, "HmacSHA256");
  }

  String next() {
    byte[] plain =
        ByteBuffer.allocate(PLAIN_BYTES)
            .putLong(millis.getAsLong())
            .putLong(RANDOM.nextLong())
            .array();
    byte[] whole =
        ByteBuffer.allocate(PLAIN_BYTES + SEAL_BYTES).put(plain).put(seal(plain)).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
  }

  /** Whether the nonce was good; it is not any more. */
  boolean take(@Nullable String nonce) {
    byte[] whole;
    try {
      whole = Base64.getUrlDecoder().decode(nonce == null ? "" : nonce);
    } catch (IllegalArgumentException e) {
      return false;
    }
    if (whole.length != PLAIN_BYTES + SEAL_BYTES) {
      return false;
    }
    byte[] plain = new byte[PLAIN_BYTES];
    byte[] seal = new byte[SEAL_BYTES];
    ByteBuffer.wrap(whole).get(plain).get(seal);
    long now = millis.getAsLong();
    long age = now - ByteBuffer.wrap(plain).getLong();
    return MessageDigest.isEqual(seal, seal(plain))
        && age <= LIFE_MILLIS
        && isFirst(Base64.getEncoder().encodeToString(plain), now);
  }

  private synchronized boolean isFirst(String nonce, long now) {
    used.values().removeIf(at -> at + 2 * LIFE_MILLIS < now);
    return used.size() < MAX_USED && used.putIfAbsent(nonce, now) == null;
  }

  private byte[] seal(byte[] plain) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      byte[] seal = new byte[SEAL_BYTES];
      ByteBuffer.wrap(mac.doFinal(plain)).get(seal);
      return seal;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
