package dev.tandem.sip.stack;

import dev.tandem.sip.transport.Advertised;
import dev.tandem.sip.transport.Flow;
import gov.nist.core.Host;
import gov.nist.core.HostPort;
import gov.nist.javax.sip.header.Via;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.text.ParseException;

/** Addresses as they are written in SIP. */
public final class Hosts {
  private Hosts() {}

  /** An IP literal; IPv6 in brackets, without a scope. */
  public static String literal(InetAddress address) {
    String text = address.getHostAddress();
    if (address instanceof Inet6Address) {
      int scope = text.indexOf('%');
      return "[" + (scope < 0 ? text : text.substring(0, scope)) + "]";
    }
    return text;
  }

  /** Where we are, as the peer at the other end of a flow is told. */
  public static HostPort ours(Flow flow) {
    HostPort ours = new HostPort();
    Advertised shown = flow.advertised();
    ours.setHost(new Host(shown == null ? literal(flow.local().getAddress()) : shown.host()));
    ours.setPort(shown == null ? flow.local().getPort() : shown.port());
    return ours;
  }

  /** A Via for requests of ours on this flow, without a branch; rport asked for (RFC 3581). */
  static Via via(Flow flow) {
    Via via = new Via();
    via.setSentBy(ours(flow));
    try {
      via.setTransport(flow.transport().name());
    } catch (ParseException e) {
      throw new IllegalStateException(e);
    }
    via.setRPort();
    return via;
  }
}
