package dev.tandem.gateway.sip.header;

import dev.tandem.gateway.call.Body;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.call.PeerFeatures;
import dev.tandem.gateway.call.Q850;
import dev.tandem.gateway.routing.Crossing;
import gov.nist.javax.sip.header.Allow;
import gov.nist.javax.sip.header.ContentType;
import gov.nist.javax.sip.header.ExtensionHeaderImpl;
import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.header.Supported;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.parser.ContentTypeParser;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sip.header.AllowHeader;
import javax.sip.header.ReasonHeader;
import javax.sip.header.RequireHeader;
import javax.sip.header.SupportedHeader;
import org.jspecify.annotations.Nullable;

/**
 * What crosses a call, taken out of one SIP message and put into another. A body crosses byte for
 * byte, or that part of several which describes the session; a header only when {@link Crossing}
 * has it.
 */
public final class Payloads {
  private static final String RELIABLE = "100rel";
  private static final String SDP = "application/sdp";

  /** To be copied: JAIN-SIP's constructor asks the table of all strings for the name. */
  private static final Map<String, ExtensionHeaderImpl> OFTEN =
      Stream.of("Contact", "Require", "Path", "Service-Route", "Expires", "Retry-After", "Reason")
          .collect(Collectors.toUnmodifiableMap(name -> name, ExtensionHeaderImpl::new));

  private Payloads() {}

  public static Payload of(SIPMessage message) {
    List<Header> headers = null;
    for (Iterator<SIPHeader> i = message.getHeaders(); i.hasNext(); ) {
      SIPHeader header = i.next();
      if (header.getName() != null && Crossing.allows(header.getName())) {
        if (headers == null) {
          headers = new ArrayList<>(4);
        }
        headers.add(new Header(header.getName(), header.getHeaderValue().trim()));
      }
    }
    Body body = body(message);
    if (body == null && headers == null) {
      return Payload.EMPTY;
    }
    return new Payload(body, headers == null ? List.of() : headers);
  }

  private static @Nullable Body body(SIPMessage message) {
    byte[] bytes = message.getRawContent();
    ContentType type = message.getContentTypeHeader();
    if (bytes == null || bytes.length == 0 || type == null) {
      return null;
    }
    Multipart parts = Multipart.in(message);
    if (parts != null && parts.sdp() != null) {
      return parts.sdp(); // the others are for whoever understands them, and nobody here does
    }
    String value = type.getHeaderValue().trim();
    return new Body(value.equalsIgnoreCase(SDP) ? SDP : value, bytes);
  }

  public static void apply(Payload payload, SIPMessage message) {
    for (Header header : payload.headers()) {
      add(message, header.name(), header.value());
    }
    Body body = payload.body();
    if (body != null) {
      try {
        message.setContent(body.bytes(), contentType(body.contentType()));
      } catch (ParseException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** JAIN-SIP asks the header for a charset when it encodes, so the type has to be a real one. */
  private static ContentType contentType(String value) throws ParseException {
    return value.equals(SDP)
        ? new ContentType("application", "sdp")
        : (ContentType) new ContentTypeParser("Content-Type: " + value + "\n").parse();
  }

  /** Adds a header line with the value as it is. The value must have no line ends. */
  public static void add(SIPMessage message, String name, String value) {
    if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0) {
      throw new IllegalArgumentException(name + " with a line end in it");
    }
    if (name.equals(SupportedHeader.NAME)) {
      message.addHeader(new Supported(value)); // which joins those that there are
      return;
    }
    ExtensionHeaderImpl often = OFTEN.get(name);
    ExtensionHeaderImpl header =
        often == null ? new ExtensionHeaderImpl(name) : (ExtensionHeaderImpl) often.clone();
    header.setValue(value);
    message.addHeader(header);
  }

  /** Why the peer ended it, from its Reason headers (RFC 3326). */
  public static Cause cause(SIPMessage message, int status, String text) {
    if (!message.hasHeader(ReasonHeader.NAME)) {
      return Cause.of(status, text);
    }
    List<String> reasons = new ArrayList<>(1);
    for (Iterator<?> i = message.getHeaders(ReasonHeader.NAME); i.hasNext(); ) {
      reasons.add(((SIPHeader) i.next()).getHeaderValue().trim());
    }
    int cause = Q850.in(reasons);
    boolean normal = cause == Q850.NONE || cause == 16 || cause == 26;
    return new Cause(normal ? status : Q850.toStatus(cause), text, reasons);
  }

  public static void apply(Cause cause, SIPMessage message) {
    for (String reason : cause.reasons()) {
      add(message, ReasonHeader.NAME, reason);
    }
    if (Q850.in(cause.reasons()) == Q850.NONE) {
      addQ850(cause.status(), message);
    }
  }

  /** Says a refusal in the telephone network's words too, unless the callee has said why. */
  public static void applyRefusal(int status, Payload payload, SIPMessage message) {
    apply(payload, message);
    if (!message.hasHeader(ReasonHeader.NAME)) {
      addQ850(status, message);
    }
  }

  private static void addQ850(int status, SIPMessage message) {
    String reason = Q850.reason(status);
    if (reason != null) {
      add(message, ReasonHeader.NAME, reason);
    }
  }

  public static PeerFeatures features(SIPMessage message) {
    boolean update = false;
    for (Iterator<?> i = message.getHeaders(AllowHeader.NAME); i.hasNext(); ) {
      update |= "UPDATE".equals(((Allow) i.next()).getMethod());
    }
    return new PeerFeatures(
        update,
        names(message, SupportedHeader.NAME, RELIABLE)
            || names(message, RequireHeader.NAME, RELIABLE));
  }

  /** Whether the message is to be acknowledged with PRACK (RFC 3262). */
  public static boolean isReliable(SIPMessage message) {
    return names(message, RequireHeader.NAME, RELIABLE);
  }

  private static boolean names(SIPMessage message, String header, String tag) {
    for (Iterator<?> i = message.getHeaders(header); i.hasNext(); ) {
      if (((SIPHeader) i.next()).getHeaderValue().trim().equalsIgnoreCase(tag)) {
        return true;
      }
    }
    return false;
  }

  /** We do not offer reliable provisional responses this time. */
  public static void withoutReliable(SIPMessage message) {
    List<String> others = new ArrayList<>();
    for (Iterator<?> i = message.getHeaders(SupportedHeader.NAME); i.hasNext(); ) {
      String tag = ((SIPHeader) i.next()).getHeaderValue().trim();
      if (!tag.equalsIgnoreCase(RELIABLE)) {
        others.add(tag);
      }
    }
    message.removeHeader(SupportedHeader.NAME);
    others.forEach(tag -> add(message, SupportedHeader.NAME, tag));
  }
}
