package dev.tandem.sip.transport.net;

import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;

/**
 * Who we are in TLS, and whom we believe.
 *
 * @param accepting our certificate for those who connect to us, and, where theirs is asked for, the
 *     authorities that may vouch for it
 * @param connecting the authorities that may vouch for those we connect to, and our own certificate
 *     where they ask for it. The name in their certificate is checked besides, by the platform;
 *     only a context with an {@link javax.net.ssl.X509ExtendedTrustManager} of its own can decide
 *     otherwise, for a PBX whose certificate is pinned, say.
 * @param clientCertificate whether those who connect to us must show a certificate
 */
public record TlsSettings(
    SSLContext accepting, SSLContext connecting, ClientCertificate clientCertificate) {

  /** What we want of those who connect to us. */
  public enum ClientCertificate {
    NOT_ASKED,
    ASKED,
    REQUIRED
  }

  /** Asks nobody for a certificate, and believes the platform's authorities. */
  public static TlsSettings of(SSLContext accepting) {
    try {
      return new TlsSettings(accepting, SSLContext.getDefault(), ClientCertificate.NOT_ASKED);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the platform's own TLS cannot be used", e);
    }
  }
}
