package dev.tandem.sip.transport.net;

/**
 * Finds Content-Length in a header section (RFC 3261 §20.14), in either name, any case, with blanks
 * before the colon and the value folded onto further lines (§7.3.1). Pure.
 *
 * <p>Several that agree count as one. Where they disagree nobody can say where the message ends,
 * and two hops that choose differently can be made to see different messages; so that is an error.
 */
final class ContentLength {
  static final int MISSING = -1;
  static final int MALFORMED = -2;
  static final int CONTRADICTORY = -3;

  /** Stands for all values too large to be an int. */
  static final int HUGE = Integer.MAX_VALUE;

  private static final byte[] LONG_NAME = {
    'c', 'o', 'n', 't', 'e', 'n', 't', '-', 'l', 'e', 'n', 'g', 't', 'h'
  };
  private static final byte[] COMPACT_NAME = {'l'};

  private ContentLength() {}

  /**
   * What the header section in {@code head[from, to)} says: a length in bytes, or one of the
   * negative constants. The start line is not looked at.
   */
  static int find(byte[] head, int from, int to) {
    int found = MISSING;
    int line = nextLine(head, from, to);
    while (line < to) {
      int value = valueStart(head, line, to);
      int next = nextLine(head, line, to);
      if (value >= 0) {
        while (next < to && isBlank(head[next])) {
          next = nextLine(head, next, to);
        }
        int length = parse(head, value, next);
        if (length < 0) {
          return length;
        }
        if (found != MISSING && found != length) {
          return CONTRADICTORY;
        }
        found = length;
      }
      line = next;
    }
    return found;
  }

  private static int nextLine(byte[] head, int at, int to) {
    int i = at;
    while (i < to && head[i] != '\n') {
      i++;
    }
    return Math.min(i + 1, to);
  }

  /** Where the value begins if this line is a Content-Length, else -1. */
  private static int valueStart(byte[] head, int line, int to) {
    int at = afterName(head, line, to, LONG_NAME);
    if (at < 0) {
      at = afterName(head, line, to, COMPACT_NAME);
    }
    while (at >= 0 && at < to && isBlank(head[at])) {
      at++;
    }
    return at >= 0 && at < to && head[at] == ':' ? at + 1 : -1;
  }

  private static int afterName(byte[] head, int line, int to, byte[] name) {
    if (to - line < name.length) {
      return -1;
    }
    for (int i = 0; i < name.length; i++) {
      int letter = head[line + i];
      if (letter >= 'A' && letter <= 'Z') {
        letter += 'a' - 'A';
      }
      if (letter != name[i]) {
        return -1;
      }
    }
    return line + name.length;
  }

  private static int parse(byte[] head, int from, int to) {
    int at = skipSpace(head, from, to);
    int firstDigit = at;
    long value = 0;
    while (at < to && head[at] >= '0' && head[at] <= '9') {
      value = Math.min(value * 10 + (head[at] - '0'), HUGE);
      at++;
    }
    boolean onlyDigits = at > firstDigit && skipSpace(head, at, to) == to;
    return onlyDigits ? (int) value : MALFORMED;
  }

  private static int skipSpace(byte[] head, int from, int to) {
    int at = from;
    while (at < to && (isBlank(head[at]) || head[at] == '\r' || head[at] == '\n')) {
      at++;
    }
    return at;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }
}
