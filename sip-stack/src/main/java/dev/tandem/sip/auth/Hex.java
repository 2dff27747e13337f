package dev.tandem.sip.auth;

import java.nio.charset.StandardCharsets;

/** Lower-case hexadecimal by table, the form in which digests are sent and digested again. */
final class Hex {
  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private Hex() {}

  /** Writes {@code length} octets as twice as many digits. */
  static void encode(byte[] octets, int length, byte[] out, int at) {
    for (int i = 0; i < length; i++) {
      out[at + 2 * i] = DIGITS[octets[i] >> 4 & 15];
      out[at + 2 * i + 1] = DIGITS[octets[i] & 15];
    }
  }

  static String encode(byte[] octets, int length) {
    byte[] out = new byte[2 * length];
    encode(octets, length, out, 0);
    return new String(out, StandardCharsets.ISO_8859_1);
  }

  static boolean isHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (digit(text.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * The number that {@code from} to {@code to} show; the caller has checked that they are digits.
   */
  static long number(String text, int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      value = value << 4 | digit(text.charAt(i));
    }
    return value;
  }

  /** The value of a digit of either case, or negative. */
  static int digit(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
      return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  }
}
