package dev.tandem.gateway.sip.register;

import dev.tandem.gateway.config.RegistrarConfig.PathPolicy;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.sip.identity.Refusing;
import dev.tandem.sip.message.SipUri;
import dev.tandem.sip.ua.ServerExchange;
import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.message.SIPMessage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.sip.header.RequireHeader;
import javax.sip.header.SupportedHeader;

/** What proxies between us and a client must do for its registration (RFC 3327, RFC 5626 §6). */
final class Outbound {
  private Outbound() {}

  /**
   * Whether the registration can be made with the proxies that there are; if not, it has been
   * refused here.
   *
   * @param path values of Path
   */
  static boolean accepts(
      ServerExchange register, List<String> path, PathPolicy policy, Refusing refusing) {
    SIPMessage request = register.request();
    List<String> required = tags(request, RequireHeader.NAME);
    if (!path.isEmpty()
        && policy == PathPolicy.REQUIRE_SUPPORTED
        && !required.contains("path")
        && !supported(request).contains("path")) {
      // RFC 3327 §5.3: a client that knows nothing of Path may be deceived by one.
      refusing.refuse(
          register,
          420,
          "Bad Extension",
          "path",
          message -> Payloads.add(message, "Unsupported", "path"));
      return false;
    }
    if (required.contains("outbound") && !isDoneByFirstHop(request, path)) {
      refusing.refuse(register, 439, "First Hop Lacks Outbound Support", "first_hop");
      return false;
    }
    return true;
  }

  /** The first proxy after the client, if there is one, must do outbound as well (§6). */
  static boolean isDoneByFirstHop(SIPMessage request, List<String> path) {
    if (request.getViaHeaders().size() == 1) {
      return true;
    }
    if (path.isEmpty()) {
      return false;
    }
    String last = path.get(path.size() - 1);
    int open = last.lastIndexOf('<');
    int close = last.indexOf('>', open + 1);
    SipUri uri = open < 0 || close < 0 ? null : SipUri.parse(last.substring(open + 1, close));
    return uri != null && uri.parameter("ob") != null;
  }

  /** The option tags that the client supports; what it requires, it supports. */
  static List<String> supported(SIPMessage request) {
    List<String> supported = tags(request, SupportedHeader.NAME);
    supported.addAll(tags(request, RequireHeader.NAME));
    return supported;
  }

  private static List<String> tags(SIPMessage request, String header) {
    List<String> tags = new ArrayList<>(4);
    for (Iterator<?> i = request.getHeaders(header); i.hasNext(); ) {
      tags.add(((SIPHeader) i.next()).getHeaderValue().trim());
    }
    return tags;
  }
}
