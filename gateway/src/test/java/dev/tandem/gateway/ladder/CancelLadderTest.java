package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.TIMER_F;
import static dev.tandem.testkit.Sip.TIMER_H;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Habit;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A caller who gives up, a callee who is quicker, and lines that break. */
class CancelLadderTest extends LadderTest {
  private static final Duration DETACH_WINDOW = Duration.ofSeconds(60);

  @Test
  void cancelWhileRinging() {
    Phone alice = jsSip("alice");
    Phone bob = sipJs("bob");
    bob.registers();

    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(180);
    alice.receives(180);
    alice.sends(CANCEL);
    alice.receives(200, CANCEL);
    alice.receives(487, INVITE);
    bob.receives(CANCEL);
    bob.answers(487);
    bob.receives(ACK);
    ladder.nothingMore();
  }

  @Test
  void reasonOfTheCancelIsPassedOn() {
    Phone alice = sipJs("alice");
    Phone bob = jsSip("bob");
    bob.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(180);
    alice.receives(180);
    String reason = "SIP;cause=200;text=\"Call completed elsewhere\"";
    alice.sends(CANCEL, cancel -> cancel.add("Reason", reason));
    assertThat(bob.receives(CANCEL).header("Reason")).contains("cause=200");
  }

  @Test
  void answerCrossingCancelIsHungUp() {
    Phone alice = sipJs("alice");
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    carrier.answers(180);
    alice.receives(180);
    alice.sends(CANCEL);
    alice.receives(200, CANCEL);
    alice.receives(487, INVITE);
    carrier.answers(200); // already on the wire when our CANCEL left
    carrier.receives(CANCEL);
    carrier.receives(ACK);
    carrier.receives(BYE);
    carrier.answers(200, BYE);
    ladder.nothingMore();
  }

  @Test
  void calleeThatAnswersAfterCancelIsHungUp() {
    Phone alice = jsSip("alice");
    carrier.with(Habit.ANSWERS_AFTER_CANCEL);
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    carrier.answers(180);
    alice.receives(180);
    alice.sends(CANCEL);
    alice.receives(200, CANCEL);
    alice.receives(487, INVITE);
    carrier.receives(CANCEL);
    carrier.receives(ACK);
    carrier.receives(BYE);
    carrier.answers(200, BYE);
    ladder.nothingMore();
  }

  @Test
  void cancelThatComesAfterTheAnswerChangesNothing() {
    Phone alice = jsSip("alice");
    Phone bob = sipJs("bob");
    bob.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    alice.receives(200, INVITE);
    alice.sends(CANCEL); // it was on its way when the 200 came
    alice.receives(200, CANCEL);
    alice.sends(ACK);
    bob.receives(ACK);
    alice.sends(BYE);
    alice.receives(200, BYE);
    bob.receives(BYE);
    bob.answers(200);
    ladder.nothingMore();
  }

  @Test
  void cancelOfNothingIs481() {
    Phone alice = sipJs("alice");
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    alice.sends(
        CANCEL,
        cancel ->
            cancel.set("Via", cancel.header("Via").replaceFirst("branch=.*", "branch=z9hG4bKno")));
    alice.receives(481, CANCEL);
    carrier.answers(486);
    carrier.receives(ACK);
    alice.receives(486);
    ladder.nothingMore();
  }

  @Test
  void cancelledCalleeThatNeverAnswersIsGivenUp() {
    Phone alice = sipJs("alice");
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    carrier.answers(180);
    alice.receives(180);
    alice.sends(CANCEL);
    alice.receives(200, CANCEL);
    alice.receives(487, INVITE);
    carrier.receives(CANCEL);
    assertThat(gateway.gateway().calls().running()).hasSize(1);
    passes(TIMER_F.plus(TIMER_H)); // RFC 3261 §9.1: then the transaction is considered cancelled
    assertThat(gateway.gateway().calls().running()).isEmpty();
    ladder.nothingMore();
  }

  @Test
  void callersLineBreaksWhileRinging() {
    Phone alice = jsSip("alice"); // which ends its call by itself then
    Phone bob = jsSip("bob");
    bob.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(180);
    alice.receives(180);
    alice.losesConnection();
    bob.receives(CANCEL);
    bob.answers(487);
    bob.receives(ACK);
    ladder.nothingMore();
  }

  @Test
  void calleesLineBreaksWhileRinging() {
    Phone alice = jsSip("alice");
    Phone bob = sipJs("bob");
    bob.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(180);
    alice.receives(180);
    bob.losesConnection();
    isDetached(1);
    passes(DETACH_WINDOW);
    assertThat(alice.receives(480).reasonPhrase()).isNotEmpty();
    ladder.nothingMore();
  }

  @Test
  void callersLineBreaksInTheCall() {
    Phone alice = sipJs("alice");
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    carrier.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    carrier.receives(ACK);
    alice.losesConnection();
    isDetached(1);
    passes(DETACH_WINDOW);
    SipText bye = carrier.receives(BYE);
    carrier.answers(200);
    assertThat(bye.has("Reason")).isTrue();
    ladder.nothingMore();
  }

  @Test
  void calleesLineBreaksInTheCall() {
    Phone bob = jsSip("bob");
    Phone alice = sipJs("alice");
    bob.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    bob.receives(ACK);
    bob.losesConnection();
    isDetached(1);
    passes(DETACH_WINDOW);
    alice.receives(BYE);
    alice.answers(200);
    alice.invites(sip("bob"));
    alice.receives(480);
    ladder.nothingMore();
  }

  @Test
  void bothLinesBreakAtOnce() {
    Phone bob = jsSip("bob");
    Phone alice = sipJs("alice");
    bob.registers();
    passes(Duration.ofSeconds(1));
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    bob.receives(ACK);
    alice.losesConnection();
    bob.losesConnection();
    Phone carol = jsSip("carol");
    carol.invites(sip("bob"));
    carol.receives(480);
  }
}
