package dev.tandem.gateway.sip.edge;

import dev.tandem.gateway.registrar.ContactSpec;
import dev.tandem.gateway.registrar.DeviceAddress;
import dev.tandem.gateway.sip.header.Addresses;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.message.SipUri;
import gov.nist.javax.sip.header.Contact;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.Iterator;
import javax.sip.address.URI;
import javax.sip.header.ContactHeader;

/** For how long a PBX has registered a contact, by its 200 (RFC 3261 §10.2.4). */
record Granted(SIPResponse response, Aor user) {

  /**
   * Seconds.
   *
   * @param asked counts where the PBX says nothing: neither at the contact nor for all
   */
  long seconds(ContactSpec contact, long asked) {
    if (asked == 0) {
      return 0;
    }
    for (Iterator<?> i = response.getHeaders(ContactHeader.NAME); i.hasNext(); ) {
      if (i.next() instanceof Contact listed
          && !listed.isWildCard()
          && listed.hasParameter("expires")
          && isMeant(contact, listed.getAddress().getURI())) {
        return listed.getExpires();
      }
    }
    return response.getExpires() == null ? asked : response.getExpires().getExpires();
  }

  /** By its user part alone where it is one of ours: some PBXs put another host there. */
  private boolean isMeant(ContactSpec contact, URI listed) {
    DeviceAddress named = DeviceAddress.parse(Addresses.user(listed));
    if (named != null) {
      return named.isOf(user, contact);
    }
    SipUri theirs = SipUri.parse(listed.toString());
    SipUri ours = SipUri.parse(contact.uri());
    return theirs != null && ours != null && theirs.isEquivalentTo(ours);
  }
}
