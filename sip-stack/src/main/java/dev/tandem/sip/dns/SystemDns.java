package dev.tandem.sip.dns;

import java.net.InetSocketAddress;
import java.util.List;
import org.xbill.DNS.Name;
import org.xbill.DNS.ResolverConfig;

/**
 * The system's DNS settings ({@code /etc/resolv.conf}).
 *
 * @param search domains in which a short name may be meant
 * @param dots names with at least so many dots are never short
 */
record SystemDns(List<InetSocketAddress> servers, List<Name> search, int dots) {
  static final SystemDns NONE = new SystemDns(List.of(), List.of(), 0);

  /** Reads a file: for the start only. */
  static SystemDns read() {
    ResolverConfig config = ResolverConfig.getCurrentConfig();
    return new SystemDns(
        List.copyOf(config.servers()), List.copyOf(config.searchPath()), config.ndots());
  }
}
