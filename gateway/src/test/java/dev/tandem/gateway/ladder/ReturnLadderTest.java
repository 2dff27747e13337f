package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a browser finds when it comes back, and who does not get its calls. */
class ReturnLadderTest extends LadderTest {
  /** After which nothing that was said can still be on its way. */
  private static final Duration AGES = Duration.ofSeconds(33);

  private void talk(Phone alice, Phone bob) {
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    bob.receives(ACK);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    passes(AGES);
  }

  @Test
  void requestOnANewConnectionIsChallenged() {
    Phone alice = jsSip("alice");
    Phone bob = sipJs("bob");
    bob.registers();
    talk(alice, bob);
    bob.losesConnection();
    isDetached(1);
    bob.connects();
    bob.sends(BYE); // challenged, and sent again by itself
    bob.receives(200, BYE);
    alice.receives(BYE);
    alice.answers(200);
    isDetached(0);
    ladder.nothingMore();
  }

  @Test
  void nobodyElseGetsTheCall() {
    Phone alice = jsSip("alice");
    Phone bob = sipJs("bob");
    bob.registers();
    talk(alice, bob);
    Phone mallory = jsSip("carol");
    bob.losesConnection();
    isDetached(1);
    String contact = "<" + bob.contactUri() + ">;expires=600";
    mallory.sendsRegister(600, register -> register.set("Contact", contact));
    mallory.receives(200); // it is hers to say where she is, but not to have his calls
    settle();
    isDetached(1);
    bob.connects();
    bob.registers();
    isDetached(0);
    alice.sends(BYE);
    alice.receives(200, BYE);
    bob.receives(BYE);
    bob.answers(200);
    ladder.nothingMore();
  }

  @Test
  void reInviteWaitsForTheDevice() {
    Phone alice = jsSip("alice");
    Phone bob = sipJs("bob");
    bob.registers();
    talk(alice, bob);
    bob.losesConnection();
    isDetached(1);
    alice.holds();
    settle();
    bob.connects();
    bob.registers();
    bob.receives(INVITE);
    bob.answers(200);
    bob.receives(ACK);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    settle();
    bob.sends(BYE);
    bob.receives(200, BYE);
    alice.receives(BYE);
    alice.answers(200);
    ladder.nothingMore();
  }

  @Test
  void whatWaitsTooLongIsRefused() {
    Phone alice = sipJs("alice");
    Phone bob = sipJs("bob");
    bob.registers();
    talk(alice, bob);
    bob.losesConnection();
    isDetached(1);
    alice.sends(INFO);
    passes(AGES);
    alice.receives(480, INFO);
    bob.connects();
    bob.registers();
    alice.sends(BYE);
    alice.receives(200, BYE);
    bob.receives(BYE);
    bob.answers(200);
    ladder.nothingMore();
  }

  @Test
  void callGoesOnRinging() {
    Phone alice = jsSip("alice");
    Phone bob = sipJs("bob");
    bob.registers();
    alice.invites(sip("bob"));
    SipText first = bob.receives(INVITE);
    bob.answers(180);
    alice.receives(180);
    bob.losesConnection();
    isDetached(1);
    bob.connects();
    bob.registers();
    SipText again = bob.receives(INVITE);
    assertThat(again.branch()).isEqualTo(first.branch());
    bob.answers(200);
    bob.receives(ACK);
    alice.receives(180); // the phone's transaction says again that it rings
    alice.receives(200);
    alice.sends(ACK);
    settle();
    bob.sends(BYE);
    bob.receives(200, BYE);
    alice.receives(BYE);
    alice.answers(200);
    ladder.nothingMore();
  }

  @Test
  void callerWhoWaitsGetsTheAnswerOnItsNextConnection() {
    Phone alice = sipJs("alice");
    alice.registers();
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    carrier.answers(180);
    alice.receives(180);
    alice.losesConnection();
    isDetached(1);
    carrier.answers(200);
    carrier.receives(ACK);
    alice.connects();
    alice.registers();
    alice.receives(200, INVITE);
    alice.sends(ACK);
    settle();
    carrier.sends(BYE);
    carrier.receives(200, BYE);
    alice.receives(BYE);
    alice.answers(200);
    ladder.nothingMore();
  }

  @Test
  void connectionIsReplacedTwice() {
    Phone alice = sipJs("alice");
    Phone bob = jsSip("bob");
    bob.registers();
    talk(alice, bob);
    for (int i = 0; i < 2; i++) {
      bob.losesConnection();
      isDetached(1);
      bob.connects();
      bob.registers();
      isDetached(0);
    }
    alice.sends(BYE);
    alice.receives(200, BYE);
    bob.receives(BYE);
    bob.answers(200);
    ladder.nothingMore();
  }
}
