package dev.tandem.sip.stack;

import gov.nist.javax.sip.header.RequestLine;
import gov.nist.javax.sip.header.StatusLine;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.parser.ParseExceptionListener;
import java.text.ParseException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which bad header makes the whole message bad. The stock stack drops a bad Contact in
 * silence and turns a REGISTER into a query; here a header that decides anything must parse, and
 * only what is for people or for others is dropped (RFC 3261 §16.3 item 1).
 */
final class StrictHeaders implements ParseExceptionListener {
  static final StrictHeaders INSTANCE = new StrictHeaders();

  private static final Set<String> MUST_PARSE =
      Set.of(
          "via",
          "v",
          "from",
          "f",
          "to",
          "t",
          "call-id",
          "i",
          "cseq",
          "max-forwards",
          "contact",
          "m",
          "route",
          "record-route",
          "path",
          "require",
          "proxy-require",
          "content-length",
          "l",
          "content-type",
          "c",
          "expires",
          "authorization",
          "proxy-authorization",
          "event",
          "o",
          "session-expires",
          "x",
          "min-se",
          "rack",
          "rseq",
          "replaces",
          "refer-to",
          "r");

  private StrictHeaders() {}

  @Override
  public void handleException(
      ParseException cause,
      SIPMessage message,
      @Nullable @SuppressWarnings("rawtypes") Class headerClass,
      String headerText,
      @Nullable String messageText)
      throws ParseException {
    if (headerClass == RequestLine.class || headerClass == StatusLine.class) {
      throw cause;
    }
    int colon = headerText.indexOf(':');
    String name = colon < 0 ? "" : headerText.substring(0, colon).strip().toLowerCase(Locale.ROOT);
    if (name.isEmpty() || MUST_PARSE.contains(name)) {
      throw new ParseException("bad header " + (name.isEmpty() ? "line" : name), 0);
    }
  }
}
