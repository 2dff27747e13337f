package dev.tandem.sip.stack;

import dev.tandem.sip.stack.BadMessage.Fault;

/**
 * One pass over the bytes of a message, before parsing: finds where the header section ends and
 * holds it to the {@link MessageLimits}. Linear in the size of the message, allocates nothing.
 */
final class HeaderScan {
  private HeaderScan() {}

  /**
   * Returns the offset of the first body byte.
   *
   * @throws BadMessage 513 when a limit is passed, 400 when the header section does not end
   */
  static int bodyOffset(byte[] message, MessageLimits limits) throws BadMessage {
    int lineStart = 0;
    int headerStart = 0;
    int headers = 0;
    int values = 1;
    boolean quoted = false;
    for (int i = 0; i < message.length; i++) {
      byte b = message[i];
      if (b == '\n') {
        int lineEnd = i > lineStart && message[i - 1] == '\r' ? i - 1 : i;
        if (lineEnd == lineStart && lineStart > 0) {
          return i + 1;
        }
        if (i + 1 < message.length && (message[i + 1] == ' ' || message[i + 1] == '\t')) {
          lineStart = i + 1; // folded: the header goes on
        } else {
          lineStart = i + 1;
          headerStart = lineStart;
          headers++;
          values = 1;
          quoted = false;
        }
        if (headers > limits.headers()) {
          throw tooLarge("more than " + limits.headers() + " headers");
        }
      } else if (b == '"') {
        quoted = !quoted;
      } else if (b == ',' && !quoted && ++values > limits.values()) {
        throw tooLarge("more than " + limits.values() + " values in one header");
      }
      if (i - headerStart >= limits.lineBytes()) {
        throw tooLarge("a header of more than " + limits.lineBytes() + " bytes");
      }
      if (i >= limits.headerBytes()) {
        throw tooLarge("more than " + limits.headerBytes() + " bytes of headers");
      }
    }
    throw BadMessage.badRequest(Fault.SYNTAX, "the header section does not end");
  }

  private static BadMessage tooLarge(String what) {
    return new BadMessage(Fault.HEADER_LIMIT, 513, what);
  }
}
