package dev.tandem.sip.transport.http;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Makes TLS contexts for peers: whom to believe, and who we are to them. Reads files: at start. */
public final class PeerTls {
  private PeerTls() {}

  /**
   * For those whom we connect to.
   *
   * @param authorities a PEM file with those who may vouch for the peer; null for the platform's
   * @param identity what we show a peer who asks; null for nothing
   * @throws PemException when the file is no good
   */
  public static SSLContext connecting(@Nullable Path authorities, @Nullable PemIdentity identity)
      throws PemException {
    return context(authorities, identity, true);
  }

  /**
   * For those who connect to us and show a certificate.
   *
   * @param authorities a PEM file with those who may vouch for it
   * @throws PemException when the file is no good
   */
  public static SSLContext accepting(Path authorities, PemIdentity identity) throws PemException {
    return context(authorities, identity, false);
  }

  private static SSLContext context(
      @Nullable Path authorities, @Nullable PemIdentity identity, boolean namesChecked)
      throws PemException {
    X509ExtendedTrustManager believed = believed(authorities);
    TrustManager[] trust = {namesChecked ? new SipNames(believed) : believed};
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(identity == null ? null : keys(identity), trust, new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }

  /**
   * Who decides whom to believe, names apart.
   *
   * @param authorities a PEM file with those who may vouch for a peer; null for the platform's
   * @throws PemException when the file is no good
   */
  public static X509ExtendedTrustManager believed(@Nullable Path authorities) throws PemException {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(authorities == null ? null : store(authorities));
      for (TrustManager each : factory.getTrustManagers()) {
        if (each instanceof X509ExtendedTrustManager believed) {
          return believed;
        }
      }
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
    throw new IllegalStateException("every Java platform knows X.509");
  }

  private static KeyStore store(Path authorities)
      throws PemException, GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    int number = 0;
    for (X509Certificate each : PemIdentity.readChain(authorities)) {
      store.setCertificateEntry("authority-" + ++number, each);
    }
    return store;
  }

  /** What shows a peer who we are. */
  public static KeyManager[] keys(PemIdentity identity) {
    char[] password = new char[0]; // it never leaves this memory
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "ours", identity.key(), password, identity.chain().toArray(new X509Certificate[0]));
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, password);
      return factory.getKeyManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every Java platform has PKCS #12", e);
    }
  }
}
