package dev.tandem.sip.stack.plain;

import gov.nist.javax.sip.address.SipUri;
import gov.nist.javax.sip.header.ContentLength;
import gov.nist.javax.sip.header.RequestLine;
import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.header.SIPHeaderList;
import gov.nist.javax.sip.header.SIPHeaderNamesCache;
import gov.nist.javax.sip.header.StatusLine;
import gov.nist.javax.sip.message.SIPDuplicateHeaderException;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.parser.ParseExceptionListener;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import javax.sip.InvalidArgumentException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the headers of a message that is plain: a start line as everybody writes it, nothing
 * folded. A header that is not plain goes to JAIN-SIP's parser, alone; a message that is not, as a
 * whole, to whoever asked. So what is said of odd input is what JAIN-SIP says. Used for one
 * message.
 */
public final class PlainReader {
  /** No longer than a URI may be, so that it need not be measured. */
  private static final int LONGEST_REQUEST_LINE = dev.tandem.sip.message.SipUri.MAX_LENGTH;

  private final byte[] bytes;
  private final ParseExceptionListener judge;
  private final Line line;

  /** Lists in this message that are other messages' too. */
  private final List<SIPHeader> shared = new ArrayList<>(4);

  /**
   * For one message.
   *
   * @param judge decides which header that cannot be parsed makes the whole message bad
   */
  public PlainReader(byte[] bytes, ParseExceptionListener judge) {
    this.bytes = bytes;
    this.judge = judge;
    this.line = new Line(bytes);
  }

  /** Whether nobody has changed a header that several messages have in common; for tests. */
  public static boolean sharedHeadersAreIntact() {
    return SharedHeaders.instance().areIntact();
  }

  /**
   * The message without its body; null when it is not plain.
   *
   * @param lines where each line begins, the empty one after the headers included; every line ends
   *     with a line feed, and no carriage return stands anywhere else than before one
   */
  public @Nullable SIPMessage read(int[] lines, int count) throws ParseException {
    ReadMessage message = startLine(lines[1]);
    if (message == null) {
      return null;
    }
    for (int i = 1; i < count - 1; i++) {
      if (!header(message, lines[i], trimmed(lines[i], lines[i + 1]))) {
        return null;
      }
    }
    return message.message();
  }

  /** Where the line ends without blanks, control characters and its end. */
  private int trimmed(int from, int to) {
    int end = to;
    while (end > from && (bytes[end - 1] & 0xff) <= ' ') {
      end--;
    }
    return end;
  }

  private @Nullable ReadMessage startLine(int next) {
    int end = trimmed(0, next);
    if (bytes[end] != '\r' && bytes[end] != '\n') {
      return null; // what follows the version is judged by others
    }
    line.moveTo(0, end);
    return line.skip(Ascii.VERSION_AND_BLANK) ? statusLine() : requestLine(end);
  }

  private @Nullable ReadMessage statusLine() {
    int status = line.number();
    if (status < 100 || status > 699 || !line.skip(' ')) {
      return null;
    }
    String reason = line.phrase();
    if (reason == null || reason.charAt(0) == ' ') {
      return null;
    }
    StatusLine statusLine = new StatusLine();
    statusLine.setStatusCode(status);
    statusLine.setReasonPhrase(reason);
    ReadResponse response = new ReadResponse();
    response.setStatusLine(statusLine);
    return response;
  }

  private @Nullable ReadMessage requestLine(int length) {
    if (length > LONGEST_REQUEST_LINE) {
      return null;
    }
    String method = Methods.known(line.word());
    if (method == null || !line.skip(' ')) {
      return null;
    }
    SipUri uri = line.uri();
    if (uri == null || !line.skip(' ') || !line.skip(Ascii.VERSION) || !line.isAtEnd()) {
      return null;
    }
    RequestLine requestLine = new RequestLine(uri, method);
    ReadRequest request = new ReadRequest();
    request.setRequestLine(requestLine);
    return request;
  }

  /** Returns false when the message is not plain. */
  private boolean header(ReadMessage message, int from, int to) throws ParseException {
    if ((bytes[from] & 0xff) <= ' ') {
      return false; // folded, or what JAIN-SIP takes for the end of the headers
    }
    int colon = from;
    while (colon < to && bytes[colon] != ':') {
      colon++;
    }
    HeaderName name = HeaderName.at(bytes, from, colon);
    if (name == null || colon == to) {
      return byJain(message, from, to, false);
    }
    if (name.compareTo(HeaderName.ACCEPT) >= 0) {
      SIPHeader known = SharedHeaders.instance().find(bytes, from, to);
      return known == null
          ? byJain(message, from, to, true)
          : add(message, name.lowerName(), known, true);
    }
    line.moveTo(colon + 1, to);
    line.skipBlanks();
    if (name == HeaderName.CONTENT_LENGTH) {
      int length = line.number();
      if (length < 0 || !line.isAtEnd()) {
        return byJain(message, from, to, false);
      }
      return setLength(message.message(), length);
    }
    SIPHeader header = HeaderReader.read(name, line);
    return header == null
        ? byJain(message, from, to, false)
        : add(message, name.lowerName(), header, false);
  }

  private boolean byJain(ReadMessage message, int from, int to, boolean share)
      throws ParseException {
    String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    SIPHeader header;
    try {
      header = JainHeaders.parse(text);
    } catch (ParseException e) {
      judge.handleException(e, message.message(), null, text, null);
      return true;
    }
    if (share) {
      SharedHeaders.instance().keep(bytes, from, to, header);
    }
    return add(message, SIPHeaderNamesCache.toLowerCase(header.getName()), header, share);
  }

  /** Returns false when it would change what other messages have too. */
  private boolean add(ReadMessage message, String lowerName, SIPHeader header, boolean share) {
    if (header instanceof ContentLength length) {
      return setLength(message.message(), length.getContentLength());
    }
    boolean list = header instanceof SIPHeaderList;
    if (message.putFirst(lowerName, header)) {
      if (share && list) {
        shared.add(header);
      }
      return true;
    }
    if (!list) {
      return true; // JAIN-SIP keeps the first
    }
    if (!shared.isEmpty() && shared.contains(message.find(lowerName))) {
      return false;
    }
    try {
      message.message().attachHeader(header, false);
    } catch (SIPDuplicateHeaderException e) {
      return false;
    }
    return true;
  }

  private static boolean setLength(SIPMessage message, int length) {
    try {
      message.getContentLength().setContentLength(length);
      return true;
    } catch (InvalidArgumentException e) {
      return false;
    }
  }
}
