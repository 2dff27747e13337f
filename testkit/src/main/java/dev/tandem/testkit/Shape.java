package dev.tandem.testkit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a kind of client writes its messages: which headers, in which order. Read in the sources of
 * SIP.js 0.21.2 and JsSIP 3.13.8.
 */
enum Shape {
  SIP_JS,
  JS_SIP,
  PBX;

  private static final String SIP_JS_USER_AGENT = "SIP.js/0.21.1";
  private static final String JS_SIP_ALLOW =
      "INVITE,ACK,CANCEL,BYE,UPDATE,MESSAGE,OPTIONS,REFER,INFO,NOTIFY,SUBSCRIBE";
  private static final String PBX_ALLOW =
      "INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, SUBSCRIBE, NOTIFY, INFO, PUBLISH, UPDATE";

  /** What a request must say, whatever the client. */
  record Draft(
      String method,
      String uri,
      String via,
      String from,
      String to,
      String callId,
      int cseq,
      List<String> routes,
      @Nullable String contact,
      @Nullable String sdp) {}

  boolean isBrowser() {
    return this != PBX;
  }

  String sdp() {
    return isBrowser() ? Sdp.browser() : Sdp.rtp();
  }

  /** Whether a Contact in an INVITE says that the flow it came by is to be used (RFC 5626 §4.3). */
  String contactInDialog(String uri) {
    return isBrowser() ? "<" + uri + ";ob>" : "<" + uri + ">";
  }

  /** The Contact of a REGISTER. */
  String contactForRegister(String uri, String instance, int expires) {
    return switch (this) {
      case JS_SIP ->
          "<%s>;+sip.ice;reg-id=1;+sip.instance=\"<urn:uuid:%s>\";expires=%d"
              .formatted(uri, instance, expires);
      case SIP_JS -> "<%s>;expires=%d".formatted(uri, expires);
      case PBX -> "<%s>".formatted(uri);
    };
  }

  SipText request(Draft draft, int registerExpires) {
    SipText text = SipText.request(draft.method, draft.uri);
    draft.routes.forEach(route -> text.add("Route", route));
    text.add("Via", draft.via);
    String cseq = draft.cseq + " " + draft.method;
    switch (this) {
      case SIP_JS ->
          text.add("To", draft.to)
              .add("From", draft.from)
              .add("CSeq", cseq)
              .add("Call-ID", draft.callId)
              .add("Max-Forwards", "70");
      case JS_SIP ->
          text.add("Max-Forwards", "69")
              .add("To", draft.to)
              .add("From", draft.from)
              .add("Call-ID", draft.callId)
              .add("CSeq", cseq);
      case PBX ->
          text.add("From", draft.from)
              .add("To", draft.to)
              .add("Call-ID", draft.callId)
              .add("CSeq", cseq)
              .add("Max-Forwards", "70");
    }
    finish(text, draft, registerExpires);
    return draft.sdp == null ? text.noBody() : text.sdp(draft.sdp);
  }

  private void finish(SipText text, Draft draft, int registerExpires) {
    boolean register = draft.method.equals(Sip.REGISTER);
    boolean invite = draft.method.equals(Sip.INVITE);
    switch (this) {
      case SIP_JS -> {
        if (draft.contact != null) {
          text.add("Contact", draft.contact)
              .add("Allow", "ACK,CANCEL,INVITE,MESSAGE,BYE,OPTIONS,INFO,NOTIFY,REFER");
        }
        text.add("Supported", register ? "outbound, path, gruu" : "outbound")
            .add("User-Agent", SIP_JS_USER_AGENT);
      }
      case JS_SIP -> {
        if (register) {
          text.add("Expires", Integer.toString(registerExpires));
        }
        if (draft.contact != null) {
          text.add("Contact", draft.contact);
        }
        if (invite) {
          text.add("Session-Expires", "90");
        }
        text.add("Allow", JS_SIP_ALLOW)
            .add("Supported", jsSipSupported(draft.method))
            .add("User-Agent", "JsSIP 3.13.8");
      }
      case PBX -> {
        if (draft.contact != null) {
          text.add("Contact", draft.contact);
        }
        if (register) {
          text.add("Expires", Integer.toString(registerExpires));
        }
        if (invite) {
          text.add("Allow", PBX_ALLOW).add("Supported", "replaces, timer");
        }
        text.add("User-Agent", "Testkit PBX");
      }
    }
  }

