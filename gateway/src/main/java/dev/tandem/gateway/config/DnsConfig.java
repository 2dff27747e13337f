package dev.tandem.gateway.config;

import dev.tandem.gateway.config.file.Section;
import dev.tandem.gateway.config.value.ConfigException;
import dev.tandem.gateway.config.value.Durations;
import dev.tandem.gateway.config.value.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;

/**
 * How SIP servers are found and tried (RFC 3263).
 *
 * @param servers empty for those of the system
 * @param timeout for one answer of one server
 * @param limit for all that is asked for one call
 * @param setBack for how long a server that failed is tried after the others
 * @param nextServerAfter how long a server may be silent to an INVITE when there is another
 */
public record DnsConfig(
    List<InetSocketAddress> servers,
    Duration timeout,
    Duration limit,
    Duration setBack,
    Duration nextServerAfter) {

  public DnsConfig {
    servers = List.copyOf(servers);
    atLeast("timeout", timeout);
    atLeast("limit", limit);
    atLeast("setBack", setBack);
    atLeast("nextServerAfter", nextServerAfter);
  }

  private static void atLeast(String key, Duration value) {
    if (value.compareTo(Duration.ofMillis(100)) < 0) {
      throw new ConfigException("sip.dns." + key, "must be at least 100ms, was " + value);
    }
  }

  static DnsConfig read(Section section) {
    return new DnsConfig(
        section.list("servers", List.of(), DnsConfig::server),
        section.value("timeout", "2s", Durations::parse),
        section.value("limit", "6s", Durations::parse),
        section.value("setBack", "30s", Durations::parse),
        section.value("nextServerAfter", "4s", Durations::parse));
  }

  private static InetSocketAddress server(String text) {
    String expected = "an address such as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]";
    HostPort parts = HostPort.parse(text, 53, 1, expected);
    boolean isLiteral = parts.host().matches("[0-9.]+|\\[.*]");
    try {
      if (isLiteral) {
        return new InetSocketAddress(InetAddress.getByName(parts.host()), parts.port());
      }
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(expected, e);
    }
    throw new IllegalArgumentException(expected);
  }
}
