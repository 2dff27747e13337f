package dev.tandem.sip.transport.http;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;

/**
 * Who a server is: a private key and the certificates that vouch for it, the server's own first, as
 * certbot and every CA deliver them. The key never appears in {@link #toString()}.
 */
public record PemIdentity(PrivateKey key, List<X509Certificate> chain) {
  private static final String KEY_KINDS =
      "an unencrypted private key (BEGIN PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY)";

  public PemIdentity {
    chain = List.copyOf(chain);
  }

  /**
   * Reads a certificate chain and its key, which may be one and the same file.
   *
   * @throws PemException when a file cannot be read, holds something else, or the two do not belong
   *     together
   */
  public static PemIdentity load(Path chainFile, Path keyFile) throws PemException {
    List<X509Certificate> chain = readChain(chainFile);
    PrivateKey key = readKey(keyFile);
    if (!belongsTo(key, chain.get(0).getPublicKey())) {
      boolean other = chain.stream().skip(1).anyMatch(c -> belongsTo(key, c.getPublicKey()));
      throw new PemException(
          chainFile,
          other
              ? "the server's own certificate must be the first; the key "
                  + keyFile
                  + " belongs to a later one"
              : "its first certificate, of "
                  + chain.get(0).getSubjectX500Principal()
                  + ", is not for the key in "
                  + keyFile,
          null);
    }
    return new PemIdentity(key, chain);
  }

  /** When the server's own certificate is over. */
  public Instant notAfter() {
    return chain.get(0).getNotAfter().toInstant();
  }

  @Override
  public String toString() {
    return chain.get(0).getSubjectX500Principal() + " until " + notAfter();
  }

  static List<X509Certificate> readChain(Path file) throws PemException {
    List<X509Certificate> chain = new ArrayList<>();
    JcaX509CertificateConverter converter = new JcaX509CertificateConverter();
    for (Object entry : readAll(file)) {
      if (entry instanceof X509CertificateHolder holder) {
        try {
          chain.add(converter.getCertificate(holder));
        } catch (CertificateException e) {
          throw new PemException(file, "a certificate in it is broken: " + e.getMessage(), e);
        }
      }
    }
    if (chain.isEmpty()) {
      throw new PemException(
          file, "no certificate in it; expected PEM blocks BEGIN CERTIFICATE", null);
    }
    return chain;
  }

  private static PrivateKey readKey(Path file) throws PemException {
    JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
    try {
      for (Object entry : readAll(file)) {
        if (entry instanceof PrivateKeyInfo pkcs8) {
          return converter.getPrivateKey(pkcs8);
        }
        if (entry instanceof PEMKeyPair pair) {
          return converter.getPrivateKey(pair.getPrivateKeyInfo());
        }
        if (entry instanceof PEMEncryptedKeyPair || entry instanceof PKCS8EncryptedPrivateKeyInfo) {
          throw new PemException(file, "the key is encrypted; expected " + KEY_KINDS, null);
        }
      }
    } catch (IOException e) {
      throw new PemException(file, "the key is of no kind that TLS here can use", e);
    }
    throw new PemException(file, "no key in it; expected " + KEY_KINDS, null);
  }

  private static List<Object> readAll(Path file) throws PemException {
    List<Object> entries = new ArrayList<>();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1);
        PEMParser parser = new PEMParser(reader)) {
      for (Object entry = parser.readObject(); entry != null; entry = parser.readObject()) {
        entries.add(entry);
      }
    } catch (NoSuchFileException e) {
      throw new PemException(file, "no such file", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new PemException(file, "cannot be read as PEM: " + e.getMessage(), e);
    }
    return entries;
  }

  /** Tries it: what the one signs, the other must verify. */
  private static boolean belongsTo(PrivateKey key, PublicKey certified) {
    if (!key.getAlgorithm().equals(certified.getAlgorithm())) {
      return false;
    }
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update((byte) 1);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update((byte) 1);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
