package dev.tandem.sip.stack.plain;

/** Which bytes may stand where, in the plain form; all of them are ASCII. */
final class Bytes {
  /** Of a token, as JAIN-SIP's lexer takes it. */
  static final int TOKEN = 1;

  static final int DIGIT = 1 << 1;

  /** Of a host that is a name or an IPv4 address. */
  static final int HOST = 1 << 2;

  /** Of the user part of a URI; percent signs are apart. */
  static final int USER = 1 << 3;

  /** Of a password in a URI. */
  static final int PASSWORD = 1 << 4;

  /** Of the name or value of a URI parameter. */
  static final int URI_PARAMETER = 1 << 5;

  /** Inside quotes, without escapes. */
  static final int QUOTED = 1 << 6;

  /** Anything that is seen on paper. */
  static final int VISIBLE = 1 << 7;

  private static final String MARKS = "-_.!~*'()";
  private static final byte[] CLASSES = new byte[256];

  static {
    for (int c = '!'; c <= '~'; c++) {
      CLASSES[c] |= (byte) VISIBLE;
      if (c != '"' && c != '\\') {
        CLASSES[c] |= QUOTED;
      }
    }
    CLASSES[' '] |= QUOTED;
    for (int c = '0'; c <= 'z'; c++) {
      boolean digit = c <= '9';
      if (digit || (c >= 'A' && c <= 'Z') || c >= 'a') {
        CLASSES[c] |= TOKEN | HOST | USER | PASSWORD | URI_PARAMETER;
        CLASSES[c] |= (byte) (digit ? DIGIT : 0);
      }
    }
    add("-.!%*_+`'~", TOKEN);
    add("-._", HOST);
    add(MARKS + "&?+$#/,;=", USER);
    add(MARKS + "&=+$,", PASSWORD);
    add(MARKS + "[]/:&+$", URI_PARAMETER);
  }

  private Bytes() {}

  private static void add(String characters, int type) {
    for (int i = 0; i < characters.length(); i++) {
      CLASSES[characters.charAt(i)] |= (byte) type;
    }
  }

  static boolean is(byte b, int type) {
    return (CLASSES[b & 0xff] & type) != 0;
  }
}
