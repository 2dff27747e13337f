package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.testkit.Habit;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection dies, or has died unnoticed, while something is under way on it. */
class LostMessageLadderTest extends LadderTest {
  /** After which nothing that was said can still be on its way. */
  private static final Duration AGES = Duration.ofSeconds(33);

  private Phone alice;
  private Phone bob;

  private void talk(String aliceKind, String bobKind) {
    alice = phone(aliceKind, "alice");
    bob = phone(bobKind, "bob");
    alice.registers();
    bob.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    bob.receives(ACK);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    passes(AGES);
  }

  private void loses(Phone phone) {
    phone.losesConnection();
    isDetached(1);
  }

  private void comesBack(Phone phone) {
    phone.connects();
    phone.registers();
    isDetached(0);
  }

  /** From the INVITE that has been sent to the ACK. */
  private void changeIsTaken(Phone by, Phone other) {
    other.receives(INVITE);
    other.answers(200);
    other.receives(ACK);
    by.receives(200, INVITE);
    by.sends(ACK);
    settle();
  }

  private void hangsUp(Phone who, Phone other) {
    who.sends(BYE);
    who.receives(200, BYE);
    other.receives(BYE);
    other.answers(200);
    ladder.nothingMore();
  }

  // Hold.

  @ParameterizedTest
  @CsvSource({"sipJs, true", "jsSip, true", "sipJs, false", "jsSip, false"})
  void holdOutlastsTheConnection(String kind, boolean holderLosesIt) {
    talk(kind, kind);
    alice.holds();
    changeIsTaken(alice, bob);
    passes(AGES);
    Phone loser = holderLosesIt ? alice : bob;
    loses(loser);
    comesBack(loser);
    alice.resumes();
    assertThat(lastOf(bob)).contains("a=sendrecv");
    bob.answers(200);
    bob.receives(ACK);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    settle();
    hangsUp(bob, alice);
  }

