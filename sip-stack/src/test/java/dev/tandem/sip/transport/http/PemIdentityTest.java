package dev.tandem.sip.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemIdentityTest {
  @TempDir Path directory;
  private Certificates files;

  @BeforeEach
  void setUp() {
    files = new Certificates(directory);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void pkcs8KeyIsRead(String algorithm) throws Exception {
    KeyPair keys = Certificates.keys(algorithm);
    X509Certificate certificate = Certificates.certificate("gw", keys, keys);
    Path key = files.file("key.pem", Certificates.pkcs8(keys));
    assertThat(Files.readString(key)).startsWith("-----BEGIN PRIVATE KEY-----");
    PemIdentity identity = PemIdentity.load(files.file("chain.pem", certificate), key);
    assertThat(identity.key().getEncoded()).isEqualTo(keys.getPrivate().getEncoded());
    assertThat(identity.chain()).containsExactly(certificate);
    assertThat(identity.notAfter()).isEqualTo(certificate.getNotAfter().toInstant());
    assertThat(identity.toString()).contains("CN=gw").doesNotContain("key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  void keysInTheOldFormsAreRead(String algorithm) throws Exception {
    KeyPair keys = Certificates.keys(algorithm);
    Path key = files.file("key.pem", Certificates.traditional(keys));
    assertThat(Files.readString(key)).startsWith("-----BEGIN " + algorithm + " PRIVATE KEY-----");
    PemIdentity identity =
        PemIdentity.load(files.file("chain.pem", Certificates.certificate("gw", keys, keys)), key);
    // That it is the certificate's own was tried by load.
    assertThat(identity.key().getAlgorithm()).isEqualTo(algorithm);
  }

  @Test
  void ecKeyAfterItsParametersIsRead() throws Exception {
    KeyPair keys = Certificates.keys("EC");
    PemObject parameters =
        new PemObject(
            "EC PARAMETERS", new ASN1ObjectIdentifier("1.2.840.10045.3.1.7").getEncoded());
    Path key = files.file("key.pem", parameters, Certificates.traditional(keys));
    Path chain = files.file("chain.pem", Certificates.certificate("gw", keys, keys));
    assertThat(PemIdentity.load(chain, key).key().getAlgorithm()).isEqualTo("EC");
  }

  @Test
  void oneFileMayHoldTheChainAndTheKey() throws Exception {
    KeyPair ca = Certificates.keys("RSA");
    KeyPair keys = Certificates.keys("EC");
    X509Certificate own = Certificates.certificate("gw", keys, ca);
    X509Certificate issuer = Certificates.certificate("ca", ca, ca);
    Path both = files.file("all.pem", Certificates.pkcs8(keys), own, issuer);
    PemIdentity identity = PemIdentity.load(both, both);
    assertThat(identity.chain()).containsExactly(own, issuer);
  }

  @Test
  void textAroundTheBlocksIsIgnored() throws Exception {
    KeyPair keys = Certificates.keys("EC");
    Path chain = files.file("chain.pem", Certificates.certificate("gw", keys, keys));
    Path noted =
        files.textFile("noted.pem", "subject=CN = gw\n\n" + Files.readString(chain) + "\nend\n");
    assertThat(PemIdentity.load(noted, files.file("key.pem", Certificates.pkcs8(keys))).chain())
        .hasSize(1);
  }

  @Test
  void missingFileIsNamed() {
    assertProblem(directory.resolve("no.crt"), directory.resolve("no.key"), "no.crt: no such file");
    assertProblem(
        chain(Certificates.keys("EC")), directory.resolve("no.key"), "no.key: no such file");
  }

  @Test
  void filesThatHoldSomethingElseAreNamed() {
    KeyPair keys = Certificates.keys("EC");
    Path key = files.file("key.pem", Certificates.pkcs8(keys));
    Path junk = files.textFile("junk.pem", "hello\n");
    assertProblem(junk, key, "junk.pem: no certificate in it; expected PEM blocks");
    assertProblem(key, key, "key.pem: no certificate in it");
    assertProblem(chain(keys), junk, "junk.pem: no key in it; expected an unencrypted private key");
    assertProblem(chain(keys), chain(keys), "chain.pem: no key in it");
    Path broken =
        files.textFile(
            "broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    assertProblem(broken, key, "broken.pem: cannot be read as PEM");
    Path cut = files.textFile("cut.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n");
    assertProblem(cut, key, "cut.pem: cannot be read as PEM");
  }

  @Test
  void encryptedKeyIsSaidToBeSo() {
    KeyPair keys = Certificates.keys("RSA");
    Path chain = chain(keys);
    assertProblem(
        chain, files.file("new.pem", Certificates.encryptedPkcs8(keys)), "the key is encrypted");
    assertProblem(chain, files.encryptedTraditional("old.pem", keys), "the key is encrypted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  void keyOfAnotherCertificateIsRefused(String algorithm) {
    Path other = files.file("other.pem", Certificates.pkcs8(Certificates.keys(algorithm)));
    assertProblem(
        chain(Certificates.keys("EC")),
        other,
        "chain.pem: its first certificate, of CN=gw, is not");
  }

  @Test
  void chainInTheWrongOrderIsSaidToBeSo() {
    KeyPair ca = Certificates.keys("EC");
    KeyPair keys = Certificates.keys("EC");
    Path chain =
        files.file(
            "chain.pem",
            Certificates.certificate("ca", ca, ca),
            Certificates.certificate("gw", keys, ca));
    assertProblem(
        chain,
        files.file("key.pem", Certificates.pkcs8(keys)),
        "the server's own certificate must be the first");
  }

  private Path chain(KeyPair keys) {
    return files.file("chain.pem", Certificates.certificate("gw", keys, keys));
  }

  private static void assertProblem(Path chain, Path key, String text) {
    assertThatThrownBy(() -> PemIdentity.load(chain, key))
        .isInstanceOf(PemException.class)
        .hasMessageContaining(text);
  }
}
