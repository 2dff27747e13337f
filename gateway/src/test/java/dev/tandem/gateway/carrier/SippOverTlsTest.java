package dev.tandem.gateway.carrier;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.pbx.Asterisk;
import dev.tandem.testkit.Phone;
import java.net.InetSocketAddress;
import java.time.Duration;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** SIPp behind a TLS relay, as carrier and as caller. */
class SippOverTlsTest extends SippTest {
  private SelfSigned identity;
  private @Nullable TlsRelay relay;

  @BeforeEach
  void makeIdentity() throws Exception {
    identity = new SelfSigned();
    identity.writeTo(directory);
  }

  @AfterEach
  void stopRelay() {
    if (relay != null) {
      relay.close();
    }
  }

  private void startWithTls(InetSocketAddress carrier) throws Exception {
    start(
        """
        sip:
          listen: {udp: [], tcp: [], tls: ["127.0.0.1:0"]}
          tls: {certificate: certificate.pem, privateKey: key.pem}
        trunks:
          - name: carrier
            address: "%s:%d"
            transport: tls
            tls: {ca: certificate.pem, verifyName: %s}
            sources: [%s]
        """
            .formatted(carrier.getHostString(), carrier.getPort(), SelfSigned.NAME, FIRST));
  }

  @Test
  void browserCalls() throws Exception {
    int port = Asterisk.freePort(FIRST);
    TlsRelay front =
        new TlsRelay(
            FIRST,
            identity.context().getServerSocketFactory(),
            new InetSocketAddress(FIRST, port),
            SocketFactory.getDefault());
    relay = front;
    Sipp carrier =
        kept(
            new Sipp.Builder(directory, FIRST, port)
                .over("tls")
                .reachedAt(
                    "sip:sipp@%s:%d;transport=tls".formatted(FIRST, front.address().getPort()))
                .listens(
                    Script.callee()
                        .receives(INVITE)
                        .with("Via", "SIP/2.0/TLS 127\\.0\\.0\\.1:")
                        .with("Contact", "transport=tls")
                        .answers(INVITE, 180)
                        .takesTheCall()));
    startWithTls(front.address());
    Phone alice = jsSip("alice");
    alice.invites(NUMBER);
    alice.receives(180);
    assertThat(isAnsweredAndHangsUp(alice).bodyText()).contains("m=audio 30000 RTP/AVP 0");
    carrier.succeeds();
    ladder.nothingMore();
  }

  @Test
  void browserIsCalled() throws Exception {
    startWithTls(new InetSocketAddress(FIRST, 9));
    TlsRelay back =
        new TlsRelay(
            FIRST,
            ServerSocketFactory.getDefault(),
            address("tls"),
            identity.context().getSocketFactory());
    relay = back;
    Phone bob = sipJs("bob");
    bob.registers();
    Sipp caller =
        kept(
            sipp(FIRST)
                .over("tls")
                .calls(
                    back.address(),
                    Script.caller("sip:bob@example.test")
                        .invites()
                        .receives(100)
                        .receives(180)
                        .receives(200)
                        .with("Contact", "transport=tls")
                        .acknowledges()
                        .waits(Duration.ofMillis(100))
                        .asks(BYE)
                        .receives(200)));
    bob.receives(INVITE);
    bob.answers(180);
    bob.answers(200, INVITE);
    bob.receives(ACK);
    bob.receives(BYE);
    bob.answers(200);
    caller.succeeds();
    ladder.nothingMore();
  }
}
