package dev.tandem.sip.ua;

import dev.tandem.sip.dns.SipTarget;
import dev.tandem.sip.transport.Transport;
import java.util.Locale;
import javax.sip.address.SipURI;
import javax.sip.address.URI;
import org.jspecify.annotations.Nullable;

/** What SIP URIs say of where to send. */
public final class SipTargets {
  private SipTargets() {}

  /** Null for a URI that names no host, or a transport that nobody knows. */
  public static @Nullable SipTarget of(URI uri) {
    if (!(uri instanceof SipURI sip) || sip.getHost() == null) {
      return null;
    }
    String host = sip.getMAddrParam() == null ? sip.getHost() : sip.getMAddrParam();
    Transport transport = null;
    String named = sip.getTransportParam();
    if (named != null) {
      try {
        transport = Transport.valueOf(named.toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
    return new SipTarget(host, Math.max(sip.getPort(), 0), transport, sip.isSecure());
  }
}
