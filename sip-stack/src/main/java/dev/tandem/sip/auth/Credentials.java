package dev.tandem.sip.auth;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What proves who a user is: HA1 = H(user ":" realm ":" password) for each algorithm that the user
 * may answer with. Immutable. HA1 is as good as the password within its realm, so neither is ever
 * printed.
 */
public final class Credentials {
  private final byte @Nullable [] md5;
  private final byte @Nullable [] sha256;

  private Credentials(byte @Nullable [] md5, byte @Nullable [] sha256) {
    this.md5 = md5;
    this.sha256 = sha256;
  }

  /** From a password: good for every algorithm. The user name is the one the client sends. */
  public static Credentials ofPassword(String user, String realm, String password) {
    Digests digests = Digests.ofThisThread();
    return new Credentials(
        digests.ha1(DigestAlgorithm.MD5, user, realm, password),
        digests.ha1(DigestAlgorithm.SHA_256, user, realm, password));
  }

  /**
   * From HA1 values in hexadecimal; a user without one for an algorithm cannot log in with it.
   *
   * @throws IllegalArgumentException when one has a wrong length or is no hexadecimal
   */
  public static Credentials ofHa1(Map<DigestAlgorithm, String> ha1) {
    Map<DigestAlgorithm, byte[]> octets = new EnumMap<>(DigestAlgorithm.class);
    ha1.forEach(
        (algorithm, hex) -> {
          if (hex.length() != algorithm.hexLength() || !Hex.isHex(hex)) {
            throw new IllegalArgumentException(
                "HA1 for "
                    + algorithm.token()
                    + " must be "
                    + algorithm.hexLength()
                    + " hex digits");
          }
          octets.put(algorithm, hex.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII));
        });
    return new Credentials(octets.get(DigestAlgorithm.MD5), octets.get(DigestAlgorithm.SHA_256));
  }

  /** HA1 in lower-case hexadecimal; not to be written to. */
  byte @Nullable [] ha1(DigestAlgorithm algorithm) {
    return switch (algorithm) {
      case MD5 -> md5;
      case SHA_256 -> sha256;
    };
  }

  @Override
  public String toString() {
    return "Credentials[...]";
  }
}
