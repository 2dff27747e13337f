package dev.tandem.gateway.config;

import dev.tandem.gateway.config.file.Section;
import dev.tandem.gateway.config.value.AddressRange;
import dev.tandem.gateway.config.value.HostPort;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * As who the gateway shows itself in Via and Contact to peers that are not on a WebSocket, where
 * that is not the address of its socket: behind NAT. Each is {@code host} or {@code host:port}.
 *
 * @param notTo peers that know us by the socket's own address
 */
public record AdvertiseConfig(
    @Nullable String udp, @Nullable String tcp, @Nullable String tls, List<AddressRange> notTo) {

  public AdvertiseConfig {
    notTo = List.copyOf(notTo);
  }

  /** Whether this peer knows us by the socket's own address. */
  public boolean isNear(InetAddress peer) {
    return notTo.stream().anyMatch(range -> range.contains(peer));
  }

  static AdvertiseConfig read(Section section) {
    return new AdvertiseConfig(
        section.optional("udp", AdvertiseConfig::place),
        section.optional("tcp", AdvertiseConfig::place),
        section.optional("tls", AdvertiseConfig::place),
        section.list("notTo", List.of(), AddressRange::parse));
  }

  private static String place(String text) {
    String expected =
        "host or host:port such as 203.0.113.7, sip.example.org:5060 or [2001:db8::7]";
    HostPort parts = HostPort.parse(text, 0, 0, expected);
    if (parts.host().isEmpty()) {
      throw new IllegalArgumentException(expected);
    }
    return text;
  }
}
