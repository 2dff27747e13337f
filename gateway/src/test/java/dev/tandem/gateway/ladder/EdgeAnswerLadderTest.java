package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.REGISTER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The gateway as edge of a PBX, asking the browsers itself and answering the PBX with the passwords
 * that are configured.
 */
class EdgeAnswerLadderTest extends EdgeLadderTest {

  @Override
  String forward() {
    return "mode: contact, challenge: answer, domain: pbx.test";
  }

  private SipText registersThrough(Phone browser) {
    browser.sendsRegister(600, it -> {});
    pbxChallenges(REGISTER, 401);
    SipText asked = pbxRegisters(3600);
    browser.receives(200, REGISTER);
    return asked;
  }

  @Test
  void theGatewayAnswersThePbxInItsOwnDomain() {
    SipText asked = registersThrough(jsSip("alice"));
    assertThat(asked.requestUri()).isEqualTo("sip:pbx.test");
    assertThat(asked.header("To")).contains("<sip:alice@pbx.test>");
    assertThat(asked.header("From")).contains("<sip:alice@pbx.test>");
    assertThat(asked.header("Authorization"))
        .contains("username=\"alice\"", "realm=\"pbx\"", "uri=\"sip:pbx.test\"", "SHA-256");
    ladder.nothingMore();
  }

  @Test
  void aWrongPasswordDoesNotReachThePbx() {
    Phone alice =
        Phone.jsSip(
            ladder,
            "alice",
            new dev.tandem.testkit.PhoneIdentity("alice", DOMAIN, "wrong"),
            webSocket());
    alice.sendsRegister(600, it -> {});
    alice.receivesOneOf(401, 403);
    ladder.nothingMore();
  }

  @Test
  void aPbxThatDoesNotBelieveUsIsARefusal() {
    Phone alice = sipJs("alice");
    alice.sendsRegister(600, it -> {});
    pbxChallenges(REGISTER, 401);
    pbxChallenges(REGISTER, 401);
    alice.receives(403, REGISTER);
    ladder.nothingMore();
  }

  @Test
  void aCallIsChallengedOnceAndTheBrowserHearsNothingOfIt() {
    Phone alice = jsSip("alice");
    registersThrough(alice);
    alice.invites(sip("602"));
    pbxChallenges(INVITE, 401);
    carrier.receives(ACK);
    SipText second = carrier.receives(INVITE);
    assertThat(second.requestUri()).isEqualTo("sip:602@pbx.test");
    assertThat(second.header("Authorization")).contains("username=\"alice\"");
    carrier.answers(200);
    carrier.receives(ACK);
    alice.receives(200);
    alice.sends(ACK);
    settle();
    alice.sends(BYE);
    carrier.receives(BYE);
    carrier.answers(200);
    alice.receives(200, BYE);
    ladder.nothingMore();
  }

  @Test
  void aDeviceThatDoesNotComeBackIsUnregistered() {
    Phone alice = jsSip("alice");
    SipText asked = registersThrough(alice);
    goesOffline(alice);
    passes(Duration.ofSeconds(59));
    assertThat(carrier.isIdle()).isTrue();
    passesUntilReceived(carrier, Duration.ofSeconds(3));
    pbxChallenges(REGISTER, 401);
    SipText gone = carrier.receives(REGISTER);
    assertThat(gone.header("Contact")).isEqualTo("<" + uriOf(asked) + ">;expires=0");
    assertThat(gone.header("Authorization")).contains("username=\"alice\"");
    carrier.answers(200);
    ladder.nothingMore();
  }

  @Test
  void aDeviceThatComesBackInTimeIsNot() {
    Phone alice = jsSip("alice");
    registersThrough(alice);
    goesOffline(alice);
    passes(Duration.ofSeconds(30));
    alice.connects();
    alice.sendsRegister(600, it -> {});
    alice.receives(200, REGISTER); // the PBX knows it still
    passes(Duration.ofSeconds(120));
    ladder.nothingMore();
  }
}
