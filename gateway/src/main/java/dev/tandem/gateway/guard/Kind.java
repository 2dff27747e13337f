package dev.tandem.gateway.guard;

/** What a message is, as far as its first bytes tell. */
public enum Kind {
  REGISTER,
  INVITE,
  OTHER;

  private static final byte[] REGISTER_LINE = {'R', 'E', 'G', 'I', 'S', 'T', 'E', 'R', ' '};
  private static final byte[] INVITE_LINE = {'I', 'N', 'V', 'I', 'T', 'E', ' '};

  static Kind of(byte[] message) {
    if (beginsWith(message, REGISTER_LINE)) {
      return REGISTER;
    }
    return beginsWith(message, INVITE_LINE) ? INVITE : OTHER;
  }

  static boolean beginsWith(byte[] message, byte[] line) {
    int at = 0;
    while (at < message.length && (message[at] == '\r' || message[at] == '\n')) {
      at++; // RFC 3261 §7.5 has us ignore them
    }
    if (message.length - at < line.length) {
      return false;
    }
    for (int i = 0; i < line.length; i++) {
      if (message[at + i] != line[i]) {
        return false;
      }
    }
    return true;
  }
}
