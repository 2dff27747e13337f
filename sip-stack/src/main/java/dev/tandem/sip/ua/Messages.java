package dev.tandem.sip.ua;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tandem.sip.dialog.Dialog;
import dev.tandem.sip.stack.Hosts;
import dev.tandem.sip.stack.SipStack;
import dev.tandem.sip.stack.plain.Blanks;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.Transport;
import gov.nist.javax.sip.address.AddressImpl;
import gov.nist.javax.sip.address.SipUri;
import gov.nist.javax.sip.header.CSeq;
import gov.nist.javax.sip.header.CallID;
import gov.nist.javax.sip.header.Contact;
import gov.nist.javax.sip.header.ContactList;
import gov.nist.javax.sip.header.ExtensionHeaderImpl;
import gov.nist.javax.sip.header.From;
import gov.nist.javax.sip.header.MaxForwards;
import gov.nist.javax.sip.header.RouteList;
import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.header.Server;
import gov.nist.javax.sip.header.Supported;
import gov.nist.javax.sip.header.SupportedList;
import gov.nist.javax.sip.header.TimeStamp;
import gov.nist.javax.sip.header.To;
import gov.nist.javax.sip.header.UserAgent;
import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.text.ParseException;
import java.util.List;
import javax.sip.InvalidArgumentException;
import javax.sip.address.Address;
import javax.sip.address.URI;
import javax.sip.header.AllowHeader;
import org.jspecify.annotations.Nullable;

/** Makes requests and responses that are complete by RFC 3261 §8.1.1, §8.2.6 and §12.2.1.1. */
final class Messages {
  private final UaSettings settings;

  /** In all messages the same objects: nobody changes them. */
  private final Server server = new Server();

  private final UserAgent userAgent = new UserAgent();
  private final ExtensionHeaderImpl allow = new ExtensionHeaderImpl(AllowHeader.NAME);
  private final Supported supported = new Supported();

  Messages(UaSettings settings) {
    this.settings = settings;
    try {
      server.setProduct(List.of(settings.product()));
      userAgent.setProduct(List.of(settings.product()));
    } catch (ParseException e) {
      throw new IllegalArgumentException(e);
    }
    allow.setValue(String.join(", ", settings.methods()));
  }

  /** A response with everything but body and extras; {@code toTag} is set where none was sent. */
  SIPResponse response(
      SIPRequest request, int status, String reason, String toTag, Flow flow, boolean secure) {
    SIPResponse response = answerTo(request, status, reason);
    if (status > 100 && response.getTo().getTag() == null) {
      setTag(response, toTag);
    }
    String method = request.getMethod();
    boolean invite = method.equals("INVITE");
    if ((invite && status > 100 && status < 300)
        || ((method.equals("UPDATE") || method.equals("REFER")) && status / 100 == 2)) {
      response.setHeader(contact(flow, secure));
    } else if (method.equals("SUBSCRIBE") && status / 100 == 2) {
      response.setHeader(contact(flow, flow.transport().isSecure() && isSips(request)));
    }
    if ((invite && status / 100 == 2)
        || status == 405
        || (method.equals("OPTIONS") && status == 200)) {
      addCapabilities(response);
    }
    if (status >= 200) {
      response.setHeader(server);
    }
    return response;
  }

  /**
   * What a response has of its request (RFC 3261 §8.2.6, §12.1.1; {@code Timestamp} too). All but
   * To are the request's own header objects: nobody changes them any more, and to copy them costs
   * more than the rest of the response.
   */
  private static SIPResponse answerTo(SIPRequest request, int status, String reason) {
    SIPResponse response = new SIPResponse();
    try {
      response.setStatusCode(status);
      response.setReasonPhrase(reason);
    } catch (ParseException e) {
      throw new IllegalArgumentException(status + " " + reason, e);
    }
    response.setHeader((SIPHeader) request.getViaHeaders());
    response.setHeader(request.getFrom());
    response.setHeader((To) request.getTo().clone());
    response.setHeader((SIPHeader) request.getCallId());
    response.setHeader(request.getCSeq());
    SIPHeader timestamp = (SIPHeader) request.getHeader(TimeStamp.NAME);
    if (timestamp != null) {
      response.setHeader(timestamp);
    }
    SIPHeader routes = request.getRecordRouteHeaders();
    if (routes != null && status > 100 && status < 300 && beginsDialog(request)) {
      response.setHeader(routes);
    }
    return response;
  }

  private static boolean beginsDialog(SIPRequest request) {
    return request.getToTag() == null && SIPTransactionStack.isDialogCreated(request.getMethod());
  }

  private static boolean isSips(SIPRequest request) {
    return "sips".equalsIgnoreCase(request.getRequestURI().getScheme());
  }

  private static void setTag(SIPResponse response, String tag) {
    try {
      response.getTo().setTag(tag);
    } catch (ParseException e) {
      throw new IllegalArgumentException(tag, e);
    }
  }

