package dev.tandem.gateway.sip.header;

import dev.tandem.sip.message.SipUri;
import gov.nist.javax.sip.header.RouteList;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.parser.RouteParser;
import java.text.ParseException;
import java.util.List;
import javax.sip.address.URI;
import org.jspecify.annotations.Nullable;

/**
 * The proxies between us and a device, as the Path of its REGISTER tells them: requests that begin
 * something visit them by Route (RFC 3327 §5.3); inside a dialog it is for them to have recorded
 * themselves. Immutable.
 *
 * @param routes header values, the proxy next to us first
 */
public record RouteSet(List<String> routes) {
  /** No proxies. */
  public static final RouteSet NONE = new RouteSet(List.of());

  public static RouteSet of(List<String> path) {
    return path.isEmpty() ? NONE : new RouteSet(path);
  }

  /** A Path that cannot be read is left out: the flow still leads there. */
  public void apply(SIPMessage request) {
    if (routes.isEmpty()) {
      return;
    }
    try {
      String line = "Route: " + String.join(", ", routes) + "\n";
      request.setHeader((RouteList) new RouteParser(line).parse());
    } catch (ParseException e) {
      request.removeHeader("Route");
    }
  }

  /** The next proxy; null when there is none. */
  public @Nullable URI first() {
    if (routes.isEmpty()) {
      return null;
    }
    String first = routes.get(0);
    int open = first.indexOf('<');
    int close = first.indexOf('>', open + 1);
    SipUri uri = open < 0 || close < 0 ? null : SipUri.parse(first.substring(open + 1, close));
    return uri == null ? null : Addresses.uri(uri.toString());
  }
}
