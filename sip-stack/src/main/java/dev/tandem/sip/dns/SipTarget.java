package dev.tandem.sip.dns;

import dev.tandem.sip.transport.Transport;
import java.net.InetAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a SIP URI says of where to send (RFC 3263 §4): its {@code maddr} or host, and its
 * parameters.
 *
 * @param host a name, or an IPv4 or IPv6 literal, with brackets or without; kept in lower case,
 *     without brackets and without a dot at its end
 * @param port 0 when none is given
 * @param transport null when none is given
 * @param secure whether the URI's scheme is sips
 */
public record SipTarget(String host, int port, @Nullable Transport transport, boolean secure) {

  public SipTarget {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("a port is from 0 to 65535, was " + port);
    }
    host = plain(host);
  }

  private static String plain(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    if (lower.startsWith("[") && lower.endsWith("]")) {
      return lower.substring(1, lower.length() - 1);
    }
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }

  /** The address, if the host is a literal; null for a name. */
  @Nullable InetAddress literal() {
    return IpLiterals.parse(host);
  }

  /** The transport to use where nothing but the URI says one (RFC 3263 §4.1). */
  Transport transportByDefault() {
    Transport given = transport;
    if (secure) {
      return Transport.TLS;
    }
    return given == null ? Transport.UDP : given;
  }

  /** Whether no request can ever go there: sips by UDP, or a WebSocket that only a client makes. */
  boolean isContradictory() {
    Transport given = transport;
    return given != null && (given.isWebSocket() || (secure && given == Transport.UDP));
  }
}