  private static String lastOf(Phone phone) {
    return phone.receives(INVITE).bodyText();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void holdOfTheOtherWaitsForTheDevice(String kind) {
    talk(kind, kind);
    bob.holds();
    alice.receives(INVITE);
    loses(alice);
    comesBack(alice);
    alice.receives(INVITE); // again
    alice.answers(200);
    alice.receives(ACK);
    bob.receives(200, INVITE);
    bob.sends(ACK);
    settle();
    hangsUp(alice, bob);
  }

  // Its own request is unanswered.

  @Test
  void sipJsGetsTheAnswerToItsReInviteOnItsNextConnection() {
    talk("jsSip", "sipJs");
    bob.holds();
    alice.receives(INVITE);
    loses(bob);
    alice.answers(200);
    alice.receives(ACK);
    comesBack(bob);
    bob.receives(200, INVITE);
    bob.sends(ACK);
    settle();
    hangsUp(alice, bob);
  }

  @Test
  void jsSipThatHasEndedTheCallIsAskedAndTheOtherReleased() {
    talk("sipJs", "jsSip");
    bob.sends(INFO);
    alice.receives(INFO);
    loses(bob);
    comesBack(bob);
    bob.receives(UPDATE);
    bob.answers(481);
    alice.receives(BYE);
    alice.answers(200, BYE);
    ladder.nothingMore();
  }

  @Test
  void jsSipWhosePageKeepsTheCallMakesItsOfferAgain() {
    talk("sipJs", "jsSip");
    bob.holds();
    alice.receives(INVITE);
    loses(bob);
    alice.answers(200);
    alice.receives(ACK);
    comesBack(bob); // and drops the 200, whose transaction it has forgotten
    bob.receives(UPDATE);
    bob.answers(200, UPDATE);
    settle();
    bob.holds(); // not 491 for ever
    changeIsTaken(bob, alice);
    hangsUp(bob, alice);
  }

  // Its BYE was lost with the connection.

  /** Neither of them has the call any more, or asks for anything in it. */
  @ParameterizedTest
  @CsvSource({"sipJs, true", "jsSip, true", "sipJs, false", "jsSip, false"})
  void callThatTheDeviceHungUpInVainEndsWhenItComesBack(String kind, boolean isKnownToBeDead) {
    talk("sipJs", kind);
    if (isKnownToBeDead) {
      loses(bob);
    } else {
      bob.goesDeaf();
      bob.sends(BYE);
    }
    comesBack(bob);
    passes(Duration.ofSeconds(3));
    bob.receives(UPDATE);
    bob.answers(481);
    alice.receives(BYE);
    alice.answers(200, BYE);
    ladder.nothingMore();
  }

  @ParameterizedTest
  @CsvSource({"sipJs, 501", "jsSip, 200"})
  void callGoesOnWhenTheDeviceStillHasIt(String kind, int status) {
    talk("sipJs", kind);
    loses(bob);
    comesBack(bob);
    passes(Duration.ofSeconds(3));
    bob.receives(UPDATE);
    bob.answers(status);
    passes(AGES);
    hangsUp(alice, bob);
  }

  @Test
  void deviceThatSaysSomethingOfItsCallIsNotAskedForIt() {
    talk("sipJs", "sipJs");
    loses(bob);
    comesBack(bob);
    bob.sends(INFO);
    alice.receives(INFO);
    alice.answers(200);
    bob.receives(200, INFO);
    passes(AGES);
    hangsUp(alice, bob);
  }

  // Its answer was lost with a connection that nobody knew to be dead.

  @Test
  void repeatedReInviteThatIsRefusedAsKnownIsAskedAnew() {
    talk("sipJs", "sipJs");
    alice.holds();
    SipText first = bob.receives(INVITE);
    loses(bob);
    comesBack(bob);
    bob.receives(INVITE);
    bob.answers(500); // the CSeq is not higher than the last that it had
    bob.receives(ACK);
    SipText anew = bob.receives(INVITE);
    assertThat(anew.cseqNumber()).isEqualTo(first.cseqNumber() + 1);
    assertThat(anew.bodyText()).isEqualTo(first.bodyText());
    bob.answers(200);
    bob.receives(ACK);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    settle();
    hangsUp(bob, alice);
  }

  @Test
  void digitThatWasTakenIsNotDialledTwice() {
    talk("jsSip", "sipJs");
    alice.sends(INFO);
    bob.receives(INFO);
    bob.goesDeaf();
    bob.answers(200); // is lost
    comesBack(bob); // is asked again, and says 500
    alice.receives(200, INFO);
    hangsUp(alice, bob);
  }

  @Test
  void jsSipThatAnsweredInVainIsAcknowledgedAndAskedAnew() {
    talk("sipJs", "jsSip");
    alice.holds();
    SipText first = bob.receives(INVITE);
    bob.goesDeaf();
    bob.answers(200); // is lost
    comesBack(bob);
    bob.receives(INVITE);
    bob.answers(403, wrong -> wrong.startLine("SIP/2.0 403 Wrong Status"));
    SipText forRefusal = bob.receives(ACK);
    SipText forAnswer = bob.receives(ACK);
    assertThat(forAnswer.branch()).isNotEqualTo(forRefusal.branch());
    assertThat(forAnswer.cseqNumber()).isEqualTo(first.cseqNumber());
    assertThat(bob.receives(INVITE).cseqNumber()).isEqualTo(first.cseqNumber() + 1);
    bob.answers(200);
    bob.receives(ACK);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    settle();
    hangsUp(alice, bob);
  }

  @Test
  void sipJsThatAnsweredInVainAnswersAgain() {
    talk("jsSip", "sipJs");
    alice.holds();
    bob.receives(INVITE);
    bob.goesDeaf();
    bob.answers(200); // is lost
    comesBack(bob);
    bob.receives(INVITE); // its transaction says 200 again
    bob.receives(ACK);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    settle();
    hangsUp(alice, bob);
  }

  // What we said was lost with it.

  @Test
  void refusalThatWasLostIsRepeated() {
    alice = sipJs("alice");
    alice.registers();
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    carrier.answers(180);
    alice.receives(180);
    alice.goesDeaf();
    carrier.answers(486);
    carrier.receives(ACK);
    await().until(() -> gateway.gateway().calls().running().isEmpty());
    alice.connects();
    alice.registers();
    alice.receives(486, INVITE);
    ladder.nothingMore();
    await().until(() -> gateway.gateway().sip().agent().dialogs() == 0);
  }

  @Test
  void dialogOfARefusedCallEndsWithItsAck() {
    alice = sipJs("alice");
    alice.registers();
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    carrier.answers(486);
    carrier.receives(ACK);
    alice.receives(486, INVITE);
    await().until(() -> gateway.gateway().sip().agent().dialogs() == 0);
    alice.losesConnection();
    settle();
    isDetached(0);
  }

  /** A branch of JsSIP has seven digits (RFC 3261 §17.2.3 asks for the sent-by too). */
  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void callsWithTheSameBranchAreNotMistakenForEachOther(String kind) {
    alice = phone(kind, "alice").with(Habit.COUNTS_BRANCHES);
    bob = phone(kind, "bob").with(Habit.COUNTS_BRANCHES);
    alice.registers();
    bob.registers();
    SipText fromAlice = rings(alice);
    SipText fromBob = rings(bob);
    assertThat(alice.receives(180).branch()).isEqualTo(bob.receives(180).branch());
    for (Phone caller : List.of(bob, alice)) {
      caller.sends(CANCEL);
      caller.receives(200, CANCEL);
      caller.receives(487, INVITE);
      carrier.receives(CANCEL);
      carrier.answers(caller == bob ? fromBob : fromAlice, 487);
      carrier.receives(ACK);
    }
    await().until(() -> gateway.gateway().sip().agent().dialogs() == 0);
  }

  private SipText rings(Phone caller) {
    caller.invites(sip("95550100"));
    SipText invite = carrier.receives(INVITE);
    carrier.answers(180);
    return invite;
  }

  // Silence.

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void silenceOfAConnectionThatMayBeDeadDoesNotEndTheCall(String kind) {
    talk("sipJs", kind);
    bob.goesDeaf();
    alice.sends(INFO);
    passes(AGES);
    alice.receives(480, INFO);
    comesBack(bob);
    hangsUp(alice, bob);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void holdThatGoesToAConnectionThatMayBeDeadDoesNotEndTheCall(String kind) {
    talk("sipJs", kind);
    bob.goesDeaf();
    alice.holds();
    passes(AGES);
    comesBack(bob);
    changeIsTaken(alice, bob);
    hangsUp(alice, bob);
  }

  // Repetition.

  @Test
  void inviteThatComesAgainAfterItsAnswerLeavesNoTransaction() {
    Phone caller = phone("udp", "alice");
    bob = sipJs("bob");
    bob.registers();
    caller.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    bob.receives(ACK);
    caller.receives(200, INVITE);
    caller.repeatsInvite();
    caller.receives(200, INVITE);
    caller.sends(ACK);
    settle();
    caller.holds();
    changeIsTaken(caller, bob);
    caller.repeatsInvite(); // the re-INVITE
    caller.receives(200, INVITE);
    hangsUp(bob, caller);
  }
}
