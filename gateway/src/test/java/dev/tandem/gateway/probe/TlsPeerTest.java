package dev.tandem.gateway.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.config.ConfigLoader;
import dev.tandem.gateway.config.TandemConfig;
import dev.tandem.gateway.probe.Finding.Grade;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers whose certificates are good, expired, for somebody else, or from nobody we know. */
class TlsPeerTest {
  private static final char[] PASSWORD = "test".toCharArray();

  @TempDir Path directory;
  private final KeyPair authorityKeys = keys();
  private ServerSocket server;

  @BeforeEach
  void writeAuthority() throws Exception {
    X509Certificate own = certificate(authorityKeys, Duration.ofDays(90), true, "authority");
    Files.writeString(
        directory.resolve("ca.pem"),
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(own.getEncoded())
            + "\n-----END CERTIFICATE-----\n");
  }

  @AfterEach
  void stop() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private X509Certificate certificate(
      KeyPair subject, Duration validFor, boolean authority, String name)
      throws GeneralSecurityException, OperatorException, IOException {
    Instant now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            new X500Principal("CN=Test Authority"),
            BigInteger.valueOf(System.nanoTime()),
            Date.from(now.minus(Duration.ofDays(60))),
            Date.from(now.plus(validFor)),
            new X500Principal(authority ? "CN=Test Authority" : "CN=peer"),
            subject.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(new GeneralName(GeneralName.dNSName, name)));
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(
                new JcaContentSignerBuilder("SHA256withECDSA").build(authorityKeys.getPrivate())));
  }

  /** Answers one OPTIONS, if it gets so far. */
  private void listens(String name, Duration validFor) throws Exception {
    KeyPair theirs = keys();
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "peer",
        theirs.getPrivate(),
        PASSWORD,
        new Certificate[] {certificate(theirs, validFor, false, name)});
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(store, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    listens(context.getServerSocketFactory().createServerSocket(0, 5, loopback()));
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByName("127.0.0.1");
  }

  private void listens(ServerSocket listening) {
    server = listening;
    var unused =
        CompletableFuture.runAsync(
            () -> {
              try (Socket accepted = listening.accept()) {
                StreamWire wire = new StreamWire(accepted, dev.tandem.sip.transport.Transport.TLS);
                String request = wire.receive(Duration.ofSeconds(20));
                if (request != null) {
                  wire.send(
                      PlainMessage.parse(request.replaceFirst(".*", "SIP/2.0 200 OK")).text());
                  wire.receive(Duration.ofSeconds(20));
                }
              } catch (IOException thePeerHungUp) {
                assertThat(listening.isBound()).isTrue();
              }
            });
  }

  private ProbeReport check(String settings) throws Exception {
    TandemConfig config =
        new ConfigLoader()
            .parse(
                "test",
                """
                domain: gw.example
                trunks: [{name: pbx, address: "127.0.0.1:%d", transport: tls%s}]
                """
                    .formatted(server.getLocalPort(), settings),
                directory);
    ProbeSettings checked =
        new ProbeSettings(
            config, config.trunks().get(0), null, null, Duration.ofSeconds(20), Duration.ZERO);
    return new TrunkProbe(checked, Literals.FINDER, () -> Long.toString(System.nanoTime(), 36))
        .run();
  }

  private static List<Finding> tls(ProbeReport report) {
    return report.steps().stream()
        .filter(step -> step.name().equals("TLS"))
        .findFirst()
        .orElseThrow()
        .findings();
  }

  private static boolean hasSpoken(ProbeReport report) {
    return report.steps().stream().anyMatch(step -> !step.exchange().isEmpty());
  }

  @Test
  void aGoodPeerIsBelieved() throws Exception {
    listens("pbx.example", Duration.ofDays(30));
    ProbeReport report = check(", tls: {ca: ca.pem, verifyName: pbx.example}");

    assertThat(tls(report)).extracting(Finding::grade).containsOnly(Grade.OK);
    assertThat(tls(report).get(0).words()).startsWith("TLSv1.");
    assertThat(tls(report).get(3).words()).isEqualTo("issued by Test Authority, whom we believe");
    assertThat(hasSpoken(report)).isTrue();
  }

  @Test
  void oneThatExpiresSoonIsAWarning() throws Exception {
    listens("pbx.example", Duration.ofDays(10));
    ProbeReport report = check(", tls: {ca: ca.pem, verifyName: pbx.example}");

    assertThat(tls(report).get(1).grade()).isEqualTo(Grade.WARNING);
    assertThat(tls(report).get(1).words()).contains("in 9 days");
    assertThat(hasSpoken(report)).isTrue();
  }

  @Test
  void anExpiredOneIsToldAndNothingIsSent() throws Exception {
    listens("pbx.example", Duration.ofDays(-1));
    ProbeReport report = check(", tls: {ca: ca.pem, verifyName: pbx.example}");

    assertThat(tls(report))
        .extracting(Finding::grade)
        .containsExactly(Grade.OK, Grade.FAILED, Grade.OK, Grade.OK);
    assertThat(tls(report).get(1).words()).contains("expired on");
    assertThat(hasSpoken(report)).isFalse();
  }

  @Test
  void anotherNameIsTold() throws Exception {
    listens("other.example", Duration.ofDays(30));
    ProbeReport report = check(", tls: {ca: ca.pem}");

    assertThat(tls(report).get(2).grade()).isEqualTo(Grade.FAILED);
    assertThat(tls(report).get(2).words())
        .isEqualTo("the certificate is for other.example, not for 127.0.0.1");
    assertThat(hasSpoken(report)).isFalse();
  }

  @Test
  void anUnknownAuthorityIsTold() throws Exception {
    listens("pbx.example", Duration.ofDays(30));
    ProbeReport report = check(", tls: {verifyName: pbx.example}");

    assertThat(tls(report).get(3).grade()).isEqualTo(Grade.FAILED);
    assertThat(tls(report).get(3).words()).contains("Test Authority, whom we do not believe");
    assertThat(tls(report).get(3).advice()).contains("tls.ca");
    assertThat(hasSpoken(report)).isFalse();
  }

  @Test
  void aPortWithoutTlsIsTold() throws Exception {
    ServerSocket plain = new ServerSocket(0, 5, loopback());
    server = plain;
    var unused =
        CompletableFuture.runAsync(
            () -> {
              try (Socket accepted = plain.accept()) {
                accepted
                    .getOutputStream()
                    .write(
                        "SIP/2.0 400 Bad Request\r\n\r\n"
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                accepted.getInputStream().readAllBytes();
              } catch (IOException thePeerHungUp) {
                assertThat(plain.isBound()).isTrue();
              }
            });

    assertThat(tls(check("")).get(0).words()).isEqualTo("what answers is not TLS");
  }
}
