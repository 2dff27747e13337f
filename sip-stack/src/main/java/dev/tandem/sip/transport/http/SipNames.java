package dev.tandem.sip.transport.http;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Believes what the platform believes, and a certificate that names the domain asked for as a
 * {@code sip:} URI (RFC 5922 §7.1), which the platform does not know how to read. Such a URI counts
 * only without a user, and exactly.
 */
final class SipNames extends X509ExtendedTrustManager {
  private static final int URI = 6; // RFC 5280 §4.2.1.6, as X509Certificate numbers them

  private final X509ExtendedTrustManager platform;

  SipNames(X509ExtendedTrustManager platform) {
    this.platform = platform;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    if (engine.getPeerHost() != null && isNamed(chain[0], engine.getPeerHost())) {
      platform.checkServerTrusted(chain, authType); // all of it but the name
    } else {
      platform.checkServerTrusted(chain, authType, engine);
    }
  }

  private static boolean isNamed(X509Certificate certificate, String domain)
      throws CertificateException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    String wanted = "sip:" + domain.toLowerCase(Locale.ROOT);
    return names != null
        && names.stream()
            .anyMatch(
                name ->
                    Integer.valueOf(URI).equals(name.get(0))
                        && wanted.equals(String.valueOf(name.get(1)).toLowerCase(Locale.ROOT)));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    platform.checkServerTrusted(chain, authType, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    platform.checkServerTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    platform.checkClientTrusted(chain, authType, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    platform.checkClientTrusted(chain, authType, socket);
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
