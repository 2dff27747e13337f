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
import dev.tandem.testkit.SipText;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real Asterisk as the PBX behind a trunk that registers: calls both ways, health both ways. */
@Tag("foreign")
class AsteriskTrunkTest {
  private static final String ACCOUNT =
      Asterisk.phone("tandem", "")
          .replace("max_contacts = 5", "max_contacts = 5\nqualify_frequency = 2");
  private static final String TO_BOB =
      "exten => 700,1,Dial(PJSIP/bob@tandem,20)\n same => n,Hangup()\n";

  private final Asterisk pbx = Asterisk.at("127.0.0.4");
  private final Ladder ladder = new Ladder(Duration.ofSeconds(10));
  private Gateway gateway;

  private void start(String transport, String password) throws Exception {
    pbx.pjsip(ACCOUNT).extensions(Asterisk.NUMBERS + TO_BOB).start();
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
                      - name: pbx
                        address: "%s"
                        transport: %s
                        auth: {user: tandem, password: %s, realm: asterisk}
                        from: {user: tandem}
                        register: {expires: 60s}
                        health: {interval: 1s}
                    routes:
                      - {number: "6*", trunk: pbx}
                    """
                        .formatted(pbx.address(), transport, password),
                    Path.of("")),
            GatewayEnvironment.system());
  }

  @AfterEach
  void stop() {
    ladder.close();
    if (gateway != null) {
      gateway.close();
    }
    pbx.close();
  }

  private TrunkReport report() {
    return gateway.trunks().reports().get(0);
  }

  private boolean isRegistered() {
    TrunkReport.Registered registered = report().registered();
    return registered != null && registered.registered();
  }

  /** A phone of ours; what it describes an Asterisk without WebRTC understands. */
  private Phone phone(String user) {
    PhoneIdentity identity = new PhoneIdentity(user, "example.test", "secret");
    return Phone.pbxUdp(ladder, user, identity, "127.0.0.1", this::udp);
  }

  private InetSocketAddress udp() {
    return gateway.endpoints().stream()
        .filter(endpoint -> endpoint.protocol().equals("udp"))
        .findFirst()
        .orElseThrow()
        .address();
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp"})
  void registersCallsAndIsCalled(String transport) throws Exception {
    start(transport, "secret");
    await().atMost(Duration.ofSeconds(10)).until(this::isRegistered);
    // Its qualify is answered, and so are our OPTIONS.
    pbx.comesToSay(
        "pjsip show contacts", said -> said.matches("(?s).*tandem/sip:tandem@.*Avail.*"));
    await().until(() -> report().roundTrip() != null);
    assertThat(report().reason()).startsWith("OPTIONS was answered");

    Phone alice = phone("alice");
    alice.invites("sip:600@example.test"); // Asterisk asks for a digest in the INVITE too
    alice.receives(200);
    alice.sends(ACK);
    pbx.comesToSay("core show channels", said -> said.contains("1 active call"));
    assertThat(gateway.trunks().calls("pbx")).isEqualTo(1);
    alice.sends(BYE);
    alice.receives(200);
    pbx.comesToSay("core show channels", said -> said.contains("0 active calls"));

    alice.invites("sip:602@example.test");
    alice.receives(486);
    alice.invites("sip:603@example.test");
    SipText congested = alice.receivesOneOf(503, 500);
    assertThat(congested.has("WWW-Authenticate")).isFalse();

    Phone bob = phone("bob");
    bob.registers();
    pbx.cli("channel originate Local/700@phones application Wait 20");
    bob.receives(INVITE);
    bob.answers(200);
    bob.receives(ACK);
    bob.sends(BYE);
    bob.receives(200);

    gateway.close(); // takes its registration back
    pbx.comesToSay("pjsip show contacts", said -> !said.contains("tandem/sip:tandem@"));
  }

  @Test
  void wrongPasswordIsSaidInWords() throws Exception {
    start("udp", "wrong");
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> assertThat(report().registered().words()).contains("401 Unauthorized"));
    Phone alice = phone("alice");
    alice.invites("sip:600@example.test");
    SipText refused = alice.receives(503);
    assertThat(refused.header("Reason")).contains("trunk_auth");
  }
}
