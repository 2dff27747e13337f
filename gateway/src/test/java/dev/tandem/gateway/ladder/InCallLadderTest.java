package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.OPTIONS;
import static dev.tandem.testkit.Sip.PUBLISH;
import static dev.tandem.testkit.Sip.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What two who talk may do, also at the same time. */
class InCallLadderTest extends LadderTest {
  private Phone alice;
  private Phone bob;

  private void talk(String callerKind, String calleeKind) {
    alice = phone(callerKind, "alice");
    bob = phone(calleeKind, "bob");
    bob.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    bob.receives(ACK);
  }

  private void hangUp() {
    alice.sends(BYE);
    alice.receives(200, BYE);
    bob.receives(BYE);
    bob.answers(200, BYE);
    ladder.nothingMore();
  }

  @ParameterizedTest
  @CsvSource({"sipJs, jsSip", "jsSip, sipJs", "udp, sipJs", "jsSip, tcp"})
  void holdAndResumeBothWays(String callerKind, String calleeKind) {
    talk(callerKind, calleeKind);
    holdAndResume(alice, bob);
    holdAndResume(bob, alice);
    hangUp();
  }

  private static void holdAndResume(Phone holder, Phone held) {
    holder.holds();
    SipText hold = held.receives(INVITE);
    assertThat(hold.bodyText()).isEqualTo(holder.sdp()).contains("a=sendonly");
    held.answers(200);
    assertThat(holder.receives(200, INVITE).bodyText()).isEqualTo(held.sdp());
    holder.sends(ACK);
    held.receives(ACK);

    holder.resumes();
    assertThat(held.receives(INVITE).bodyText()).contains("a=sendrecv");
    held.answers(200);
    holder.receives(200, INVITE);
    holder.sends(ACK);
    held.receives(ACK);
  }

  @Test
  void refusedHoldEndsNothing() {
    talk("sipJs", "jsSip");
    alice.holds();
    bob.receives(INVITE);
    bob.answers(488);
    bob.receives(ACK);
    alice.receives(488, INVITE);
    hangUp();
  }

  @Test
  void reInviteMayBeCancelled() {
    talk("sipJs", "udp");
    alice.sends(INVITE);
    bob.receives(INVITE);
    bob.answers(180);
    alice.sends(CANCEL);
    alice.receives(200, CANCEL);
    bob.receives(CANCEL);
    bob.answers(487, INVITE);
    bob.receives(ACK);
    alice.receives(487, INVITE);
    hangUp();
  }

  @Test
  void reInviteWithoutOfferGetsItsAnswerInTheAck() {
    talk("udp", "sipJs");
    alice.sends(INVITE, invite -> invite.noBody());
    assertThat(bob.receives(INVITE).hasBody()).isFalse();
    bob.answers(200);
    assertThat(alice.receives(200).bodyText()).isEqualTo(bob.sdp());
    alice.describes("v=0\r\ns=late\r\n").sends(ACK);
    assertThat(bob.receives(ACK).bodyText()).isEqualTo("v=0\r\ns=late\r\n");
    hangUp();
  }

  @Test
  void byesThatCrossAreBothAnswered() {
    talk("sipJs", "jsSip");
    alice.sends(BYE);
    alice.receives(200, BYE);
    SipText bye = bob.receives(BYE);
    bob.sends(BYE); // before he answers ours
    bob.receives(200, BYE);
    bob.answers(bye, 200);
    ladder.nothingMore();
  }

  /** The callee has its ACK at once, and may be quicker than the caller's. */
  @ParameterizedTest
  @CsvSource({"sipJs, jsSip", "jsSip, sipJs", "udp, udp"})
  void reInviteThatOvertakesTheFirstAckWaitsForIt(String callerKind, String calleeKind) {
    alice = phone(callerKind, "alice");
    bob = phone(calleeKind, "bob");
    bob.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    alice.receives(200);
    bob.receives(ACK);
    bob.holds();
    settle();
    alice.sends(ACK);
    alice.receives(INVITE);
    alice.answers(200);
    bob.receives(200, INVITE);
    bob.sends(ACK);
    alice.receives(ACK);
    hangUp();
  }

  @Test
  void glareIsRefusedAndTriedAgain() {
    talk("jsSip", "udp");
    alice.holds();
    bob.receives(INVITE);
    bob.holds(); // while ours to bob is open
    bob.receives(491, INVITE);
    bob.answers(491, INVITE);
    bob.receives(ACK);
    // The gateway made the Call-ID of this leg: 2.1 to 4 s (RFC 3261 §14.1).
    assertThat(passesUntilReceived(bob, Duration.ofSeconds(5)))
        .isBetween(Duration.ofMillis(2100), Duration.ofMillis(4000));
    bob.receives(INVITE);
    bob.answers(200);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    bob.receives(ACK);
    hangUp();
  }

