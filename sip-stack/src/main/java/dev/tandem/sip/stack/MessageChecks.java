package dev.tandem.sip.stack;

import dev.tandem.sip.message.SipUri;
import dev.tandem.sip.stack.BadMessage.Fault;
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
import java.util.Iterator;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.sip.InvalidArgumentException;
import javax.sip.address.URI;
import javax.sip.message.Request;
import org.jspecify.annotations.Nullable;

/**
 * What a message must be that the parser has read: what JAIN-SIP's own channels look for elsewhere,
 * or nobody does.
 */
final class MessageChecks {
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*");

  private MessageChecks() {}

  /** What every message must have, and must not say. */
  static void check(SIPMessage message) throws BadMessage {
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
        || (uri.getClass() == GenericURI.class && !isScheme(uri.getScheme()))
        || (uri instanceof gov.nist.javax.sip.address.SipUri sip && hasUnnamedUser(sip))) {
      throw BadMessage.badRequest(Fault.SYNTAX, "address in " + header.getName());
    }
  }

  /** Nothing before the at: the parser writes "null" there. */
  private static boolean hasUnnamedUser(gov.nist.javax.sip.address.SipUri uri) {
    return uri.getUser() == null && uri.getAuthority().getUserInfo() != null;
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

  /** A request that {@code PlainReader} has read has this behind it. */
  static void checkRequestLine(SIPRequest request, byte[] bytes) throws BadMessage {
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

  /** What a request must be besides; one without Max-Forwards gets one. */
  static void checkRequest(SIPRequest request) throws BadMessage {
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
}
