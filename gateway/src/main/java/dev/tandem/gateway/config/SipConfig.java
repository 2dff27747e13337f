package dev.tandem.gateway.config;

import dev.tandem.gateway.config.value.ConfigException;
import dev.tandem.gateway.config.value.ListenAddress;
import dev.tandem.gateway.config.value.TlsFiles;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * SIP on its own sockets (RFC 3261 §18).
 *
 * @param tlsFiles null when {@code tls} is empty
 * @param showVersion whether peers are told which version we are, beside our name
 * @param clientCertificates null when those who connect by TLS are asked for none
 */
public record SipConfig(
    List<ListenAddress> udp,
    List<ListenAddress> tcp,
    List<ListenAddress> tls,
    @Nullable TlsFiles tlsFiles,
    @Nullable ClientCertificates clientCertificates,
    AdvertiseConfig advertise,
    boolean showVersion,
    DnsConfig dns) {
  public SipConfig {
    udp = List.copyOf(udp);
    tcp = List.copyOf(tcp);
    tls = List.copyOf(tls);
    if (!tls.isEmpty() && tlsFiles == null) {
      throw new ConfigException("sip.tls.certificate", "is missing: sip.listen.tls needs it");
    }
  }
}
