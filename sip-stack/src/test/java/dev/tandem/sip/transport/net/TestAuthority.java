package dev.tandem.sip.transport.net;

import dev.tandem.sip.transport.http.PemIdentity;
import dev.tandem.sip.transport.http.ServerTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority that lives as long as a test class. */
final class TestAuthority {
  static {
    try { // before any server of a test shakes hands: Java reads what it sets only once
      MethodHandles.lookup().ensureInitialized(ServerTls.class);
    } catch (IllegalAccessException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static final char[] PASSWORD = "test".toCharArray();

  private final AtomicLong serial = new AtomicLong(1);
  private final KeyPair keys = newKeys();
  private final X509Certificate own = certificate(keys, Duration.ofDays(30), true);

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Has a certificate with these names (IP literals, DNS names, sip: URIs), and trusts us. */
  SSLContext identity(String... names) {
    return identity(Duration.ofDays(10), names);
  }

  /** As above, by a certificate that was over a day ago. */
  SSLContext expiredIdentity(String... names) {
    return identity(Duration.ofDays(-1), names);
  }

  private SSLContext identity(Duration validFor, String... names) {
    KeyPair theirs = newKeys();
    X509Certificate certificate = certificate(theirs, validFor, false, names);
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("me", theirs.getPrivate(), PASSWORD, new Certificate[] {certificate});
      KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
      factory.init(store, PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(factory.getKeyManagers(), trust().getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A certificate of ours for these names, with its key. */
  PemIdentity certified(String... names) {
    KeyPair theirs = newKeys();
    X509Certificate certificate = certificate(theirs, Duration.ofDays(10), false, names);
    return new PemIdentity(theirs.getPrivate(), List.of(certificate));
  }

  /** A PEM file that names us as an authority. */
  Path file(Path directory) {
    try (JcaPEMWriter writer =
        new JcaPEMWriter(Files.newBufferedWriter(directory.resolve("ca.pem")))) {
      writer.writeObject(own);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return directory.resolve("ca.pem");
  }

  /** Has no certificate, and trusts us. */
  SSLContext nobody() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust().getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private TrustManagerFactory trust() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("authority", own);
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    return factory;
  }

  private X509Certificate certificate(
      KeyPair subject, Duration validFor, boolean isAuthority, String... names) {
    Instant now = Instant.now();
    try {
      var builder =
          new JcaX509v3CertificateBuilder(
              new X500Principal("CN=authority"),
              BigInteger.valueOf(serial.getAndIncrement()),
              Date.from(now.minus(Duration.ofDays(20))),
              Date.from(now.plus(validFor)),
              new X500Principal(isAuthority ? "CN=authority" : "CN=somebody"),
              subject.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
      if (names.length > 0) {
        GeneralName[] all =
            Arrays.stream(names).map(TestAuthority::name).toArray(GeneralName[]::new);
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(all));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    } catch (GeneralSecurityException | OperatorException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static GeneralName name(String name) {
    if (name.startsWith("sip:")) {
      return new GeneralName(GeneralName.uniformResourceIdentifier, name);
    }
    boolean isAddress = name.indexOf(':') >= 0 || name.matches("[0-9.]+");
    return new GeneralName(isAddress ? GeneralName.iPAddress : GeneralName.dNSName, name);
  }
}
