package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.call.CallState;
import dev.tandem.testkit.Habit;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Somebody takes a place in a call by INVITE with Replaces (RFC 3891). */
class ReplacesLadderTest extends LadderTest {
  private Phone alice;
  private Phone bob;
  private Phone second;
  private SipText bobsInvite;
  private SipText bobsAnswer;

  private void talk(String aliceKind, String bobKind, String secondKind) {
    alice = phone(aliceKind, "alice");
    bob = phone(bobKind, "bob");
    second = phone(secondKind, "bob's other phone", "bob");
    bob.registers();
    alice.invites(sip("bob"));
    bobsInvite = bob.receives(INVITE);
    bobsAnswer = bob.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    bob.receives(ACK);
    allTalk();
  }

  private void allTalk() {
    await()
        .until(
            () ->
                gateway.gateway().calls().running().stream()
                    .allMatch(call -> call.state() == CallState.ESTABLISHED));
  }

  /** Bob's dialog as the gateway sees it. */
  private String bobsDialog() {
    return bobsInvite.callId()
        + ";to-tag="
        + bobsInvite.fromTag()
        + ";from-tag="
        + bobsAnswer.toTag();
  }

  private static void takesOver(Phone who, String replaces) {
    who.invites(sip("alice"), invite -> invite.add("Replaces", replaces));
  }

  private static void isHungUp(Phone who) {
    who.receives(BYE);
    who.answers(200, BYE);
  }

  private void hangsUp(Phone who, Phone other) {
    who.sends(BYE);
    who.receives(200, BYE);
    isHungUp(other);
    ladder.nothingMore();
  }

  @ParameterizedTest
  @CsvSource({"sipJs, jsSip, udp", "jsSip, udp, sipJs", "udp, sipJs, jsSip"})
  void ownCallIsTakenToAnotherPhone(String aliceKind, String bobKind, String secondKind) {
    talk(aliceKind, bobKind, secondKind);
    takesOver(second, bobsDialog());
    SipText offer = alice.receives(INVITE);
    assertThat(offer.bodyText()).contains("m=audio");
    alice.answers(200);
    second.receives(200, INVITE);
    second.sends(ACK);
    alice.receives(ACK);
    assertThat(bob.receives(BYE).header("Reason")).contains("Replaced");
    bob.answers(200);
    allTalk();
    alice.holds();
    second.receives(INVITE);
    second.answers(200);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    second.receives(ACK);
    settle();
    hangsUp(second, alice);
  }

  @Test
  void withoutAnOffer() {
    talk("sipJs", "jsSip", "udp");
    second.with(Habit.LATE_OFFER);
    takesOver(second, bobsDialog());
    assertThat(alice.receives(INVITE).hasBody()).isFalse();
    alice.answers(200);
    assertThat(second.receives(200, INVITE).bodyText()).contains("m=audio");
    second.sends(ACK);
    assertThat(alice.receives(ACK).hasBody()).isTrue();
    isHungUp(bob);
    allTalk();
    hangsUp(alice, second);
  }

  @Test
  void refusalLeavesTheCallAsItWas() {
    talk("sipJs", "jsSip", "udp");
    takesOver(second, bobsDialog());
    alice.receives(INVITE);
    alice.answers(488);
    alice.receives(ACK);
    second.receives(488, INVITE);
    settle();
    bob.holds();
    alice.receives(INVITE);
    alice.answers(200);
    bob.receives(200, INVITE);
    bob.sends(ACK);
    alice.receives(ACK);
    settle();
    hangsUp(alice, bob);
  }

  @Test
  void cancelLeavesTheCallAsItWas() {
    talk("udp", "jsSip", "udp");
    takesOver(second, bobsDialog());
    alice.receives(INVITE);
    alice.answers(180);
    second.sends(CANCEL);
    second.receives(200, CANCEL);
    alice.receives(CANCEL);
    alice.answers(487, INVITE);
    alice.receives(ACK);
    second.receives(487, INVITE);
    settle();
    hangsUp(bob, alice);
  }

  @Test
  void othersMayNot() {
    talk("sipJs", "jsSip", "udp");
    Phone carol = jsSip("carol");
    takesOver(carol, bobsDialog());
    carol.receives(403, INVITE);
    hangsUp(alice, bob);
  }

  @Test
  void whatIsNotThereIsNotReplaced() {
    talk("sipJs", "jsSip", "udp");
    takesOver(second, "none;to-tag=a;from-tag=b");
    second.receives(481, INVITE);
    takesOver(second, bobsDialog() + ";early-only");
    second.receives(486, INVITE);
    takesOver(second, "nonsense");
    second.receives(400, INVITE);
    hangsUp(alice, bob);
  }

  @Test
  void callThatRingsIsNotReplaced() {
    alice = sipJs("alice");
    bob = jsSip("bob");
    second = phone("udp", "bob's other phone", "bob");
    bob.registers();
    alice.invites(sip("bob"));
    bobsInvite = bob.receives(INVITE);
    bobsAnswer = bob.answers(180);
    alice.receives(180);
    takesOver(second, bobsDialog());
    second.receives(481, INVITE);
  }
}
