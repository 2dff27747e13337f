package dev.tandem.sip.ua;

import gov.nist.javax.sip.header.Require;
import gov.nist.javax.sip.header.Unsupported;
import gov.nist.javax.sip.message.SIPRequest;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import javax.sip.header.RequireHeader;

/**
 * What every request must meet before anybody looks at what it asks for (RFC 3261 §8.2.1, §8.2.2.1,
 * §8.2.2.3): method, scheme, required extensions. Immutable.
 */
final class RequestRules {
  private static final Set<String> KNOWN =
      Set.of(
          "INVITE",
          "ACK",
          "BYE",
          "CANCEL",
          "OPTIONS",
          "REGISTER",
          "INFO",
          "UPDATE",
          "PRACK",
          "MESSAGE",
          "SUBSCRIBE",
          "NOTIFY",
          "REFER",
          "PUBLISH");

  /** What a REGISTER may require besides: to take part in these needs nothing of a call. */
  private static final Set<String> OF_REGISTRATIONS = Set.of("path", "outbound");

  private final UaSettings settings;

  RequestRules(UaSettings settings) {
    this.settings = settings;
  }

  /** False when the request has been refused here. */
  boolean accept(ServerExchange exchange) {
    SIPRequest request = exchange.request();
    if (!settings.methods().contains(request.getMethod())) {
      if (KNOWN.contains(request.getMethod())) {
        exchange.respond(405, "Method Not Allowed");
      } else {
        exchange.respond(501, "Not Implemented");
      }
      return false;
    }
    String scheme = request.getRequestURI().getScheme();
    if (!scheme.equalsIgnoreCase("sip")
        && !scheme.equalsIgnoreCase("sips")
        && !scheme.equalsIgnoreCase("tel")) {
      exchange.respond(416, "Unsupported URI Scheme");
      return false;
    }
    List<String> unknown = unknownExtensions(request);
    if (!unknown.isEmpty()) {
      exchange.respond(
          420,
          "Bad Extension",
          message -> {
            for (String extension : unknown) {
              message.addHeader(unsupported(extension));
            }
          });
      return false;
    }
    return hasPatience(exchange);
  }

  /** RFC 4028 §9: no session interval below ours. */
  private boolean hasPatience(ServerExchange exchange) {
    SIPRequest request = exchange.request();
    SessionTimerSettings timer = settings.sessionTimer();
    boolean refreshes = exchange.isInvite() || request.getMethod().equals("UPDATE");
    if (timer == null || !refreshes || !SessionInterval.isTooSmall(request, timer)) {
      return true;
    }
    exchange.respond(
        422,
        "Session Interval Too Small",
        message -> message.setHeader(SessionInterval.minSe(timer.min().toSeconds())));
    return false;
  }

  private List<String> unknownExtensions(SIPRequest request) {
    if (!request.hasHeader(RequireHeader.NAME)) {
      return List.of();
    }
    List<String> unknown = new ArrayList<>();
    for (Iterator<?> i = request.getHeaders(RequireHeader.NAME); i.hasNext(); ) {
      String extension = ((Require) i.next()).getOptionTag();
      boolean ofRegistration =
          request.getMethod().equals("REGISTER") && OF_REGISTRATIONS.contains(extension);
      if (!ofRegistration && !settings.extensions().contains(extension)) {
        unknown.add(extension);
      }
    }
    return unknown;
  }

  private static Unsupported unsupported(String extension) {
    Unsupported header = new Unsupported();
    try {
      header.setOptionTag(extension);
    } catch (ParseException e) {
      throw new IllegalArgumentException(extension, e);
    }
    return header;
  }
}
