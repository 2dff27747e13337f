package dev.tandem.gateway.registrar;

import dev.tandem.sip.message.Aor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * URIs that reach one device of a user from anywhere (RFC 5627). The public one says whose device
 * it is. A temporary one hides that: its user part is the AOR and the instance, encrypted (AES-GCM)
 * under a key that lives as long as the process; so it costs no memory, cannot be guessed, and is
 * worth nothing after a restart, when the device registers anew anyhow. Thread-safe.
 */
public final class Gruus {
  private static final String TEMPORARY = "tgruu.";
  private static final String PLAIN = "-_.!~*'():/&+$[]";
  private static final int IV_LENGTH = 12;
  private static final int TAG_BITS = 128;

  /** To find one costs more than to use it. */
  private static final ThreadLocal<Cipher> ciphers = ThreadLocal.withInitial(Gruus::newCipher);

  private final SecretKeySpec key;

  /** Never the same IV twice under one key: that is all that GCM asks of it. */
  private final AtomicLong ivs = new AtomicLong();

  /** Whom a temporary URI means. */
  public record Named(String user, String instance) {}

  public Gruus() {
    byte[] secret = new byte[16];
    new SecureRandom().nextBytes(secret);
    this.key = new SecretKeySpec(secret, "AES");
  }

  /** The parameters of a Contact in the 200 (§5.3); empty for a device that names no instance. */
  public String parameters(Aor aor, ContactSpec contact) {
    String instance = contact.urn();
    return instance == null
        ? ""
        : ";pub-gruu=\""
            + publicUri(aor, instance)
            + "\";temp-gruu=\""
            + temporaryUri(aor, instance)
            + "\"";
  }

  String publicUri(Aor aor, String instance) {
    return aor.uri() + ";gr=" + escaped(instance);
  }

  String temporaryUri(Aor aor, String instance) {
    byte[] iv = ByteBuffer.allocate(IV_LENGTH).putLong(ivs.incrementAndGet()).array();
    byte[] text = (aor.user() + "\n" + instance).getBytes(StandardCharsets.UTF_8);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, iv).doFinal(text);
      byte[] token = Arrays.copyOf(iv, IV_LENGTH + sealed.length);
      System.arraycopy(sealed, 0, token, IV_LENGTH, sealed.length);
      String user = Base64.getUrlEncoder().withoutPadding().encodeToString(token);
      return "sip:" + TEMPORARY + user + "@" + aor.host() + ";gr";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whom the user part of a temporary URI means; null when it is none of ours. */
  public @Nullable Named temporary(String user) {
    if (!user.startsWith(TEMPORARY)) {
      return null;
    }
    try {
      byte[] token = Base64.getUrlDecoder().decode(user.substring(TEMPORARY.length()));
      if (token.length <= IV_LENGTH) {
        return null;
      }
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(token, IV_LENGTH));
      byte[] text = cipher.doFinal(token, IV_LENGTH, token.length - IV_LENGTH);
      String[] parts = new String(text, StandardCharsets.UTF_8).split("\n", 2);
      return new Named(parts[0], parts[1]);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return null;
    }
  }

  private Cipher cipher(int mode, byte[] iv) throws GeneralSecurityException {
    Cipher cipher = ciphers.get();
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, iv));
    return cipher;
  }

  private static Cipher newCipher() {
    try {
      return Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no AES-GCM", e);
    }
  }

  /** As a URI parameter's value (RFC 3261 §25.1). */
  private static String escaped(String instance) {
    StringBuilder out = new StringBuilder(instance.length());
    for (byte octet : instance.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (octet & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || PLAIN.indexOf(c) >= 0;
      if (plain) {
        out.append(c);
      } else {
        out.append('%').append(String.format("%02X", (int) c));
      }
    }
    return out.toString();
  }
}
