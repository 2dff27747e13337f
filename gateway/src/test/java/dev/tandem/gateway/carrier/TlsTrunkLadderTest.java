package dev.tandem.gateway.carrier;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.TestGateway;
import dev.tandem.testkit.Ladder;
import dev.tandem.testkit.ManualClock;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import dev.tandem.testkit.SipText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Trunks on TLS, from the lines of the configuration to the peer: who is believed, and who we are.
 */
class TlsTrunkLadderTest {
  private static final String HOST = "127.0.0.9";

  @TempDir Path directory;
  private final Ladder ladder = new Ladder();
  private Phone carrier;
  private TlsRelay open;
  private TlsRelay closed; // to those who show no certificate
  private TestGateway gateway;
  private Phone alice;

  @BeforeEach
  void start() throws Exception {
    SelfSigned identity = new SelfSigned();
    identity.writeTo(directory);
    carrier =
        Phone.pbxTcp(
            ladder,
            "carrier",
            new PhoneIdentity("carrier", "carrier.example", null),
            HOST,
            () -> gateway.address("tls"));
    int port = Integer.parseInt(carrier.address().replaceFirst(".*:", ""));
    InetSocketAddress behind = new InetSocketAddress(HOST, port);
    ServerSocketFactory tls = identity.context().getServerSocketFactory();
    open = new TlsRelay(HOST, tls, behind, SocketFactory.getDefault());
    closed = new TlsRelay(HOST, asking(tls), behind, SocketFactory.getDefault());
    gateway = TestGateway.start(yaml(), new ManualClock());
    alice =
        Phone.jsSip(
            ladder,
            "alice",
            new PhoneIdentity("alice", "example.test", "secret"),
            URI.create("ws://127.0.0.1:" + gateway.address("http").getPort() + "/ws"));
  }

  private String yaml() {
    return """
        domain: example.test
        http: {listen: ["127.0.0.1:0"]}
        sip:
          listen: {udp: [], tcp: [], tls: ["127.0.0.1:0"]}
          tls: {certificate: "%1$s/certificate.pem", privateKey: "%1$s/key.pem"}
        users: [{user: alice, password: secret}]
        trunks:
          - {name: believed, address: "%2$s", transport: tls, tls: {%4$s}}
          - {name: unbelieved, address: "%2$s", transport: tls}
          - {name: misnamed, address: "%2$s", transport: tls, tls: {ca: "%1$s/certificate.pem"}}
          - {name: nobody, address: "%3$s", transport: tls, tls: {%4$s}}
          - name: somebody
            address: "%3$s"
            transport: tls
            tls: {%4$s, certificate: "%1$s/certificate.pem", privateKey: "%1$s/key.pem"}
        routes:
          - {number: "91*", trunk: believed}
          - {number: "92*", trunk: unbelieved}
          - {number: "93*", trunk: misnamed}
          - {number: "94*", trunk: nobody}
          - {number: "95*", trunk: somebody}
        """
        .formatted(
            directory,
            text(open),
            text(closed),
            "ca: \"%s/certificate.pem\", verifyName: %s".formatted(directory, SelfSigned.NAME));
  }

  private static String text(TlsRelay relay) {
    return HOST + ":" + relay.address().getPort();
  }

  /** The same, which wants a certificate of who connects. */
  private static ServerSocketFactory asking(ServerSocketFactory all) {
    return new ServerSocketFactory() {
      @Override
      public ServerSocket createServerSocket(int port) throws IOException {
        return asking(all.createServerSocket(port));
      }

      @Override
      public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return asking(all.createServerSocket(port, backlog));
      }

      @Override
      public ServerSocket createServerSocket(int port, int backlog, InetAddress address)
          throws IOException {
        return asking(all.createServerSocket(port, backlog, address));
      }

      private ServerSocket asking(ServerSocket made) {
        ((SSLServerSocket) made).setNeedClientAuth(true);
        return made;
      }
    };
  }

  @AfterEach
  void stop() {
    ladder.close();
    if (gateway != null) {
      gateway.close();
    }
    for (TlsRelay relay : new TlsRelay[] {open, closed}) {
      if (relay != null) {
        relay.close();
      }
    }
  }

  private void talks(String number) {
    alice.invites("sip:" + number + "@example.test");
    SipText invite = carrier.receives(INVITE);
    assertThat(invite.header("Via")).startsWith("SIP/2.0/TLS 127.0.0.1:");
    carrier.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    carrier.receives(ACK);
    alice.sends(BYE);
    alice.receives(200);
    carrier.receives(BYE);
    carrier.answers(200);
  }

  @Test
  void callsGoOverOneConnectionToWhomTheTrunksAuthorityVouchesFor() {
    talks("91");
    talks("91");
    assertThat(open.accepted()).isOne();
    ladder.nothingMore();
  }

  /** Not even over the connection of a trunk that does believe the same peer. */
  @ParameterizedTest
  @ValueSource(strings = {"92", "93"})
  void whomNobodyVouchesForGetsNoCall(String number) {
    talks("91");
    alice.invites("sip:" + number + "@example.test");
    alice.receives(503);
    ladder.nothingMore();
  }

  @Test
  void aPeerThatWantsOurCertificateGetsTheTrunks() {
    talks("95");
    alice.invites("sip:94@example.test");
    alice.receives(503);
    ladder.nothingMore();
  }
}
