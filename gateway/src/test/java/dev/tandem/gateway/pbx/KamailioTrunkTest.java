package dev.tandem.gateway.pbx;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.Gateway;
import dev.tandem.gateway.GatewayEnvironment;
import dev.tandem.gateway.config.ConfigLoader;
import dev.tandem.gateway.trunk.TrunkReport;
import dev.tandem.testkit.Ladder;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real Kamailio as carrier, which challenges REGISTER with 401 and INVITE with 407. */
@Tag("foreign")
class KamailioTrunkTest {
  private final Ladder ladder = new Ladder(Duration.ofSeconds(10));
  private Kamailio carrier;
  private Gateway gateway;

  private void start(String transport, String algorithm) throws Exception {
    carrier = new Kamailio("127.0.0.5", Asterisk.freePort("127.0.0.5"), algorithm);
    gateway =
        Gateway.start(
            new ConfigLoader()
                .parse(
                    "test.yaml",
                    """
                    domain: example.test
                    http: {listen: ["127.0.0.1:0"]}
                    sip: {listen: {udp: ["127.0.0.1:0"], tcp: ["127.0.0.1:0"]}}
                    users:
                      - {user: alice, password: secret}
                      - {user: bob, password: secret}
                    trunks:
                      - name: carrier
                        address: "%s"
                        transport: %s
                        domain: carrier.example
                        auth: {user: acc1, password: s3cret, realm: carrier.example}
                        register: {expires: 60s}
                        health: {interval: 1s}
                    routes:
                      - {number: "9*", trunk: carrier}
                    """
                        .formatted(carrier.address(), transport),
                    Path.of("")),
            GatewayEnvironment.system());
  }

  @AfterEach
  void stop() {
    ladder.close();
    if (gateway != null) {
      gateway.close();
    }
    if (carrier != null) {
      carrier.close();
    }
  }

  private TrunkReport report() {
    return gateway.trunks().reports().get(0);
  }

  private boolean isRegistered() {
    TrunkReport.Registered registered = report().registered();
    return registered != null && registered.registered();
  }

  private Phone browser(String user) {
    int port = gateway.endpoints().get(0).address().getPort();
    return Phone.jsSip(
        ladder,
        user,
        new PhoneIdentity(user, "example.test", "secret"),
        URI.create("ws://127.0.0.1:" + port + "/ws"));
  }

  @ParameterizedTest
  @CsvSource({"udp, MD5", "tcp, SHA-256"})
  void registersAndCallsAndIsCalled(String transport, String algorithm) throws Exception {
    start(transport, algorithm);
    await().atMost(Duration.ofSeconds(10)).until(this::isRegistered);
    // 60 s was too brief for it.
    assertThat(report().registered().words()).endsWith("for 300 s");
    await().until(() -> report().roundTrip() != null);

    Phone alice = browser("alice");
    for (int i = 0; i < 3; i++) {
      alice.invites("sip:9" + i + "@example.test"); // one nonce, its count checked there
      alice.receives(486);
    }

    Phone bob = browser("bob");
    bob.registers();
    InetSocketAddress proxy = carrier.socketAddress();
    Phone caller =
        Phone.pbxUdp(
            ladder, "caller", new PhoneIdentity("1", "world.test", null), "127.0.0.6", () -> proxy);
    caller.invites(
        "sip:acc1@carrier.example", invite -> invite.set("To", "<sip:bob@carrier.example>"));
    bob.receives(INVITE);
    bob.answers(200);
    caller.receives(200);
    caller.sends(ACK);
    bob.receives(ACK);
    bob.sends(BYE);
    bob.receives(200);
    caller.receives(BYE);
    caller.answers(200);
  }
}
