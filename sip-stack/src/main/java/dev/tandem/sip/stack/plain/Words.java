package dev.tandem.sip.stack.plain;

import java.nio.charset.StandardCharsets;

/**
 * Strings that come again and again: names of parameters, hosts, methods, transports. A word that
 * was seen costs no new string; where two share a place the later one takes it. Thread-safe without
 * locks, since strings are immutable.
 */
final class Words {
  private static final int PLACES = 1024;
  private static final int LONGEST = 40;
  private static final String[] seen = new String[PLACES];

  private Words() {}

  /** The ASCII text from {@code from} to {@code to}. */
  static String of(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length > LONGEST) {
      return text(bytes, from, to);
    }
    int hash = length;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + bytes[i];
    }
    int place = (hash ^ hash >>> 10) & (PLACES - 1);
    String word = seen[place];
    if (word != null && word.length() == length && isAt(word, bytes, from)) {
      return word;
    }
    String fresh = text(bytes, from, to);
    seen[place] = fresh;
    return fresh;
  }

  private static boolean isAt(String word, byte[] bytes, int from) {
    for (int i = 0; i < word.length(); i++) {
      if (word.charAt(i) != bytes[from + i]) {
        return false;
      }
    }
    return true;
  }

  /** ASCII, and not expected again. */
  static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }
}
