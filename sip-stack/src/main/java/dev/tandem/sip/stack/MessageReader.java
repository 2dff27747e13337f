package dev.tandem.sip.stack;

import dev.tandem.sip.message.SipUri;
import dev.tandem.sip.stack.BadMessage.Fault;
import dev.tandem.sip.stack.plain.PlainReader;
import gov.nist.javax.sip.address.GenericURI;
import gov.nist.javax.sip.header.AddressParametersHeader;
import gov.nist.javax.sip.header.Contact;
import gov.nist.javax.sip.header.MaxForwards;
import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.header.SIPHeaderList;
import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.parser.StringMsgParser;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.sip.InvalidArgumentException;
import javax.sip.address.URI;
import javax.sip.header.ContentTypeHeader;
import javax.sip.message.Request;
import org.jspecify.annotations.Nullable;

/**
 * Bytes to a message that deserves a transaction: limits first, then JAIN-SIP's parser, then the
 * checks that its own channels do elsewhere or not at all. Thread-safe.
 */
final class MessageReader {
  private static final Pattern FOLD = Pattern.compile("(?<![\r\n])[\r\n]++[ \t]++");
  private static final Pattern VIA_COMMENT =
      Pattern.compile("(?:^|[\r\n])[ \t]*v(?:ia)?[ \t]*:[^\r\n]*\\(", Pattern.CASE_INSENSITIVE);
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*");

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
    check(message);
    if (message instanceof SIPRequest request) {
      if (!isPlain) {
        checkRequestLine(request, bytes);
      }
      checkRequest(request);
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

  private static void check(SIPMessage message) throws BadMessage {
    Via via = message.getTopmostVia();
    require(via != null, "Via");
    require(message.getCSeq() != null, "CSeq");
    require(message.getFrom() != null, "From");
    require(message.getTo() != null, "To");
    require(message.getCallId() != null, "Call-ID");
    require(message.getFrom().getAddress() != null, "From");
    checkAddresses(message);
    String tag = message.getFrom().getTag();
    if (tag == null || tag.isEmpty()) {
      throw BadMessage.badRequest(Fault.MISSING_HEADER, "From without a tag");
    }
    if (message instanceof SIPResponse response) {
      if (!ServerKey.isUnique(via.getBranch())) {
        throw BadMessage.badRequest(Fault.BRANCH, "an answer to nothing of ours");
      }
      int status = response.getStatusCode();
      if (status < 100 || status > 699) {
        throw BadMessage.badRequest(Fault.SYNTAX, "status " + status);
      }
    }
  }

  /**
   * The parser takes any text before an angle bracket for a display name, and writes it in quotes:
   * a quote or a backslash in it would end elsewhere then (RFC 3261 §25.1, display-name). Of a URI
   * that it does not know it loses what no scheme has.
   */
  private static void checkAddresses(SIPMessage message) throws BadMessage {
    for (Iterator<SIPHeader> i = message.getHeaders(); i.hasNext(); ) {
      SIPHeader header = i.next();
      if (header instanceof SIPHeaderList<?> list) {
        for (SIPHeader each : list) {
          checkAddress(message, each);
        }
      } else {
        checkAddress(message, header);
      }
    }
  }

  private static void checkAddress(SIPMessage message, SIPHeader header) throws BadMessage {
    if (header instanceof Via via && !isHost(via.getHost())) {
      throw BadMessage.badRequest(Fault.SYNTAX, "Via");
    }
    if (!(header instanceof AddressParametersHeader named) || named.getAddress() == null) {
      return;
    }
    String name = named.getAddress().getDisplayName();
    if (header instanceof Contact contact && contact.isWildCard()) {
      // Only a REGISTER has one (RFC 3261 §20.10); the parser's URI for it cannot even be written.
      if (!(message instanceof SIPRequest request)
          || !request.getMethod().equals(Request.REGISTER)) {
        throw BadMessage.badRequest(Fault.SYNTAX, "Contact");
      }
      return;
    }
    URI uri = named.getAddress().getURI();
    if ((name != null && !isQuotable(name))
        || (uri.getClass() == GenericURI.class && !isScheme(uri.getScheme()))) {
      throw BadMessage.badRequest(Fault.SYNTAX, "address in " + header.getName());
    }
  }

  /** A colon makes the parser take anything for an IPv6 address. */
  private static boolean isHost(@Nullable String host) {
    if (host == null || host.indexOf(':') < 0) {
      return host != null;
    }
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (Character.digit(c, 16) < 0 && ":.[]".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isScheme(@Nullable String scheme) {
    return scheme != null && SCHEME.matcher(scheme).matches();
  }

  private static boolean isQuotable(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) == '"' || (name.charAt(i) == '\\' && ++i == name.length())) {
        return false;
      }
    }
    return true;
  }

  /** A plain request has this behind it. */
  private static void checkRequestLine(SIPRequest request, byte[] bytes) throws BadMessage {
    if (request.getRequestLine() == null || request.getRequestURI() == null) {
      throw BadMessage.badRequest(Fault.SYNTAX, "no Request-URI");
    }
    // The parser takes any version and reports 2.0.
    if (!RawHeaders.startLine(bytes)
        .stripTrailing()
        .toUpperCase(Locale.ROOT)
        .endsWith(" SIP/2.0")) {
      throw new BadMessage(Fault.VERSION, 505, "Version Not Supported");
    }
    checkUri(RawHeaders.requestUri(bytes));
  }

  private static void checkRequest(SIPRequest request) throws BadMessage {
    if (!request.getMethod().equals(request.getCSeq().getMethod())) {
      throw BadMessage.badRequest(Fault.CSEQ, "CSeq method does not match");
    }
    if (request.getMaxForwards() == null) {
      // RFC 3261 §16.3 item 3 has a missing one mean no limit; the parser's 70 stands for that.
      try {
        request.setMaxForwards(new MaxForwards(70));
      } catch (InvalidArgumentException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /**
   * The parser reads {@code sip:2001:db8::10} as a host and a port, and lets headers stand in a
   * Request-URI (RFC 3261 §19.1.1 does not). URIs of other schemes are answered with 416 above.
   */
  private static void checkUri(String text) throws BadMessage {
    boolean isSip =
        text.regionMatches(true, 0, "sip:", 0, 4) || text.regionMatches(true, 0, "sips:", 0, 5);
    SipUri uri = isSip ? SipUri.parse(text) : null;
    if (isSip && (uri == null || uri.hasHeaders())) {
      throw BadMessage.badRequest(Fault.SYNTAX, "Request-URI");
    }
  }

  private static void require(boolean present, String header) throws BadMessage {
    if (!present) {
      throw BadMessage.badRequest(Fault.MISSING_HEADER, "missing " + header);
    }
  }

  private void boundDescription(SIPMessage message, byte[] bytes, int from, int length)
      throws BadMessage {
    ContentTypeHeader type = message.getContentTypeHeader();
    if (type == null || !"sdp".equalsIgnoreCase(type.getContentSubType())) {
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
