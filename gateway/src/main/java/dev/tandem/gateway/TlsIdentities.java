package dev.tandem.gateway;

import dev.tandem.gateway.config.ClientCertificates;
import dev.tandem.gateway.config.value.TlsFiles;
import dev.tandem.sip.transport.http.PeerTls;
import dev.tandem.sip.transport.http.PemException;
import dev.tandem.sip.transport.http.PemIdentity;
import dev.tandem.sip.transport.http.ServerTls;
import dev.tandem.sip.transport.net.TlsSettings;
import dev.tandem.sip.transport.net.TlsSettings.ClientCertificate;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Reads the certificates that the configuration names. */
final class TlsIdentities {
  private TlsIdentities() {}

  /**
   * Reads certificate and key.
   *
   * @param key of the configuration, for the message when they are no good
   */
  static ServerTls read(TlsFiles files, String key) throws StartException {
    try {
      return new ServerTls(PemIdentity.load(files.certificate(), files.privateKey()));
    } catch (PemException e) {
      throw new StartException(key, String.valueOf(e.getMessage()), e);
    }
  }

  /** Who we are on TLS sockets for SIP, and whom we believe there where nothing else is said. */
  static TlsSettings sip(TlsFiles files, @Nullable ClientCertificates clients)
      throws StartException {
    try {
      SSLContext connecting = PeerTls.connecting(null, null);
      if (clients == null) {
        return new TlsSettings(
            read(files, "sip.tls").context(), connecting, ClientCertificate.NOT_ASKED);
      }
      PemIdentity ours = PemIdentity.load(files.certificate(), files.privateKey());
      return new TlsSettings(
          PeerTls.accepting(clients.authorities(), ours),
          connecting,
          clients.required() ? ClientCertificate.REQUIRED : ClientCertificate.ASKED);
    } catch (PemException e) {
      throw new StartException("sip.tls", String.valueOf(e.getMessage()), e);
    }
  }
}
