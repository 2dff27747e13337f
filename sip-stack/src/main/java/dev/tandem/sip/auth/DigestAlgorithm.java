package dev.tandem.sip.auth;

import org.jspecify.annotations.Nullable;

/**
 * The digest algorithms we speak (RFC 7616 §3.2, RFC 8760 §2.1), the stronger last. The {@code
 * -sess} variants are answered to peers that ask for them, but never offered; SHA-512-256 is
 * unknown here.
 */
public enum DigestAlgorithm {
  MD5("MD5", "MD5", 32),
  SHA_256("SHA-256", "SHA-256", 64);

  private final String token;
  private final String jcaName;
  private final int hexLength;

  DigestAlgorithm(String token, String jcaName, int hexLength) {
    this.token = token;
    this.jcaName = jcaName;
    this.hexLength = hexLength;
  }

  /** The algorithm of a parameter's value, whatever its case; null when it is none of ours. */
  public static @Nullable DigestAlgorithm of(String token) {
    for (DigestAlgorithm algorithm : values()) {
      if (algorithm.token.equalsIgnoreCase(token)) {
        return algorithm;
      }
    }
    return null;
  }

  /** As the {@code algorithm} parameter names it. */
  public String token() {
    return token;
  }

  String jcaName() {
    return jcaName;
  }

  /** Hexadecimal digits in a digest. */
  int hexLength() {
    return hexLength;
  }
}
