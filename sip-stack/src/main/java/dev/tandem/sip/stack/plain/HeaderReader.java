package dev.tandem.sip.stack.plain;

import gov.nist.core.HostPort;
import gov.nist.core.NameValue;
import gov.nist.javax.sip.address.AddressImpl;
import gov.nist.javax.sip.header.AddressParametersHeader;
import gov.nist.javax.sip.header.AuthenticationHeader;
import gov.nist.javax.sip.header.Authorization;
import gov.nist.javax.sip.header.AuthorizationList;
import gov.nist.javax.sip.header.CSeq;
import gov.nist.javax.sip.header.CallID;
import gov.nist.javax.sip.header.ContactList;
import gov.nist.javax.sip.header.Expires;
import gov.nist.javax.sip.header.MaxForwards;
import gov.nist.javax.sip.header.Protocol;
import gov.nist.javax.sip.header.ProxyAuthorization;
import gov.nist.javax.sip.header.ProxyAuthorizationList;
import gov.nist.javax.sip.header.RAck;
import gov.nist.javax.sip.header.RSeq;
import gov.nist.javax.sip.header.RecordRoute;
import gov.nist.javax.sip.header.RecordRouteList;
import gov.nist.javax.sip.header.Route;
import gov.nist.javax.sip.header.RouteList;
import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.header.SIPHeaderList;
import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.header.ViaList;
import java.text.ParseException;
import java.util.Locale;
import java.util.function.Supplier;
import javax.sip.InvalidArgumentException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the value of one header in the plain form: as it has to be when nothing is folded, escaped,
 * commented or padded. Says null to all others, good or bad. Lists come as lists.
 */
final class HeaderReader {
  private HeaderReader() {}

  /** What {@code line} stands at is the first byte of the value that is no blank. */
  static @Nullable SIPHeader read(HeaderName name, Line line) {
    try {
      SIPHeader header = value(name, line);
      return line.isAtEnd() ? header : null;
    } catch (InvalidArgumentException | ParseException e) {
      return null; // JAIN-SIP's parser is to say what is wrong
    }
  }

  private static @Nullable SIPHeader value(HeaderName name, Line line)
      throws InvalidArgumentException, ParseException {
    return switch (name) {
      case VIA -> via(line);
      case FROM -> address(Blanks.from(), line);
      case TO -> address(Blanks.to(), line);
      case CONTACT -> addresses(new ContactList(), Blanks::contact, line);
      case ROUTE -> addresses(new RouteList(), Route::new, line);
      case RECORD_ROUTE -> addresses(new RecordRouteList(), RecordRoute::new, line);
      case CALL_ID -> callId(line);
      case CSEQ -> cSeq(line);
      case MAX_FORWARDS -> maxForwards(line);
      case EXPIRES -> expires(line);
      case RSEQ -> rSeq(line);
      case RACK -> rAck(line);
      case AUTHORIZATION -> credentials(new Authorization(), new AuthorizationList(), line);
      case PROXY_AUTHORIZATION ->
          credentials(new ProxyAuthorization(), new ProxyAuthorizationList(), line);
      default -> null;
    };
  }

  private static @Nullable SIPHeader via(Line line) {
    if (!line.skip(Ascii.VERSION_AND_SLASH)) {
      return null;
    }
    String transport = line.word();
    if (transport == null || !line.skip(' ')) {
      return null;
    }
    Via via = Blanks.via();
    Protocol protocol = via.getSentProtocol();
    protocol.setTransport(transport);
    HostPort sentBy = line.hostPort();
    if (sentBy == null) {
      return null;
    }
    via.setSentBy(sentBy);
    while (line.skip(';')) {
      NameValue parameter = viaParameter(line);
      if (parameter == null) {
        return null;
      }
      via.setParameter(parameter);
    }
    ViaList list = new ViaList();
    list.add(via);
    return list;
  }

  private static @Nullable NameValue viaParameter(Line line) {
    String word = line.word();
    if (word == null) {
      return null;
    }
    String name = word.toLowerCase(Locale.ROOT);
    if (!line.skip('=')) {
      return name.equals(Via.BRANCH) ? null : new NameValue(name, null);
    }
    String value = line.token();
    return value == null ? null : new NameValue(name, value);
  }

  private static @Nullable SIPHeader address(AddressParametersHeader header, Line line) {
    AddressImpl address = line.address();
    if (address == null) {
      return null;
    }
    header.setAddress(address);
    return line.parameters(header) ? header : null;
  }

  private static <H extends AddressParametersHeader> @Nullable SIPHeader addresses(
      SIPHeaderList<H> list, Supplier<H> make, Line line) {
    do {
      line.skipBlanks();
      H header = make.get();
      if (address(header, line) == null) {
        return null;
      }
      list.add(header);
    } while (line.skip(','));
    return list;
  }

  private static @Nullable SIPHeader callId(Line line) throws ParseException {
    String text = line.visibleRest();
    if (text == null) {
      return null;
    }
    CallID header = Blanks.callId();
    header.setCallId(text);
    line.moveToEnd();
    return header;
  }

  private static @Nullable SIPHeader cSeq(Line line)
      throws InvalidArgumentException, ParseException {
    int number = line.number();
    if (number < 0 || !line.skip(' ')) {
      return null;
    }
    String method = Methods.known(line.word());
    if (method == null) {
      return null;
    }
    CSeq header = Blanks.cSeq();
    header.setSeqNumber(number);
    header.setMethod(method);
    return header;
  }

  private static @Nullable SIPHeader maxForwards(Line line) throws InvalidArgumentException {
    int hops = line.number();
    if (hops < 0) {
      return null;
    }
    MaxForwards header = Blanks.maxForwards();
    header.setMaxForwards(hops);
    return header;
  }

  private static @Nullable SIPHeader expires(Line line) throws InvalidArgumentException {
    int seconds = line.number();
    if (seconds < 0) {
      return null;
    }
    Expires header = new Expires();
    header.setExpires(seconds);
    return header;
  }

  private static @Nullable SIPHeader rSeq(Line line) throws InvalidArgumentException {
    int number = line.number();
    if (number < 0) {
      return null;
    }
    RSeq header = new RSeq();
    header.setSeqNumber(number);
    return header;
  }

  private static @Nullable SIPHeader rAck(Line line)
      throws InvalidArgumentException, ParseException {
    RAck header = new RAck();
    int rSeq = line.number();
    if (rSeq < 0 || !line.skip(' ')) {
      return null;
    }
    header.setRSequenceNumber(rSeq);
    int cSeq = line.number();
    if (cSeq < 0 || !line.skip(' ')) {
      return null;
    }
    header.setCSequenceNumber(cSeq);
    String method = Methods.known(line.word());
    if (method == null) {
      return null;
    }
    header.setMethod(method);
    return header;
  }

  private static <H extends AuthenticationHeader> @Nullable SIPHeader credentials(
      H header, SIPHeaderList<H> list, Line line) {
    String scheme = line.word();
    if (scheme == null || !line.skip(' ')) {
      return null;
    }
    header.setScheme(scheme);
    do {
      line.skipBlanks();
      NameValue parameter = line.parameter();
      if (parameter == null) {
        return null;
      }
      header.setParameter(parameter);
    } while (line.skip(','));
    list.add(header);
    return list;
  }
}
