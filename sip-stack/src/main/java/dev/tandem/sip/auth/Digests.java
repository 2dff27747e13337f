package dev.tandem.sip.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of a digest (RFC 7616 §3.4) without garbage: one per thread, with one growing
 * buffer that holds what is hashed next. Not thread-safe; take {@link #ofThisThread()}.
 */
final class Digests {
  private static final ThreadLocal<Digests> perThread = ThreadLocal.withInitial(Digests::new);

  private final MessageDigest md5 = instance(DigestAlgorithm.MD5);
  private final MessageDigest sha256 = instance(DigestAlgorithm.SHA_256);
  private final byte[] raw = new byte[32];
  private byte[] buffer = new byte[512];
  private int length;

  private Digests() {}

  private static MessageDigest instance(DigestAlgorithm algorithm) {
    try {
      return MessageDigest.getInstance(algorithm.jcaName());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + algorithm.jcaName(), e);
    }
  }

  static Digests ofThisThread() {
    return perThread.get();
  }

  /** H(user ":" realm ":" password) in lower-case hexadecimal. */
  byte[] ha1(DigestAlgorithm algorithm, String user, String realm, String password) {
    length = 0;
    text(user).colon().text(realm).colon().text(password);
    byte[] hex = new byte[algorithm.hexLength()];
    hash(algorithm, hex, 0);
    return hex;
  }

  /** HA1 of the {@code -sess} algorithms: H(HA1 ":" nonce ":" cnonce). */
  byte[] sessionHa1(DigestAlgorithm algorithm, byte[] ha1, String nonce, String cnonce) {
    length = 0;
    octets(ha1).colon().text(nonce).colon().text(cnonce);
    byte[] hex = new byte[algorithm.hexLength()];
    hash(algorithm, hex, 0);
    return hex;
  }

  /**
   * The response for {@code qop=auth}: H(HA1 ":" nonce ":" nc ":" cnonce ":auth:" HA2), or, with a
   * null {@code nc}, that of RFC 2069: H(HA1 ":" nonce ":" HA2); in lower-case hexadecimal.
   */
  byte[] response(
      DigestAlgorithm algorithm,
      byte[] ha1,
      String nonce,
      @Nullable String nc,
      String cnonce,
      String method,
      String uri) {
    int hexLength = algorithm.hexLength();
    byte[] hex = new byte[hexLength];
    length = 0;
    text(method).colon().text(uri);
    hash(algorithm, hex, 0);
    length = 0;
    octets(ha1).colon().text(nonce).colon();
    if (nc != null) {
      text(nc).colon().text(cnonce).text(":auth:");
    }
    octets(hex);
    hash(algorithm, hex, 0);
    return hex;
  }

  private void hash(DigestAlgorithm algorithm, byte[] hex, int at) {
    MessageDigest digest =
        switch (algorithm) {
          case MD5 -> md5;
          case SHA_256 -> sha256;
        };
    digest.update(buffer, 0, length);
    try {
      Hex.encode(raw, digest.digest(raw, 0, raw.length), hex, at);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Digests colon() {
    reserve(1);
    buffer[length++] = ':';
    return this;
  }

  private Digests octets(byte[] octets) {
    reserve(octets.length);
    System.arraycopy(octets, 0, buffer, length, octets.length);
    length += octets.length;
    return this;
  }

  /** Appends a text as UTF-8, which for the usual ASCII needs no copy of it. */
  private Digests text(String text) {
    int size = text.length();
    reserve(size);
    for (int i = 0; i < size; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        return octets(text.substring(i).getBytes(StandardCharsets.UTF_8));
      }
      buffer[length++] = (byte) c;
    }
    return this;
  }

  private void reserve(int more) {
    if (length + more > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, length + more));
    }
  }
}
