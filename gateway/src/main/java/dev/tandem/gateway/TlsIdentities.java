package dev.tandem.gateway;

import dev.tandem.gateway.config.TlsFiles;
import dev.tandem.sip.transport.http.PemException;
import dev.tandem.sip.transport.http.PemIdentity;
import dev.tandem.sip.transport.http.ServerTls;

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
}
