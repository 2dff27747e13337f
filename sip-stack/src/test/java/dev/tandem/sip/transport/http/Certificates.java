package dev.tandem.sip.transport.http;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.bouncycastle.operator.OperatorException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/** Keys and certificates as files, made anew for each test. */
final class Certificates {
  private static final AtomicLong serial = new AtomicLong(1);
  private final Path directory;

  Certificates(Path directory) {
    this.directory = directory;
  }

  static KeyPair keys(String algorithm) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (algorithm.equals("RSA")) {
        generator.initialize(2048);
      } else if (algorithm.equals("EC")) {
        generator.initialize(256);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A certificate of {@code subject}'s key that {@code issuer} signed. */
  static X509Certificate certificate(String subjectName, KeyPair subject, KeyPair issuer) {
    String algorithm =
        switch (issuer.getPrivate().getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "Ed25519";
        };
    Instant now = Instant.now();
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(
              new JcaX509v3CertificateBuilder(
                      new X500Principal("CN=issuer"),
                      BigInteger.valueOf(serial.getAndIncrement()),
                      Date.from(now.minus(1, ChronoUnit.DAYS)),
                      Date.from(now.plus(30, ChronoUnit.DAYS)),
                      new X500Principal("CN=" + subjectName),
                      subject.getPublic())
                  .build(new JcaContentSignerBuilder(algorithm).build(issuer.getPrivate())));
    } catch (GeneralSecurityException | OperatorException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A file with these objects: certificates, keys, key pairs, as OpenSSL would write them. */
  Path file(String name, Object... entries) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      for (Object entry : entries) {
        writer.writeObject(entry);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return textFile(name, text.toString());
  }

  Path textFile(String name, String text) {
    try {
      return Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static PemObject pkcs8(KeyPair keys) {
    try {
      return new JcaPKCS8Generator(keys.getPrivate(), null).generate();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The form that BEGIN RSA PRIVATE KEY and BEGIN EC PRIVATE KEY hold (RFC 8017, RFC 5915). */
  static PemObject traditional(KeyPair keys) {
    PrivateKeyInfo info = PrivateKeyInfo.getInstance(keys.getPrivate().getEncoded());
    try {
      ASN1Encodable inner = info.parsePrivateKey();
      if (keys.getPrivate() instanceof ECPrivateKey key) {
        inner =
            new org.bouncycastle.asn1.sec.ECPrivateKey(
                256, key.getS(), info.getPrivateKeyAlgorithm().getParameters());
      }
      return new PemObject(
          keys.getPrivate().getAlgorithm() + " PRIVATE KEY",
          inner.toASN1Primitive().getEncoded("DER"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static PemObject encryptedPkcs8(KeyPair keys) {
    try {
      return new JcaPKCS8Generator(
              keys.getPrivate(),
              new JceOpenSSLPKCS8EncryptorBuilder(JcaPKCS8Generator.AES_256_CBC)
                  .setProvider(new BouncyCastleProvider())
                  .setPassword("secret".toCharArray())
                  .build())
          .generate();
    } catch (IOException | OperatorException e) {
      throw new IllegalStateException(e);
    }
  }

  Path encryptedTraditional(String name, KeyPair keys) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(
          keys.getPrivate(),
          new JcePEMEncryptorBuilder("AES-128-CBC")
              .setProvider(new BouncyCastleProvider())
              .build("secret".toCharArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return textFile(name, text.toString());
  }

  /** An identity of a self-signed certificate. */
  PemIdentity identity(String name, String algorithm) {
    KeyPair keys = keys(algorithm);
    try {
      return PemIdentity.load(
          file(name + ".crt", certificate(name, keys, keys)), file(name + ".key", pkcs8(keys)));
    } catch (PemException e) {
      throw new IllegalStateException(e);
    }
  }
}
