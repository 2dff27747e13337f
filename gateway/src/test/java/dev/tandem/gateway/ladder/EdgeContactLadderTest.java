package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.OPTIONS;
import static dev.tandem.testkit.Sip.REGISTER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The gateway as edge of a PBX that sees Contacts of the gateway's and few refreshes; the browsers
 * answer its challenges.
 */
class EdgeContactLadderTest extends EdgeLadderTest {

  @Override
  String forward() {
    return "mode: contact, expires: 1h";
  }

  private SipText registersFor(Phone browser, int granted) {
    browser.sendsRegister(600, it -> {});
    pbxChallenges(REGISTER, 401);
    SipText asked = pbxRegisters(granted);
    assertThat(browser.receives(200, REGISTER).header("Contact"))
        .contains(browser.contactUri())
        .endsWith(";expires=600");
    return asked;
  }

  /** The PBX hears nothing. */
  private void refreshesHere(Phone browser) {
    browser.sendsRegister(600, it -> {});
    browser.receives(200, REGISTER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void thePbxSeesAContactOfOursForAnHour(String kind) {
    SipText asked = registersFor(phone(kind, "alice"), 3600);
    assertThat(asked.header("Contact"))
        .matches("<sip:alice\\.[0-9a-f]{16}@127\\.0\\.0\\.1:" + udp().getPort() + ">;expires=3600");
    assertThat(asked.has("Path")).isFalse();
    assertThat(asked.has("Supported")).isFalse();
    assertThat(asked.toString()).doesNotContain(".invalid");
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void thePbxHearsOnlyOfTheRefreshesThatItNeeds(String kind) {
    Phone alice = phone(kind, "alice");
    registersFor(alice, 3600);
    for (int i = 1; i <= 5; i++) {
      passes(Duration.ofSeconds(590));
      refreshesHere(alice);
    }
    // 650 s are left to the PBX after 2950: one more refresh, and it would forget the device first.
    passes(Duration.ofSeconds(590));
    alice.sendsRegister(600, it -> {});
    pbxRegisters(3600);
    alice.receives(200, REGISTER);
    passes(Duration.ofSeconds(590));
    refreshesHere(alice);
    ladder.nothingMore();
  }

  @Test
  void aPbxThatGrantsLittleHearsOfEveryRefresh() {
    Phone alice = sipJs("alice");
    alice.sendsRegister(600, it -> {});
    pbxRegisters(120);
    assertThat(alice.receives(200, REGISTER).header("Contact")).endsWith(";expires=120");
    passes(Duration.ofSeconds(100));
    alice.sendsRegister(600, it -> {});
    pbxRegisters(120);
    alice.receives(200, REGISTER);
    ladder.nothingMore();
  }

  @Test
  void onAnotherConnectionTheClientProvesAgainWhoItIs() {
    Phone alice = jsSip("alice");
    SipText before = registersFor(alice, 3600);
    goesOffline(alice);
    alice.connects();
    SipText after = registersFor(alice, 3600);
    assertThat(uriOf(after)).isEqualTo(uriOf(before));
    ladder.nothingMore();
  }

  @Test
  void aStrangerOnAnotherConnectionIsNotAnsweredHere() {
    Phone alice = jsSip("alice");
    registersFor(alice, 3600);
    Phone thief = phone("sipJs", "thief", "alice");
    thief.sendsRegister(600, it -> it.set("Contact", "<" + alice.contactUri() + ">;expires=600"));
    carrier.receives(REGISTER);
    carrier.answers(403);
    thief.receives(403, REGISTER);
    thief.sendsRegister(600, it -> it.remove("Contact"));
    carrier.receives(REGISTER);
    carrier.answers(403);
    thief.receives(403, REGISTER);
    ladder.nothingMore();
  }

  @Test
  void thePbxCallsTheContactAndTheRightDeviceRings() {
    Phone alice = jsSip("alice");
    Phone other = phone("sipJs", "alice's other", "alice");
    SipText asked = registersFor(alice, 3600);
    SipText second = registersFor(other, 3600);
    assertThat(uriOf(second)).isNotEqualTo(uriOf(asked));
    carrier.invites(uriOf(asked));
    assertThat(alice.receives(INVITE).requestUri()).isEqualTo(alice.contactUri());
    alice.answers(486);
    alice.receives(ACK);
    carrier.receives(486);
    ladder.nothingMore();
  }

  @Test
  void aDeviceThatIsGoneIsOfflineUntilThePbxForgetsIt() {
    Phone alice = sipJs("alice");
    SipText asked = registersFor(alice, 3600);
    carrier.asks(OPTIONS, uriOf(asked), it -> {});
    carrier.receives(200, OPTIONS);
    goesOffline(alice);
    carrier.asks(OPTIONS, uriOf(asked), it -> {});
    carrier.receives(480, OPTIONS);
    carrier.invites(uriOf(asked));
    carrier.receives(480, INVITE);
    ladder.nothingMore();
  }

  @Test
  void anUnregisterReachesThePbx() {
    Phone alice = jsSip("alice");
    registersFor(alice, 3600);
    alice.sendsRegister(0, it -> {});
    SipText asked = carrier.receives(REGISTER);
    assertThat(asked.header("Contact")).endsWith(";expires=0");
    carrier.answers(200);
    assertThat(alice.receives(200, REGISTER).has("Contact")).isFalse();
    ladder.nothingMore();
  }
}
