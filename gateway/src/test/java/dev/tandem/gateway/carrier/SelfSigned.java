package dev.tandem.gateway.carrier;

import java.io.IOException;
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
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate for carrier.example that vouches for itself, and who has it and trusts it. */
final class SelfSigned {
  static final String NAME = "carrier.example";
  private static final char[] PASSWORD = "test".toCharArray();

  private final KeyPair keys;
  private final X509Certificate certificate;

  SelfSigned() throws GeneralSecurityException, OperatorException, IOException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    keys = generator.generateKeyPair();
    Instant now = Instant.now();
    X500Principal itself = new X500Principal("CN=" + NAME);
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            itself,
            BigInteger.ONE,
            Date.from(now.minus(Duration.ofDays(1))),
            Date.from(now.plus(Duration.ofDays(1))),
            itself,
            keys.getPublic());
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(new GeneralName(GeneralName.dNSName, NAME)));
    certificate =
        new JcaX509CertificateConverter()
            .getCertificate(
                builder.build(
                    new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
  }

  /** Writes certificate.pem and key.pem. */
  void writeTo(Path directory) throws IOException, GeneralSecurityException {
    write(directory.resolve("certificate.pem"), "CERTIFICATE", certificate.getEncoded());
    write(directory.resolve("key.pem"), "PRIVATE KEY", keys.getPrivate().getEncoded());
  }

  private static void write(Path file, String what, byte[] bytes) throws IOException {
    Files.writeString(
        file,
        "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
            .formatted(what, Base64.getMimeEncoder().encodeToString(bytes)));
  }

  /** TLS with it. */
  SSLContext context() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("me", keys.getPrivate(), PASSWORD, new Certificate[] {certificate});
    store.setCertificateEntry("trusted", certificate);
    KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
    own.init(store, PASSWORD);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
