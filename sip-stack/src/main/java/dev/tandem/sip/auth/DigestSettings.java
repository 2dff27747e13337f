package dev.tandem.sip.auth;

import java.time.Duration;
import java.util.List;

/**
 * How a realm challenges.
 *
 * @param realm shown to users; without quotes, backslashes and control characters
 * @param algorithms in the order of their challenges, strongest first as RFC 8760 §2.3 has it. See
 *     {@link #DEFAULT_ALGORITHMS} before changing it
 * @param nonceLifetime how long a nonce may be used
 * @param nonceSlots how many nonces can be in repeated use at a time; a power of two, eight bytes
 *     each
 * @param uriMustMatch whether the {@code uri} parameter must name the address of the Request-URI
 *     (RFC 7616 §3.4.6). SIPp without {@code -auth_uri} sends the server's address in it whatever
 *     it calls
 */
public record DigestSettings(
    String realm,
    List<DigestAlgorithm> algorithms,
    Duration nonceLifetime,
    int nonceSlots,
    boolean uriMustMatch) {

  /**
   * SHA-256, then MD5, each in a header line of its own. The order is RFC 8760's, and it is also
   * the only one with which browsers can log in: SIP.js 0.21.2 and JsSIP 3.13.8 know MD5 only, and
   * their parsers keep the <em>last</em> of several WWW-Authenticate or Proxy-Authenticate lines
   * (each {@code setHeader} replaces the one before; run and seen). With MD5 first they see SHA-256
   * and give up. Clients that look at the first line alone and know MD5 only (PJSIP to 2.10, old
   * SIPp) need a list of just MD5. MD5 is not yet broken as it is used here, but it makes guessing
   * a weak password from a captured login cheap: whoever has no such clients offers SHA-256 alone.
   */
  public static final List<DigestAlgorithm> DEFAULT_ALGORITHMS =
      List.of(DigestAlgorithm.SHA_256, DigestAlgorithm.MD5);

  public static final Duration DEFAULT_NONCE_LIFETIME = Duration.ofMinutes(5);
  public static final int DEFAULT_NONCE_SLOTS = 1 << 16;

  public DigestSettings {
    if (realm.isEmpty()
        || realm.chars().anyMatch(c -> c < ' ' || c == 0x7f || c == '"' || c == '\\')) {
      throw new IllegalArgumentException("not usable as a realm: " + realm);
    }
    algorithms = List.copyOf(algorithms);
    if (algorithms.isEmpty() || algorithms.stream().distinct().count() < algorithms.size()) {
      throw new IllegalArgumentException("algorithms must be different ones, at least one");
    }
    if (nonceLifetime.isZero() || nonceLifetime.isNegative()) {
      throw new IllegalArgumentException("nonceLifetime must be positive, was " + nonceLifetime);
    }
    if (Integer.bitCount(nonceSlots) != 1 || nonceSlots < 1 || nonceSlots > 1 << 24) {
      throw new IllegalArgumentException(
          "nonceSlots must be a power of two up to 2^24, was " + nonceSlots);
    }
  }

  /** The defaults for a realm. */
  public static DigestSettings of(String realm) {
    return new DigestSettings(
        realm, DEFAULT_ALGORITHMS, DEFAULT_NONCE_LIFETIME, DEFAULT_NONCE_SLOTS, true);
  }
}
