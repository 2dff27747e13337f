package dev.tandem.sip.stack;

import dev.tandem.sip.stack.BadMessage.Fault;
import java.util.Arrays;
import java.util.List;

/**
 * One pass over the bytes of a message, before parsing: finds where the header section ends, holds
 * it to the {@link MessageLimits}, and refuses a second one of {@link SingleHeaders}. Linear in the
 * size of the message. Used for one message.
 */
final class HeaderScan {
  private static final int NOT_OPEN = -1;

  /** Bytes that say something about the form of a message; all others are passed over. */
  private static final boolean[] STOPS = new boolean[256];

  static {
    for (char c : "\r\n\"<>,".toCharArray()) {
      STOPS[c] = true;
    }
  }

  private final byte[] message;
  private final MessageLimits limits;
  private int headerStart;
  private int headers;

  /** Where each line begins that goes on with no other. */
  private int[] lines = new int[24];

  private int lineCount = 1;
  private boolean plain = true;
  private int bodyOffset;

  /** A bit for each of {@link SingleHeaders} that was there. */
  private int seen;

  // Of the header that is being looked at.
  private int values = 1;
  private int quote = NOT_OPEN;
  private int uri = NOT_OPEN;

  private HeaderScan(byte[] message, MessageLimits limits) {
    this.message = message;
    this.limits = limits;
  }

  /**
   * Scans a whole message.
   *
   * @throws BadMessage 513 when a limit is passed, 400 when the header section does not end, says
   *     twice what it may say once, or has a carriage return alone: for the parser it ends a line,
   *     for {@link RawHeaders} it does not
   */
  static HeaderScan of(byte[] message, MessageLimits limits) throws BadMessage {
    HeaderScan scan = new HeaderScan(message, limits);
    scan.bodyOffset = scan.scan();
    return scan;
  }

  /** The offset of the first body byte. */
  int bodyOffset() {
    return bodyOffset;
  }

  /** Whether no line is folded. */
  boolean isPlain() {
    return plain && message[0] > ' ';
  }

  /** Where each line begins, that of the empty one after the headers included. */
  int[] lines() {
    return lines;
  }

  int lineCount() {
    return lineCount;
  }

  private int scan() throws BadMessage {
    byte[] bytes = message;
    int lineStart = 0;
    for (int i = nextStop(bytes, 0); i < bytes.length; i = nextStop(bytes, i + 1)) {
      if (bytes[i] != '\n') {
        mark(i);
        continue;
      }
      checkLengths(i - 1);
      int lineEnd = i > lineStart && bytes[i - 1] == '\r' ? i - 1 : i;
      if (lineEnd == lineStart && lineStart > 0) {
        return i + 1;
      }
      lineStart = i + 1;
      nextLine(lineStart);
    }
    checkLengths(bytes.length - 1);
    throw BadMessage.badRequest(Fault.SYNTAX, "the header section does not end");
  }

  /** Apart from the rest, and small, so that the compiler makes it as quick as it can be. */
  private static int nextStop(byte[] bytes, int from) {
    int i = from;
    while (i < bytes.length && !STOPS[bytes[i] & 0xff]) {
      i++;
    }
    return i;
  }

  /** What is open at {@code last} must not be longer than it may be. */
  private void checkLengths(int last) throws BadMessage {
    if (quote != NOT_OPEN && last - quote > limits.quotedBytes()) {
      throw tooLarge("a quoted text of more than " + limits.quotedBytes() + " bytes");
    }
    if (uri != NOT_OPEN && last - uri > limits.uriBytes()) {
      throw tooLarge("a URI of more than " + limits.uriBytes() + " bytes");
    }
    if (last - headerStart >= limits.lineBytes()) {
      throw tooLarge("a header of more than " + limits.lineBytes() + " bytes");
    }
    if (last >= limits.headerBytes()) {
      throw tooLarge("more than " + limits.headerBytes() + " bytes of headers");
    }
  }

  private void nextLine(int start) throws BadMessage {
    if (isFolded(start)) {
      plain = false;
    } else {
      nextHeader(start);
    }
  }

  private boolean isFolded(int line) {
    return line < message.length && (message[line] == ' ' || message[line] == '\t');
  }

  private void nextHeader(int start) throws BadMessage {
    headerStart = start;
    if (lineCount == lines.length) {
      lines = Arrays.copyOf(lines, 2 * lines.length);
    }
    lines[lineCount++] = start;
    values = 1;
    quote = NOT_OPEN;
    uri = NOT_OPEN;
    if (++headers > limits.headers()) {
      throw tooLarge("more than " + limits.headers() + " headers");
    }
    int single = SingleHeaders.at(message, start);
    if (single != SingleHeaders.NONE) {
      if ((seen & 1 << single) != 0
          && !(single == SingleHeaders.CONTENT_LENGTH && lengthsAgree())) {
        throw BadMessage.badRequest(Fault.TWICE, "two of " + SingleHeaders.name(single));
      }
      seen |= 1 << single;
    }
  }

  private boolean lengthsAgree() {
    List<String> lengths = RawHeaders.values(message, "Content-Length", 'l');
    return lengths.stream().distinct().count() == 1;
  }

  /** One of {@link #STOPS} that does not end the line. */
  private void mark(int i) throws BadMessage {
    byte b = message[i];
    if (b == '\r') {
      if (i + 1 == message.length || message[i + 1] != '\n') {
        // Some readers take it for a line end, others for a part of the line (RFC 3261 §7.3.1).
        throw BadMessage.badRequest(Fault.SYNTAX, "a carriage return alone");
      }
    } else if (quote != NOT_OPEN) {
      if (b == '"' && !isEscaped(i)) {
        checkLengths(i - 1);
        quote = NOT_OPEN;
      }
    } else if (uri != NOT_OPEN) {
      if (b == '>') {
        checkLengths(i - 1);
        uri = NOT_OPEN;
      }
    } else if (b == '"') {
      quote = i;
    } else if (b == '<') {
      uri = i;
    } else if (b == ',' && ++values > limits.values()) {
      throw tooLarge("more than " + limits.values() + " values in one header");
    }
  }

  private boolean isEscaped(int i) {
    int backslashes = 0;
    while (i - backslashes - 1 > quote && message[i - backslashes - 1] == '\\') {
      backslashes++;
    }
    return backslashes % 2 == 1;
  }

  private static BadMessage tooLarge(String what) {
    return new BadMessage(Fault.HEADER_LIMIT, 513, what);
  }
}
