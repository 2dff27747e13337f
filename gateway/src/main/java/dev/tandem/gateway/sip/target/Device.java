package dev.tandem.gateway.sip.target;

import dev.tandem.gateway.registrar.Binding;
import dev.tandem.gateway.registrar.ContactSpec;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.message.SipUri;
import gov.nist.javax.sip.header.Contact;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.List;
import java.util.Locale;
import javax.sip.header.UserAgentHeader;
import org.jspecify.annotations.Nullable;

/**
 * The client at the other end of a leg, as far as it can be known again on another connection: of
 * the same user, and of the same instance (RFC 5626 §4.1) or, without one, with the same Contact
 * URI, which SIP.js and JsSIP make up once for the life of a page.
 *
 * @param owner who it was proved to be
 * @param contact as it was registered on the leg's connection; null when it was not
 * @param uri of its Contact; null when it has none that can be read
 * @param endsUnanswered whether it ends a call by itself when the connection drops while it waits
 *     for an answer: JsSIP does
 */
public record Device(
    Aor owner, @Nullable ContactSpec contact, @Nullable SipUri uri, boolean endsUnanswered) {

  /** What JsSIP writes in every REGISTER, whatever its application calls itself. */
  private static final String JS_SIP_CONTACT = ";+sip.ice;reg-id=";

  static Device registered(Aor owner, ContactSpec contact) {
    return new Device(
        owner, contact, SipUri.parse(contact.uri()), contact.text().contains(JS_SIP_CONTACT));
  }

  /** The sender of an INVITE, who may be registered on the connection that it came on. */
  public static Device calling(Aor owner, SIPRequest invite, List<Binding> onConnection) {
    if (!onConnection.isEmpty()) {
      return registered(owner, onConnection.get(0).contact());
    }
    Contact contact = invite.getContactHeader();
    return new Device(
        owner,
        null,
        contact == null || contact.isWildCard()
            ? null
            : SipUri.parse(contact.getAddress().getURI().toString()),
        isJsSip(invite));
  }

  private static boolean isJsSip(SIPRequest request) {
    return request.getHeader(UserAgentHeader.NAME) instanceof UserAgentHeader agent
        && agent.toString().toLowerCase(Locale.ROOT).contains("jssip");
  }

  /** Whether it speaks SIP over WebSocket, as only browsers do, even if a proxy is in between. */
  public boolean isBrowser() {
    ContactSpec known = contact;
    return known != null && known.uri().toLowerCase(Locale.ROOT).contains(";transport=ws");
  }

  /** Whether this contact of the same user is the device's. */
  public boolean isAt(ContactSpec other) {
    ContactSpec known = contact;
    if (known != null && known.hasInstance() && other.hasInstance()) {
      return known.isOfSameInstanceAs(other);
    }
    return isSamePageAt(other);
  }

  /** Whether the contact is not only the device's, but still of the page that has the calls. */
  boolean isSamePageAt(ContactSpec other) {
    SipUri now = SipUri.parse(other.uri());
    return uri != null && now != null && uri.isEquivalentTo(now);
  }

  /**
   * Whether the device is a browser that has loaded its page anew, and so knows of no call: its
   * made-up host is another one.
   */
  public boolean isReloadedAt(ContactSpec other) {
    SipUri now = SipUri.parse(other.uri());
    return !isSamePageAt(other) && now != null && now.host().endsWith(".invalid");
  }
}
