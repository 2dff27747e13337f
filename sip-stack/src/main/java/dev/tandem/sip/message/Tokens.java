package dev.tandem.sip.message;

import java.security.SecureRandom;

/**
 * Random tokens for tags, branches and Call-IDs: 128 bits that nobody can guess (RFC 3261 §19.3
 * asks for 32). Thread-safe.
 */
public final class Tokens {
  private static final char[] ALPHABET =
      "abcdefghijklmnopqrstuvwxyz012345".toCharArray(); // 5 bits each; case never matters
  private static final int LENGTH = 26;
  private static final ThreadLocal<Source> sources = ThreadLocal.withInitial(Source::new);

  private Tokens() {}

  public static String tag() {
    return sources.get().token("");
  }

  /** With the magic cookie of RFC 3261 §8.1.1.7. */
  public static String branch() {
    return sources.get().token("z9hG4bK");
  }

  public static String callId() {
    return sources.get().token("");
  }

  /** Asks the system for randomness in large pieces: one call each would cost a lock each. */
  private static final class Source {
    private final SecureRandom random = new SecureRandom();
    private final byte[] pool = new byte[LENGTH * 64];
    private int used = pool.length;

    String token(String prefix) {
      if (used == pool.length) {
        random.nextBytes(pool);
        used = 0;
      }
      char[] text = new char[prefix.length() + LENGTH];
      prefix.getChars(0, prefix.length(), text, 0);
      for (int i = prefix.length(); i < text.length; i++) {
        text[i] = ALPHABET[pool[used++] & 31];
      }
      return new String(text);
    }
  }
}
