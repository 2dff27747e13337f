package dev.tandem.testkit;

import java.util.ArrayList;
import java.util.List;

/**
 * What a client checks before it looks at a message at all; SIP.js and JsSIP drop it, or answer
 * 400, 416 or 482, without telling anybody why.
 */
final class Sanity {
  private final List<String> problems = new ArrayList<>();
  private final SipText text;

  private Sanity(SipText text) {
    this.text = text;
  }

  /**
   * The faults of a message that came.
   *
   * @param sentBy what our Via says
   * @param contactUser the user part of our Contact
   * @param callIdPrefix with what our own Call-IDs begin
   */
  static List<String> problems(
      SipText text, Shape shape, String sentBy, String contactUser, String callIdPrefix) {
    Sanity sanity = new Sanity(text);
    for (String name : List.of("Via", "From", "To", "Call-ID", "CSeq")) {
      sanity.check(text.headers(name).size() >= 1, "has no " + name);
    }
    for (String name : List.of("From", "To", "Call-ID", "CSeq", "Max-Forwards", "Content-Length")) {
      sanity.check(text.headers(name).size() <= 1, "has more than one " + name);
    }
    if (sanity.problems.isEmpty()) {
      sanity.checkLength();
      if (text.isRequest()) {
        sanity.checkRequest(shape, contactUser, callIdPrefix);
      } else {
        sanity.checkResponse(sentBy);
      }
    }
    return sanity.problems;
  }

  private void check(boolean good, String problem) {
    if (!good) {
      problems.add(problem);
    }
  }

  private void checkLength() {
    String length = text.find("Content-Length");
    check(
        length == null || length.equals(Integer.toString(text.body().length)),
        "says Content-Length " + length + ", has " + text.body().length);
    check(!text.hasBody() || text.has("Content-Type"), "has a body without Content-Type");
  }

  private void checkRequest(Shape shape, String contactUser, String callIdPrefix) {
    String via = text.values("Via").get(0);
    String branch = SipText.parameter(via, "branch");
    check(branch != null && branch.startsWith("z9hG4bK"), "has a Via without branch: " + via);
    check(!via.matches(".*;rport=(;.*|$)"), "has an rport with = and no port (RFC 3581): " + via);
    check(text.fromTag() != null, "has no From tag");
    check(text.method().equals(text.cseqMethod()), "has another method in CSeq");
    check(text.has("Max-Forwards"), "has no Max-Forwards");
    check(!text.method().equals(Sip.INVITE) || text.has("Contact"), "has no Contact");
    if (text.method().equals(Sip.NOTIFY)) {
      for (String name : List.of("Event", "Subscription-State", "Contact")) {
        check(text.has(name), "has no " + name);
      }
    }
    if (shape.isBrowser()) {
      // SIP.js answers 416 for another scheme, and 404 for a user part that is not its own.
      check(text.requestUri().startsWith("sip:"), "has a Request-URI that is not sip:");
      check(
          Uris.user(text.requestUri()).equals(contactUser),
          "has the user of another Contact in its Request-URI: " + text.requestUri());
      check(
          text.toTag() != null || !text.callId().startsWith(callIdPrefix),
          "has a Call-ID of our own: the client takes it for a loop");
    }
  }

  private void checkResponse(String sentBy) {
    List<String> vias = text.values("Via");
    check(vias.size() == 1, "has " + vias.size() + " Via: " + vias);
    String host = vias.get(0).replaceFirst("^SIP/2\\.0/\\w+\\s+", "").replaceFirst("[;\\s].*$", "");
    check(host.equals(sentBy), "is not for our Via " + sentBy + ": " + vias.get(0));
    check(text.status() == 100 || text.toTag() != null, "has no To tag");
    boolean dialog =
        text.cseqMethod().equals(Sip.INVITE) && text.status() > 100 && text.status() < 300;
    check(!dialog || text.has("Contact"), "has no Contact, so that SIP.js drops it");
    boolean subscribed = text.cseqMethod().equals(Sip.SUBSCRIBE) && text.status() / 100 == 2;
    check(!subscribed || text.has("Contact"), "has no Contact, so that JsSIP drops it");
    check(!subscribed || text.has("Expires"), "has no Expires");
  }
}