  /** What a SUBSCRIBE says of the event. JsSIP always says what it takes, SIP.js never. */
  void event(SipText subscribe, String event, int expires) {
    subscribe.add("Event", event).add("Expires", Integer.toString(expires));
    String name = event.split(";", 2)[0];
    if (this != SIP_JS) {
      String type =
          switch (name) {
            case "presence" -> "application/pidf+xml";
            case "dialog" -> "application/dialog-info+xml";
            case "message-summary" -> "application/simple-message-summary";
            default -> "text/plain";
          };
      subscribe.add("Accept", type);
    }
  }

  private static String jsSipSupported(String method) {
    return switch (method) {
      case Sip.REGISTER -> "path,gruu,outbound";
      case Sip.INVITE -> "timer,ice,replaces,outbound";
      case Sip.UPDATE -> "timer,ice,outbound";
      default -> "outbound";
    };
  }

  /**
   * A response.
   *
   * @param toTag added when To has none; null for a 100
   * @param contact null where there is none
   */
  SipText response(
      SipText request,
      int status,
      String reason,
      @Nullable String toTag,
      @Nullable String contact,
      @Nullable String sdp) {
    SipText text = SipText.response(status, reason);
    boolean dialog =
        status > 100 && status < 300 && (request.method().equals(Sip.INVITE) || contact != null);
    List<String> recordRoutes = dialog ? request.headers("Record-Route") : List.of();
    if (this == JS_SIP) {
      recordRoutes.forEach(route -> text.add("Record-Route", route));
    }
    request.headers("Via").forEach(via -> text.add("Via", via));
    String to = request.header("To");
    if (toTag != null && SipText.parameter(to, "tag") == null) {
      to += ";tag=" + toTag;
    }
    List<SipText.Line> middle = new ArrayList<>();
    middle.add(new SipText.Line("From", request.header("From")));
    middle.add(this == SIP_JS ? 1 : 0, new SipText.Line("To", to));
    SipText.Line callId = new SipText.Line("Call-ID", request.callId());
    middle.add(new SipText.Line("CSeq", request.header("CSeq")));
    middle.add(this == SIP_JS ? 3 : 2, callId);
    middle.forEach(line -> text.add(line.name(), line.value()));
    if (this != JS_SIP) {
      recordRoutes.forEach(route -> text.add("Record-Route", route));
    }
    finishResponse(text, request, status, dialog ? contact : null);
    return sdp == null ? text.noBody() : text.sdp(sdp);
  }

  private void finishResponse(SipText text, SipText request, int status, @Nullable String contact) {
    boolean accepts = status / 100 == 2 && request.method().equals(Sip.INVITE);
    if (this == SIP_JS) {
      text.add("Supported", "outbound").add("User-Agent", SIP_JS_USER_AGENT);
    }
    if (contact != null) {
      text.add("Contact", contact);
    }
    switch (this) {
      case SIP_JS -> {
        if (accepts) {
          text.add(
              "Allow",
              "ACK,BYE,CANCEL,INFO,INVITE,MESSAGE,NOTIFY,OPTIONS,PRACK,REFER,REGISTER,SUBSCRIBE");
        }
      }
      case JS_SIP -> {
        if (accepts) {
          text.add("Session-Expires", interval(request) + ";refresher=" + refresher(request));
        }
        text.add(
            "Supported",
            request.method().equals(Sip.INVITE) ? "timer,ice,replaces,outbound" : "outbound");
      }
      case PBX -> {
        text.add("Server", "Testkit PBX");
        if (accepts) {
          text.add("Allow", PBX_ALLOW).add("Supported", "replaces, timer");
        }
      }
    }
  }

  /** JsSIP takes any interval that is asked for, from 90 s. */
  private static String interval(SipText request) {
    String wish = request.find("Session-Expires");
    return wish == null ? "90" : wish.replaceFirst(";.*", "");
  }

  private static String refresher(SipText request) {
    String wish = request.find("Session-Expires");
    String named = wish == null ? null : SipText.parameter(wish, "refresher");
    return named == null ? "uas" : named;
  }
}