  @Test
  void glareTowardsTheCallerIsTriedAgainSooner() {
    talk("udp", "jsSip");
    bob.holds();
    alice.receives(INVITE);
    alice.answers(491);
    alice.receives(ACK);
    // The caller made the Call-ID: 0 to 2 s.
    assertThat(passesUntilReceived(alice, Duration.ofSeconds(5)))
        .isLessThanOrEqualTo(Duration.ofSeconds(2));
    alice.receives(INVITE);
    alice.answers(200);
    bob.receives(200, INVITE);
    bob.sends(ACK);
    alice.receives(ACK);
    hangUp();
  }

  @Test
  void secondReInviteBeforeTheFirstIsAnsweredGets500() {
    talk("udp", "sipJs");
    alice.holds();
    bob.receives(INVITE);
    alice.sends(INVITE);
    SipText refused = alice.receives(500, INVITE); // RFC 3261 §14.2
    assertThat(refused.header("Retry-After")).matches("[0-9]|10");
    bob.answers(200);
    bob.receives(ACK);
    alice.receives(200, INVITE);
    ladder.nothingMore();
  }

  @Test
  void infoPassesWithItsBody() {
    talk("sipJs", "jsSip");
    SipText info = alice.sends(INFO);
    SipText passed = bob.receives(INFO);
    assertThat(passed.bodyText()).isEqualTo(info.bodyText());
    assertThat(passed.header("Content-Type")).isEqualTo("application/dtmf-relay");
    bob.answers(200);
    alice.receives(200, INFO);
    hangUp();
  }

  @Test
  void refusedInfoIsRefused() {
    talk("jsSip", "udp");
    bob.sends(INFO);
    alice.receives(INFO);
    alice.answers(415);
    bob.receives(415, INFO);
    hangUp();
  }

  @Test
  void sessionRefreshByUpdateIsAnsweredByTheGateway() {
    talk("jsSip", "sipJs"); // SIP.js has no UPDATE
    alice.sends(
        UPDATE, update -> update.addAfter("Contact", "Session-Expires", "90;refresher=uac"));
    alice.receives(200, UPDATE);
    hangUp();
  }

  @Test
  void updateWithSdpPassesToWhoKnowsUpdate() {
    talk("jsSip", "jsSip");
    bob.updates("v=0\r\ns=updated\r\n");
    SipText update = alice.receives(UPDATE);
    assertThat(update.bodyText()).isEqualTo("v=0\r\ns=updated\r\n");
    alice.answers(200);
    assertThat(bob.receives(200, UPDATE).bodyText()).isEqualTo(alice.sdp());
    hangUp();
  }

  /** SIP.js has no UPDATE; JsSIP has it, but does not say so when it is called. */
  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void updateWithSdpBecomesReInviteForOthers(String calleeKind) {
    talk("jsSip", calleeKind);
    alice.updates("v=0\r\ns=updated\r\n");
    assertThat(bob.receives(INVITE).bodyText()).isEqualTo("v=0\r\ns=updated\r\n");
    bob.answers(200);
    assertThat(alice.receives(200, UPDATE).bodyText()).isEqualTo(bob.sdp());
    bob.receives(ACK);
    hangUp();
  }

  @Test
  void optionsInTheCallIsAnswered() {
    talk("udp", "jsSip");
    alice.sends(OPTIONS);
    alice.receives(200, OPTIONS);
    hangUp();
  }

  @Test
  void methodsThatWeDoNotHaveAreRefused() {
    talk("udp", "jsSip");
    alice.sends("FOO");
    alice.receives(501);
    alice.sends(PUBLISH);
    assertThat(alice.receives(405).header("Allow")).contains("INVITE");
    hangUp();
  }

  @Test
  void requestAfterTheEndIs481() {
    talk("sipJs", "jsSip");
    hangUp();
    alice.sends(INFO);
    alice.receives(481, INFO);
    bob.sends(BYE);
    bob.receives(481, BYE);
    ladder.nothingMore();
  }

  @Test
  void refusal481InTheCallEndsIt() {
    talk("sipJs", "jsSip");
    alice.holds();
    bob.receives(INVITE);
    bob.answers(481);
    bob.receives(ACK);
    alice.receives(481, INVITE);
    alice.receives(BYE);
    alice.answers(200);
  }
}
