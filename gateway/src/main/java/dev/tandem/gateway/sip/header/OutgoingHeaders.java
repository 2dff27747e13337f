package dev.tandem.gateway.sip.header;

import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.routing.CallerId;
import dev.tandem.gateway.routing.Outgoing;
import gov.nist.javax.sip.message.SIPMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.sip.address.Address;
import org.jspecify.annotations.Nullable;

/** Carries out what routing says of a request's headers. */
public final class OutgoingHeaders {
  private OutgoingHeaders() {}

  /** From: as it was, or whom routing names instead. */
  public static Address from(Outgoing outgoing, Address sent) {
    CallerId from = outgoing.from();
    return from == null ? sent : Addresses.named(from.name(), Addresses.uri(from.uri()));
  }

  /** What of a payload goes on; the body always does, with what describes it. */
  public static Payload filtered(Outgoing outgoing, Payload payload) {
    if (outgoing.headers().isEmpty() || payload.headers().isEmpty()) {
      return payload;
    }
    List<Header> kept = new ArrayList<>(payload.headers().size());
    for (Header header : payload.headers()) {
      if (describesBody(header.name()) || outgoing.lets(header.name())) {
        kept.add(header);
      }
    }
    return new Payload(payload.body(), kept);
  }

  private static boolean describesBody(String name) {
    return name.toLowerCase(Locale.ROOT).startsWith("content-");
  }

  /** Adds what routing adds: our own headers, and who calls (RFC 3325 §9). */
  public static void add(Outgoing outgoing, SIPMessage message) {
    outgoing.added().forEach(header -> Payloads.add(message, header.getKey(), header.getValue()));
    add("P-Asserted-Identity", outgoing.asserted(), message);
    add("P-Preferred-Identity", outgoing.preferred(), message);
    String privacy = outgoing.privacy();
    if (privacy != null) {
      Payloads.add(message, "Privacy", privacy);
    }
  }

  private static void add(String name, @Nullable CallerId identity, SIPMessage message) {
    if (identity != null) {
      Payloads.add(message, name, identity.toString());
    }
  }
}
