package dev.tandem.sip.stack;

import dev.tandem.sip.stack.BadMessage.Fault;
import dev.tandem.sip.stack.plain.PlainReader;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.parser.StringMsgParser;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Arrays;
import java.util.regex.Pattern;
import javax.sip.header.ContentTypeHeader;
import org.jspecify.annotations.Nullable;

/**
 * Bytes to a message that deserves a transaction: limits first, then JAIN-SIP's parser or ours,
 * then {@link MessageChecks}, and its body. Thread-safe.
 */
final class MessageReader {
  private static final Pattern FOLD = Pattern.compile("(?<![\r\n])[\r\n]++[ \t]++");
  private static final Pattern VIA_COMMENT =
      Pattern.compile("(?:^|[\r\n])[ \t]*v(?:ia)?[ \t]*:[^\r\n]*\\(", Pattern.CASE_INSENSITIVE);

  private final MessageLimits limits;
  private final boolean plain;

  MessageReader(MessageLimits limits) {
    this(limits, true);
  }

  /**
   * For tests, which compare both.
   *
   * @param plain whether plain messages are read by the {@link PlainReader}
   */
  MessageReader(MessageLimits limits, boolean plain) {
    this.limits = limits;
    this.plain = plain;
  }

  /**
   * Reads one whole message.
   *
   * @param stream whether the message came framed by its Content-Length or by its frame, so that
   *     extra bytes are an error; in a datagram they are padding (RFC 3261 §18.3)
   */
  SIPMessage read(byte[] bytes, boolean stream) throws BadMessage {
    try {
      return readWhole(bytes, stream);
    } finally {
      HeaderNameCache.bound();
    }
  }

  private SIPMessage readWhole(byte[] bytes, boolean stream) throws BadMessage {
    HeaderScan scan = HeaderScan.of(bytes, limits);
    checkViaComments(bytes, scan.bodyOffset());
    SIPMessage message = plain && scan.isPlain() ? readPlain(bytes, scan) : null;
    boolean isPlain = message != null;
    if (message == null) {
      message = parse(bytes);
    }
    if (message == null) {
      throw BadMessage.badRequest(Fault.SYNTAX, "no start line");
    }
    MessageChecks.check(message);
    if (message instanceof SIPRequest request) {
      if (!isPlain) {
        MessageChecks.checkRequestLine(request, bytes);
      }
      MessageChecks.checkRequest(request);
    }
    attachBody(message, bytes, scan.bodyOffset(), stream);
    return message;
  }

  /**
   * The parser reads on for ever behind a comment in Via that an escape keeps open (and RFC 3261
   * §25.1 has no comments there), whatever it takes for the end of a line.
   */
  private static void checkViaComments(byte[] bytes, int end) throws BadMessage {
    boolean comment = false;
    boolean escape = false;
    for (int i = 0; i < end; i++) {
      comment |= bytes[i] == '(';
      escape |= bytes[i] == '\\';
    }
    if (comment && escape) {
      String head = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
      if (VIA_COMMENT.matcher(FOLD.matcher(head).replaceAll(" ")).find()) {
        throw BadMessage.badRequest(Fault.SYNTAX, "comment in Via");
      }
    }
  }

  private static @Nullable SIPMessage readPlain(byte[] bytes, HeaderScan scan) throws BadMessage {
    try {
      SIPMessage message =
          new PlainReader(bytes, StrictHeaders.INSTANCE).read(scan.lines(), scan.lineCount());
      if (message != null) {
        message.setSize(scan.bodyOffset());
      }
      return message;
    } catch (ParseException e) {
      throw BadMessage.badRequest(Fault.SYNTAX, String.valueOf(e.getMessage()));
    } catch (RuntimeException | StackOverflowError e) {
      throw unreadable();
    }
  }

  private static @Nullable SIPMessage parse(byte[] bytes) throws BadMessage {
    try {
      return new StringMsgParser().parseSIPMessage(bytes, false, false, StrictHeaders.INSTANCE);
    } catch (ParseException e) {
      throw BadMessage.badRequest(Fault.SYNTAX, String.valueOf(e.getMessage()));
    } catch (RuntimeException | StackOverflowError e) {
      throw unreadable();
    }
  }

  /** The parser is not ours: whatever it throws, the message is to blame. */
  private static BadMessage unreadable() {
    return BadMessage.badRequest(Fault.SYNTAX, "unreadable");
  }

  private void boundDescription(SIPMessage message, byte[] bytes, int from, int length)
      throws BadMessage {
    ContentTypeHeader type = message.getContentTypeHeader();
    if (type == null
        || !("sdp".equalsIgnoreCase(type.getContentSubType())
            || "multipart".equalsIgnoreCase(type.getContentType()))) {
      return;
    }
    int lines = 0;
    for (int i = from; i < from + length; i++) {
      if (bytes[i] == '\n' && ++lines > limits.descriptionLines()) {
        throw new BadMessage(
            Fault.HEADER_LIMIT, 513, "more than " + limits.descriptionLines() + " lines of SDP");
      }
    }
  }

  private void attachBody(SIPMessage message, byte[] bytes, int bodyOffset, boolean stream)
      throws BadMessage {
    int present = bytes.length - bodyOffset;
    int length = message.getContentLength().getContentLength();
    if (length == 0 && present > 0 && RawHeaders.values(bytes, "Content-Length", 'l').isEmpty()) {
      // RFC 7118 §5: a WebSocket message need not have one; RFC 3261 §18.3 says the same of UDP.
      length = present;
    }
    if (length < 0 || length > present || (stream && length != present)) {
      throw BadMessage.badRequest(
          Fault.CONTENT_LENGTH, "Content-Length " + length + " but " + present + " bytes of body");
    }
    if (length > 0) {
      boundDescription(message, bytes, bodyOffset, length);
      message.setMessageContent(Arrays.copyOfRange(bytes, bodyOffset, bodyOffset + length));
    }
  }
}
