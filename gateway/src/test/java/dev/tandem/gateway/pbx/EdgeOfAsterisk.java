package dev.tandem.gateway.pbx;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.Gateway;
import dev.tandem.gateway.GatewayEnvironment;
import dev.tandem.gateway.config.ConfigLoader;
import dev.tandem.testkit.Ladder;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Browsers are extensions of a real Asterisk: 6001 is one that registers through the gateway, and
 * what can be dialled is what the PBX has. The same for every way in which that can be set up.
 */
abstract class EdgeOfAsterisk {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Ladder ladder = new Ladder(PATIENCE);
  private Asterisk pbx;
  private Gateway gateway;

  /** The lines of the forward, indented by six, beside its users and its trunk. */
  abstract String forward();

  abstract String transport();

  @BeforeEach
  void start() throws Exception {
    pbx = Asterisk.at("127.0.0.3");
    pbx.pjsip(Asterisk.phone("6001")).pjsip(Asterisk.phone("6002"));
    pbx.pjsip(
        Asterisk.phone("6003")
            .replace(
                "support_path = yes",
                "support_path = yes\nqualify_frequency = 1\nqualify_2xx_only = yes"));
    pbx.extensions(Asterisk.NUMBERS).start();
    String yaml =
        """
        domain: example.test
        http:
          listen: ["127.0.0.1:0"]
        sip:
          listen:
            udp: ["127.0.0.1:0"]
            tcp: ["127.0.0.1:0"]
        users:
          - {user: "6001", password: secret}
          - {user: "6002", password: secret}
          - {user: "6003", password: secret}
        trunks:
          - {name: pbx, address: "%s", transport: %s}
        registrar:
          forward:
            - users: ["60*"]
              trunk: pbx
        %s
        """
            .formatted(pbx.address(), transport(), forward());
    gateway =
        Gateway.start(
            new ConfigLoader().parse("test.yaml", yaml, Path.of("")), GatewayEnvironment.system());
  }

  @AfterEach
  void stop() {
    String console = pbx.console();
    try {
      ladder.close();
      await("everything to end")
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () -> {
                assertThat(gateway.calls().running()).isEmpty();
                assertThat(gateway.sip().agent().dialogs()).isZero();
              });
    } catch (AssertionError | org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError(e.getMessage() + "\n" + console, e);
    } finally {
      gateway.close();
      pbx.close();
    }
  }

  private URI webSocket() {
    int port =
        gateway.endpoints().stream()
            .filter(endpoint -> endpoint.protocol().equals("http"))
            .findFirst()
            .orElseThrow()
            .address()
            .getPort();
    return URI.create("ws://127.0.0.1:" + port + "/ws");
  }

  private Phone browser(String kind, String user) {
    PhoneIdentity identity = new PhoneIdentity(user, "example.test", "secret");
    return kind.equals("sipJs")
        ? Phone.sipJs(ladder, user, identity, webSocket())
        : Phone.jsSip(ladder, user, identity, webSocket());
  }

  /**
   * Calls with a description that a PBX without WebRTC understands: media is not the point here.
   */
  private static void invites(Phone browser, String user) {
    browser.describes(Sdp.rtp());
    browser.invites("sip:" + user + "@example.test");
  }

  private static void accepts(Phone browser) {
    browser.describes(Sdp.rtp());
    browser.answers(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void aBrowserIsAPhoneOfThePbx(String kind) {
    Phone browser = browser(kind, "6001");
    browser.registers();
    String contacts =
        pbx.comesToSay("pjsip show contacts", said -> said.contains("Contact:  6001/sip:"));
    assertThat(contacts).contains("6001/sip:6001.").doesNotContain(".invalid");
    browser.registers(0);
    pbx.comesToSay("pjsip show contacts", said -> said.contains("No objects found"));
  }

  @Test
  void qualifyKnowsWhetherTheBrowserIsThere() {
    Phone browser = browser("jsSip", "6003");
    browser.registers();
    pbx.comesToSay("pjsip show contacts", said -> said.contains(" Avail "));
    browser.losesConnection();
    pbx.comesToSay("pjsip show contacts", said -> said.contains(" Unavail "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void anExtensionCallsABrowser(String kind) {
    Phone browser = browser(kind, "6001");
    browser.registers();
    pbx.calls("6001", "600");
    SipText invite = browser.receives(INVITE);
    assertThat(invite.requestUri()).isEqualTo(browser.contactUri());
    browser.answers(180);
    accepts(browser);
    browser.receives(ACK);
    pbx.comesToSay("core show channels", said -> said.contains("1 active call"));
    browser.sends(BYE);
    browser.receives(200, BYE);
    pbx.comesToSay("core show channels", said -> said.contains("0 active calls"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void aBrowserCallsANumberOfThePbx(String kind) {
    Phone browser = browser(kind, "6001");
    browser.registers();
    invites(browser, "600");
    browser.receives(200, INVITE);
    browser.sends(ACK);
    String channels = pbx.comesToSay("core show channels", said -> said.contains("1 active call"));
    assertThat(channels).contains("PJSIP/6001-");
    browser.sends(BYE);
    browser.receives(200, BYE);
    pbx.comesToSay("core show channels", said -> said.contains("0 active calls"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void aBusyNumberIsBusy(String kind) {
    Phone browser = browser(kind, "6001");
    browser.registers();
    invites(browser, "602");
    browser.receives(486, INVITE);
    pbx.comesToSay("core show channels", said -> said.contains("0 active calls"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void browsersCallEachOtherByWayOfThePbx(String kind) {
    Phone caller = browser(kind, "6001");
    Phone callee = browser("jsSip", "6002");
    caller.registers();
    callee.registers();
    invites(caller, "6002");
    SipText invite = callee.receives(INVITE);
    assertThat(invite.header("From")).contains("6001");
    callee.answers(180);
    caller.receives(180);
    accepts(callee);
    callee.receives(ACK);
    caller.receives(200);
    caller.sends(ACK);
    callee.sends(BYE);
    callee.receives(200, BYE);
    caller.receives(BYE);
    caller.answers(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void aDeviceThatComesBackIsStillOnePhone(String kind) {
    Phone browser = browser(kind, "6001");
    browser.registers();
    browser.losesConnection();
    browser.connects();
    browser.registers();
    pbx.calls("6001", "600");
    browser.receives(INVITE);
    browser.answers(486);
    browser.receives(ACK);
    String contacts = pbx.cli("pjsip show contacts");
    assertThat(contacts.split("6001/sip:", -1)).as(contacts).hasSize(2);
  }
}
