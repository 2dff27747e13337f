package dev.tandem.gateway.sip.header;

import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.call.Payload;
import gov.nist.javax.sip.address.SipUri;
import gov.nist.javax.sip.header.Contact;
import gov.nist.javax.sip.header.ContactList;
import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.parser.ContactParser;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import javax.sip.address.URI;
import javax.sip.header.ContactHeader;
import org.jspecify.annotations.Nullable;

/** What a 3xx says: its contacts, and who diverted the call. */
public final class Redirection {
  private static final String DIVERSION = "Diversion";

  private Redirection() {}

  /**
   * Adds what only a 3xx carries: others' contacts are no business of the other leg.
   *
   * @param phone the URI of the user whose phone sent it, which is not believed whom it stands for,
   *     because carriers bill by that; null for a trunk, which is
   */
  public static Payload with(Payload crossing, SIPResponse response, @Nullable String phone) {
    if (response.getStatusCode() / 100 != 3) {
      return crossing;
    }
    List<Header> headers = new ArrayList<>(crossing.headers());
    headers.addAll(phone == null ? headers(ContactHeader.NAME, response) : plainContacts(response));
    List<Header> diversions = headers(DIVERSION, response);
    if (phone != null && !diversions.isEmpty()) {
      headers.add(new Header(DIVERSION, Diversions.ofPhone(phone, diversions)));
    } else {
      headers.addAll(diversions);
    }
    return new Payload(crossing.body(), headers);
  }

  /** Without headers in the URIs (§19.1.1), which whoever follows them would write as their own. */
  private static List<Header> plainContacts(SIPResponse response) {
    List<Header> found = new ArrayList<>(1);
    for (Iterator<?> i = response.getHeaders(ContactHeader.NAME); i.hasNext(); ) {
      if (!(i.next() instanceof Contact said)) {
        continue;
      }
      Contact contact = (Contact) said.clone(); // others may read what was said
      if (!contact.isWildCard() && contact.getAddress().getURI() instanceof SipUri uri) {
        uri.clearQheaders();
      }
      found.add(new Header(ContactHeader.NAME, contact.getHeaderValue().trim()));
    }
    return found;
  }

  private static List<Header> headers(String name, SIPResponse response) {
    List<Header> found = new ArrayList<>(1);
    for (Iterator<?> i = response.getHeaders(name); i.hasNext(); ) {
      found.add(new Header(name, ((SIPHeader) i.next()).getHeaderValue().trim()));
    }
    return found;
  }

  /** The contacts' URIs; those of equal q together, the preferred ones first (§20.10). */
  public static List<List<URI>> contacts(Payload payload) {
    TreeMap<Float, List<URI>> byPreference = new TreeMap<>(Comparator.reverseOrder());
    for (Header header : payload.headers()) {
      if (header.name().equalsIgnoreCase(ContactHeader.NAME)) {
        for (Contact contact : read(header.value())) {
          float q = contact.getQValue() < 0 ? 1 : contact.getQValue();
          byPreference
              .computeIfAbsent(q, key -> new ArrayList<>(2))
              .add(contact.getAddress().getURI());
        }
      }
    }
    return List.copyOf(byPreference.values());
  }

  /** A contact that cannot be understood leads nowhere. */
  private static List<Contact> read(String value) {
    List<Contact> contacts = new ArrayList<>(1);
    try {
      ContactList list =
          (ContactList) new ContactParser(ContactHeader.NAME + ": " + value + "\n").parse();
      for (Contact contact : list) {
        if (!contact.isWildCard()) {
          contacts.add(contact);
        }
      }
    } catch (ParseException | RuntimeException e) {
      return List.of();
    }
    return contacts;
  }
}
