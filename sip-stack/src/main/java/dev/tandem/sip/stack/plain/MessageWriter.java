package dev.tandem.sip.stack.plain;

import gov.nist.javax.sip.header.ContentLength;
import gov.nist.javax.sip.header.RequestLine;
import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.header.StatusLine;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Arrays;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Writes a message as JAIN-SIP's {@code encodeAsBytes} does, byte for byte, but into one buffer
 * that each thread keeps, and with one copy instead of five; and always in UTF-8, where JAIN-SIP
 * writes the headers, too, in the charset that a peer has given its body (RFC 3261 §7.3.1, §7.4.1).
 * Thread-safe; two threads must not write the same message at once.
 */
public final class MessageWriter {
  private static final int USUAL_LENGTH = 2048;
  private static final int LONGEST_KEPT = 32 * 1024;
  private static final ThreadLocal<StringBuilder> buffers =
      ThreadLocal.withInitial(() -> new StringBuilder(USUAL_LENGTH));

  private MessageWriter() {}

  /**
   * The message as it is sent.
   *
   * @param transport what its top Via names, whatever it named before
   */
  public static byte[] write(SIPMessage message, String transport) {
    if (message.isNullRequest()) {
      return message.encodeAsBytes(transport);
    }
    StringBuilder text = buffers.get();
    text.setLength(0);
    if (text.capacity() > LONGEST_KEPT) {
      text.trimToSize();
    }
    if (!writeStartLine(message, text)) {
      return message.encodeAsBytes(transport);
    }
    try {
      message.getTopmostVia().setTransport(transport);
    } catch (ParseException e) {
      throw new IllegalArgumentException(transport, e);
    }
    for (Iterator<SIPHeader> i = message.getHeaders(); i.hasNext(); ) {
      SIPHeader header = i.next();
      if (!(header instanceof ContentLength)) {
        header.encode(text);
      }
    }
    ((ContentLength) message.getContentLength()).encode(text);
    text.append("\r\n");
    return joined(text.toString().getBytes(StandardCharsets.UTF_8), message.getRawContent());
  }

  private static boolean writeStartLine(SIPMessage message, StringBuilder text) {
    if (message instanceof SIPRequest request) {
      RequestLine line = request.getRequestLine();
      if (line == null) {
        return false;
      }
      line.encode(text);
      return true;
    }
    StatusLine line = ((SIPResponse) message).getStatusLine();
    if (line == null) {
      return false;
    }
    text.append("SIP/2.0 ").append(line.getStatusCode());
    if (line.getReasonPhrase() != null) {
      text.append(' ').append(line.getReasonPhrase());
    }
    text.append("\r\n");
    return true;
  }

  private static byte[] joined(byte[] headers, byte @Nullable [] content) {
    if (content == null || content.length == 0) {
      return headers;
    }
    byte[] whole = Arrays.copyOf(headers, headers.length + content.length);
    System.arraycopy(content, 0, whole, headers.length, content.length);
    return whole;
  }
}
