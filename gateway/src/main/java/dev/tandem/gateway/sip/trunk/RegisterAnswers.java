package dev.tandem.gateway.sip.trunk;

import dev.tandem.gateway.trunk.TrunkAnswer;
import gov.nist.javax.sip.header.Contact;
import gov.nist.javax.sip.header.ContactList;
import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.message.SIPResponse;
import java.time.Duration;
import java.util.Iterator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sip.address.SipURI;
import javax.sip.address.URI;
import javax.sip.header.ContactHeader;
import org.jspecify.annotations.Nullable;

/** Reads what registrars answer (RFC 3261 §10.3 item 8, §20.19, §20.23, §20.33). */
final class RegisterAnswers {
  private static final Pattern SECONDS = Pattern.compile("\\s*(\\d{1,9})\\b.*");

  private RegisterAnswers() {}

  /** What any response says. */
  static TrunkAnswer plain(SIPResponse response) {
    return answer(response, null);
  }

  /**
   * The same with how long our Contact stays: what its own parameter says, else the Expires header,
   * else what we asked for. Zero when others are listed, but not ours.
   */
  static TrunkAnswer read(SIPResponse response, ContactList ours, Duration asked) {
    Duration general = seconds(response, "Expires");
    Duration given = general == null ? asked : general;
    if (!response.hasHeader(ContactHeader.NAME)) {
      return answer(response, given);
    }
    URI mine = ((Contact) ours.getFirst()).getAddress().getURI();
    Contact found = null;
    boolean exact = false;
    for (Iterator<?> i = response.getHeaders(ContactHeader.NAME); i.hasNext(); ) {
      Contact contact = (Contact) i.next();
      // Some registrars rewrite the host, as they see it behind a NAT.
      if (!contact.isWildCard() && !exact && isOf(mine, contact, false)) {
        found = contact;
        exact = isOf(mine, contact, true);
      }
    }
    if (found == null) {
      return answer(response, Duration.ZERO);
    }
    return answer(
        response, found.hasParameter("expires") ? Duration.ofSeconds(found.getExpires()) : given);
  }

  private static boolean isOf(URI mine, Contact contact, boolean andHost) {
    return mine instanceof SipURI one
        && contact.getAddress().getURI() instanceof SipURI other
        && one.getUser().equals(other.getUser())
        && (!andHost
            || (one.getHost().equals(other.getHost()) && one.getPort() == other.getPort()));
  }

  private static TrunkAnswer answer(SIPResponse response, @Nullable Duration expires) {
    String reason = response.getReasonPhrase();
    return new TrunkAnswer(
        response.getStatusCode(),
        reason == null ? "" : reason,
        true,
        expires,
        seconds(response, "Min-Expires"),
        seconds(response, "Retry-After"));
  }

  private static @Nullable Duration seconds(SIPResponse response, String header) {
    if (response.getHeader(header) instanceof SIPHeader found) {
      Matcher matcher = SECONDS.matcher(found.getHeaderValue());
      if (matcher.matches()) {
        return Duration.ofSeconds(Long.parseLong(matcher.group(1)));
      }
    }
    return null;
  }
}