  /** A request inside a dialog, numbered by the dialog as it is: take the next number first. */
  SIPRequest inDialog(Dialog dialog, String method, Flow flow) {
    Dialog.Routing routing = dialog.routing();
    SIPRequest request =
        request(
            SipStack.via(flow),
            method,
            routing.requestUri(),
            dialog.id().callId(),
            dialog.localCseq(),
            dialog.localUri(),
            dialog.id().localTag(),
            dialog.remoteUri(),
            dialog.id().remoteTag());
    RouteList routes = routing.routes();
    if (routes != null) {
      request.setHeader(routes);
    }
    if (method.equals("INVITE") || method.equals("UPDATE")) {
      request.setHeader(contact(flow, dialog.secure()));
      addCapabilities(request);
    } else if (method.equals("NOTIFY") || method.equals("REFER")) {
      // The first NOTIFY can make the subscriber's dialog (RFC 6665 §4.4.1); REFER: RFC 3515 §2.1.
      request.setHeader(contact(flow, dialog.secure()));
    }
    return request;
  }

  /** The same request as a new one: another branch, the next number. */
  SIPRequest again(SIPRequest request, Flow flow) {
    SIPRequest again = (SIPRequest) request.clone();
    try {
      again.setHeader(SipStack.via(flow));
      again.getCSeq().setSeqNumber(request.getCSeq().getSeqNumber() + 1);
    } catch (InvalidArgumentException e) {
      throw new IllegalArgumentException(e);
    }
    return again;
  }

  static void setMaxForwards(SIPRequest request, int hops) {
    try {
      request.getMaxForwards().setMaxForwards(hops);
    } catch (InvalidArgumentException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /**
   * The same request on another flow, in another transaction (RFC 3263 §4.3); the Contact, if it
   * has one, names where that flow ends.
   */
  SIPRequest onAnother(SIPRequest request, Flow flow) {
    SIPRequest another = (SIPRequest) request.clone();
    redirect(another, flow);
    return another;
  }

  /** A request that was not sent yet goes out on this flow. */
  static void redirect(SIPRequest request, Flow flow) {
    request.setHeader(SipStack.via(flow));
    if (request.getContactHeaders() != null) {
      boolean secure = request.getContactHeader().getAddress().getURI().getScheme().equals("sips");
      request.setHeader(contact(flow, secure && flow.transport().isSecure()));
    }
  }

  /** How many bytes it takes. */
  static int length(SIPRequest request) {
    byte[] body = request.getRawContent();
    // encodeAsBytes() needs a Via, and encode() knows the charset of the body.
    int head = request.encodeMessage(new StringBuilder()).toString().getBytes(UTF_8).length;
    return head + (body == null ? 0 : body.length);
  }

  /** Via goes first, where proxies look for it (RFC 3261 §7.3.1). */
  SIPRequest request(
      @Nullable Via via,
      String method,
      URI requestUri,
      String callId,
      long cseq,
      Address from,
      String fromTag,
      Address to,
      String toTag) {
    SIPRequest request = new SIPRequest();
    try {
      if (via != null) {
        request.setHeader(via);
      }
      request.setMethod(method);
      request.setRequestURI(requestUri);
      CallID id = Blanks.callId();
      id.setCallId(callId);
      request.setCallId(id);
      CSeq number = Blanks.cSeq();
      number.setSeqNumber(cseq);
      number.setMethod(method);
      request.setCSeq(number);
      From fromHeader = Blanks.from();
      fromHeader.setAddress((Address) from.clone());
      fromHeader.setTag(fromTag);
      request.setFrom(fromHeader);
      To toHeader = Blanks.to();
      toHeader.setAddress((Address) to.clone());
      if (!toTag.isEmpty()) {
        toHeader.setTag(toTag);
      }
      request.setTo(toHeader);
      MaxForwards hops = Blanks.maxForwards();
      hops.setMaxForwards(70);
      request.setMaxForwards(hops);
    } catch (ParseException | InvalidArgumentException e) {
      throw new IllegalArgumentException(e);
    }
    if (!method.equals("ACK")) {
      request.setHeader(userAgent);
    }
    return request;
  }

  void addCapabilities(SIPMessage message) {
    message.setHeader(allow);
    if (!settings.extensions().isEmpty()) {
      SupportedList list = new SupportedList(); // its own: more may be added
      for (String extension : settings.extensions()) {
        list.add(supports(extension));
      }
      message.setHeader(list);
    }
  }

  private Supported supports(String extension) {
    Supported one = (Supported) supported.clone();
    try {
      one.setOptionTag(extension);
    } catch (ParseException e) {
      throw new IllegalArgumentException(extension, e);
    }
    return one;
  }

  /** Where requests inside the dialog reach us: the address that the flow ends at. */
  static ContactList contact(Flow flow, boolean secure) {
    SipUri uri = new SipUri();
    try {
      uri.setScheme(secure ? "sips" : "sip");
      uri.setUser("tandem");
      uri.setHostPort(Hosts.ours(flow));
      if (flow.transport() != Transport.UDP) {
        uri.setTransportParam(flow.transport().uriParameter());
      }
    } catch (ParseException e) {
      throw new IllegalStateException(e);
    }
    AddressImpl address = new AddressImpl();
    address.setURI(uri);
    Contact contact = Blanks.contact();
    contact.setAddress(address);
    ContactList list = new ContactList();
    list.add(contact);
    return list;
  }
}
