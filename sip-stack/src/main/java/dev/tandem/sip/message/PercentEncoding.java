package dev.tandem.sip.message;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The {@code %HH} escapes of a SIP URI (RFC 3261 §19.1.2). */
final class PercentEncoding {
  private static final String MARKS = "-_.!~*'()";
  private static final String USER_MARKS = "&=+$,;?/";
  private static final String HEX = "0123456789ABCDEF";

  private PercentEncoding() {}

  /** Whether every {@code %} is followed by two hexadecimal digits. */
  static boolean isWellFormed(String text) {
    for (int at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 3)) {
      if (at + 2 >= text.length() || octet(text, at) < 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Undoes every escape; the octets are UTF-8, and a text whose octets are not stays as it is. The
   * text must be well-formed.
   */
  static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] raw = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(raw.length);
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] == '%') {
        out.write(Character.digit(raw[i + 1], 16) << 4 | Character.digit(raw[i + 2], 16));
        i += 2;
      } else {
        out.write(raw[i]);
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(out.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      return text;
    }
  }

  /**
   * Undoes the escapes of unreserved characters only, and writes the others in capitals: two texts
   * are equivalent (RFC 3261 §19.1.4) when this makes them equal.
   */
  static String normalise(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '%') {
        out.append(c);
        continue;
      }
      int octet = octet(text, i);
      if (isUnreserved((char) octet)) {
        out.append((char) octet);
      } else {
        appendEscape(out, octet);
      }
      i += 2;
    }
    return out.toString();
  }

  /** Escapes what may not stand in the user part of a SIP URI (RFC 3261 §25.1, "user"). */
  static String encodeUser(String user) {
    int i = 0;
    while (i < user.length() && mayStandInUser(user.charAt(i))) {
      i++;
    }
    if (i == user.length()) {
      return user;
    }
    StringBuilder out = new StringBuilder(user.length() + 12);
    for (byte octet : user.getBytes(StandardCharsets.UTF_8)) {
      if (octet > 0 && mayStandInUser((char) octet)) {
        out.append((char) octet);
      } else {
        appendEscape(out, octet & 0xff);
      }
    }
    return out.toString();
  }

  private static void appendEscape(StringBuilder out, int octet) {
    out.append('%').append(HEX.charAt(octet >> 4)).append(HEX.charAt(octet & 15));
  }

  static boolean mayStandInUser(char c) {
    return isUnreserved(c) || USER_MARKS.indexOf(c) >= 0;
  }

  private static boolean isUnreserved(char c) {
    return isAlphanumeric(c) || MARKS.indexOf(c) >= 0;
  }

  static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /** The octet that the escape at {@code at} stands for, or negative. */
  private static int octet(String text, int at) {
    int high = hexDigit(text.charAt(at + 1));
    int low = hexDigit(text.charAt(at + 2));
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  /** Like {@link Character#digit}, but for ASCII only. */
  private static int hexDigit(char c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }
}
