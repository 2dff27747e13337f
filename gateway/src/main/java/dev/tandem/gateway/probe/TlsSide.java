package dev.tandem.gateway.probe;

import dev.tandem.gateway.config.value.TlsFiles;
import dev.tandem.sip.transport.http.PeerTls;
import dev.tandem.sip.transport.http.PemException;
import dev.tandem.sip.transport.http.PemIdentity;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Our side of TLS, and what is believed of the peer's. */
final class TlsSide {
  private final X509ExtendedTrustManager platform;
  private final KeyManager @Nullable [] keys;

  private TlsSide(X509ExtendedTrustManager platform, KeyManager @Nullable [] keys) {
    this.platform = platform;
    this.keys = keys;
  }

  /**
   * Reads the files.
   *
   * @param authorities null for the platform's
   * @param identity null for none
   */
  static TlsSide of(@Nullable Path authorities, @Nullable TlsFiles identity) throws PemException {
    return new TlsSide(
        PeerTls.believed(authorities),
        identity == null
            ? null
            : PeerTls.keys(PemIdentity.load(identity.certificate(), identity.privateKey())));
  }

  /**
   * A context that lets every handshake end, so that all that is wrong with a certificate can be
   * told. Nothing may be sent before {@link #distrust} and the names are looked at.
   */
  SSLContext context() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, new TrustManager[] {new Witness(platform)}, null);
    return context;
  }

  /**
   * Why nobody vouches for it, apart from its expiry, which is told on its own; null if somebody
   * does.
   */
  @Nullable String distrust(X509Certificate[] chain) {
    try {
      platform.checkServerTrusted(chain, "UNKNOWN");
      return null;
    } catch (CertificateException e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      return cause instanceof CertificateExpiredException
              || cause instanceof CertificateNotYetValidException
          ? null
          : String.valueOf(cause.getMessage());
    }
  }

  /** Lets everybody pass; who they are is judged afterwards. */
  private static final class Witness extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager platform;

    Witness(X509ExtendedTrustManager platform) {
      this.platform = platform;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      platform.checkClientTrusted(chain, authType, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      platform.checkClientTrusted(chain, authType, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      platform.checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return platform.getAcceptedIssuers();
    }
  }
}
