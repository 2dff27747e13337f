package dev.tandem.sip.stack;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The headers that a message has at most once (RFC 3261 §7.3.1 has lists for the others) and that
 * decide something. JAIN-SIP takes the first and forgets the rest; the next hop may take the last,
 * and then the two have seen different messages.
 */
final class SingleHeaders {
  static final int NONE = -1;

  /** The one that may stand twice if it says the same. */
  static final int CONTENT_LENGTH = 0;

  private static final byte[][] NAMES = {
    bytes("content-length"),
    bytes("call-id"),
    bytes("cseq"),
    bytes("from"),
    bytes("to"),
    bytes("max-forwards"),
    bytes("content-type"),
    bytes("expires"),
    bytes("event"),
    bytes("session-expires"),
    bytes("min-se"),
    bytes("refer-to"),
    bytes("replaces"),
    bytes("rack"),
    bytes("rseq")
  };

  /** The compact form of each, '\0' for none. */
  private static final String COMPACT = "li\0ft\0c\0ox\0r\0\0\0";

  private static final int PLACES = 64;

  /** Which name is at the {@link #place} of a name, or behind it. */
  private static final int[] table = new int[PLACES];

  static {
    Arrays.fill(table, NONE);
    for (int i = 0; i < NAMES.length; i++) {
      int place = place(NAMES[i], 0, NAMES[i].length);
      while (table[place] != NONE) {
        place = (place + 1) % PLACES;
      }
      table[place] = i;
    }
  }

  private SingleHeaders() {}

  /** Which of them begins at {@code from}, or {@link #NONE}; blanks before the colon count not. */
  static int at(byte[] message, int from) {
    int end = from;
    while (end < message.length && isNameByte(message[end])) {
      end++;
    }
    int colon = end;
    while (colon < message.length && (message[colon] == ' ' || message[colon] == '\t')) {
      colon++;
    }
    if (colon == message.length || message[colon] != ':') {
      return NONE;
    }
    if (end - from == 1) {
      return COMPACT.indexOf(lower(message[from]));
    }
    if (end == from) {
      return NONE;
    }
    int place = place(message, from, end);
    while (table[place] != NONE && !isAt(message, from, end, NAMES[table[place]])) {
      place = (place + 1) % PLACES;
    }
    return table[place];
  }

  private static int place(byte[] bytes, int from, int to) {
    return (31 * (to - from) + 7 * lower(bytes[from]) + lower(bytes[to - 1])) & (PLACES - 1);
  }

  static String name(int index) {
    return new String(NAMES[index], StandardCharsets.US_ASCII);
  }

  private static boolean isAt(byte[] message, int from, int end, byte[] name) {
    if (end - from != name.length) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (lower(message[from + i]) != name[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNameByte(byte b) {
    return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || b == '-';
  }

  private static char lower(byte b) {
    return (char) (b >= 'A' && b <= 'Z' ? b + 32 : b);
  }

  private static byte[] bytes(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }
}
