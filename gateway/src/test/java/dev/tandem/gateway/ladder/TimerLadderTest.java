package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.T1;
import static dev.tandem.testkit.Sip.TIMER_B;
import static dev.tandem.testkit.Sip.TIMER_F;
import static dev.tandem.testkit.Sip.TIMER_H;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Habit;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Peers that keep silent, by RFC 3261's clock. */
class TimerLadderTest extends LadderTest {
  private static final int REPEATS_OF_INVITE = 6; // 0.5, 1.5, 3.5, 7.5, 15.5, 31.5 s

  @Test
  void nobodyAnswers() {
    Phone alice = sipJs("alice");
    Phone bob = jsSip("bob");
    bob.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(180);
    alice.receives(180);
    passes(Duration.ofSeconds(60));
    bob.receives(CANCEL);
    bob.answers(487);
    bob.receives(ACK);
    alice.receives(480, INVITE);
    ladder.nothingMore();
  }

  @Test
  void inviteIsRepeatedUntilTimerB() {
    Phone alice = sipJs("alice");
    carrier.with(Habit.NEVER_RESPONDS);
    alice.invites(sip("95550100"));
    SipText first = carrier.receives(INVITE);
    passes(TIMER_B);
    for (int i = 0; i < REPEATS_OF_INVITE; i++) {
      assertThat(carrier.receives(INVITE).toString()).isEqualTo(first.toString());
    }
    alice.receives(408, INVITE);
    ladder.nothingMore();
  }

  @Test
  void inviteIsNotRepeatedOnReliableTransports() {
    Phone alice = sipJs("alice");
    Phone bob = jsSip("bob").with(Habit.NEVER_RESPONDS);
    bob.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    passes(TIMER_B);
    alice.receives(408, INVITE);
    ladder.nothingMore();
  }

  @Test
  void byeThatIsNotAnsweredIsRepeatedUntilTimerF() {
    Phone alice = sipJs("alice");
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    carrier.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    carrier.receives(ACK);
    alice.sends(BYE);
    alice.receives(200, BYE);
    SipText bye = carrier.receives(BYE);
    passes(T1);
    assertThat(carrier.receives(BYE).toString()).isEqualTo(bye.toString());
    passes(TIMER_F);
    while (!carrier.isIdle()) {
      carrier.receives(BYE);
    }
    passes(TIMER_F);
    ladder.nothingMore();
  }

  @Test
  void answerIsRepeatedUntilItsAck() {
    Phone alice = phone("udp", "alice");
    Phone bob = sipJs("bob");
    bob.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    SipText ok = alice.receives(200);
    passes(T1);
    assertThat(alice.receives(200).toString()).isEqualTo(ok.toString());
    passes(T1.multipliedBy(2));
    assertThat(alice.receives(200).toString()).isEqualTo(ok.toString());
    alice.sends(ACK);
    bob.receives(ACK);
    passes(TIMER_H);
    ladder.nothingMore();
  }

  @Test
  void callerThatNeverAcknowledgesIsHungUp() {
    Phone alice = phone("udp", "alice");
    Phone bob = sipJs("bob");
    bob.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    alice.receives(200);
    passes(TIMER_H);
    for (int i = 0; i < 10; i++) {
      alice.receives(200, INVITE); // 0.5, 1.5, 3.5 s and then every 4 s
    }
    alice.receives(BYE);
    alice.answers(200, BYE);
    bob.receives(ACK);
    bob.receives(BYE);
    bob.answers(200, BYE);
    ladder.nothingMore();
  }

  @Test
  void calleeThatNeverAcknowledgesItsReInviteIsHungUp() {
    Phone alice = sipJs("alice");
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    carrier.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    carrier.receives(ACK);
    settle();
    carrier.holds();
    alice.receives(INVITE);
    alice.answers(200);
    alice.receives(ACK);
    carrier.receives(200, INVITE);
    passes(TIMER_H);
    for (int i = 0; i < 10; i++) {
      carrier.receives(200, INVITE);
    }
    carrier.receives(BYE);
    carrier.answers(200, BYE);
    alice.receives(BYE);
    alice.answers(200, BYE);
    ladder.nothingMore();
  }

  @Test
  void refusalIsRepeatedUntilItsAck() {
    Phone alice = phone("udp", "alice").with(Habit.DROPS_ACK);
    Phone bob = sipJs("bob");
    bob.registers();
    alice.with(Habit.LEAVES_CHALLENGES);
    alice.invites(sip("bob"));
    SipText challenge = alice.receives(407);
    passes(T1);
    assertThat(alice.receives(407).toString()).isEqualTo(challenge.toString());
    passes(TIMER_H);
    while (!alice.isIdle()) {
      alice.receives(407);
    }
    passes(TIMER_H);
    ladder.nothingMore();
  }

  @Test
  void ackIsSentAgainWhenTheAnswerComesAgain() {
    Phone alice = sipJs("alice");
    alice.invites(sip("95550100"));
    SipText invite = carrier.receives(INVITE);
    carrier.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    SipText ack = carrier.receives(ACK);
    carrier.repeatsAnswer(invite);
    SipText again = carrier.receives(ACK);
    assertThat(again.toTag()).isEqualTo(ack.toTag());
    assertThat(again.header("CSeq")).isEqualTo(ack.header("CSeq"));
    ladder.nothingMore();
  }

  @Test
  void repeatedInviteIsOneCall() {
    Phone bob = sipJs("bob");
    bob.registers();
    carrier.invites(sip("bob"));
    carrier.repeatsInvite();
    bob.receives(INVITE);
    settle();
    bob.answers(180);
    carrier.receives(180);
    carrier.repeatsInvite();
    carrier.receives(180);
    bob.answers(486);
    bob.receives(ACK);
    carrier.receives(486);
    ladder.nothingMore();
  }

  @Test
  void inviteRepeatedAfterTheRefusalIsNoNewCall() {
    Phone bob = sipJs("bob");
    bob.registers();
    carrier.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(486);
    bob.receives(ACK);
    SipText refusal = carrier.receives(486);
    settle();
    carrier.repeatsInvite();
    assertThat(carrier.receives(486).toString()).isEqualTo(refusal.toString());
    ladder.nothingMore();
  }

  @Test
  void ackIsSentAgainWhenTheRefusalComesAgain() {
    Phone alice = sipJs("alice");
    alice.invites(sip("95550100"));
    SipText invite = carrier.receives(INVITE);
    carrier.answers(486);
    SipText ack = carrier.receives(ACK);
    alice.receives(486);
    passes(T1.multipliedBy(60));
    carrier.repeatsAnswer(invite);
    assertThat(carrier.receives(ACK).toString()).isEqualTo(ack.toString());
    ladder.nothingMore();
  }

  @Test
  void inviteRepeatedAfterTheAnswerIsNoNewCall() {
    Phone bob = sipJs("bob");
    bob.registers();
    carrier.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    carrier.receives(200);
    bob.receives(ACK);
    carrier.repeatsInvite(); // it was late, or our 2xx was lost (RFC 6026 §7.1)
    carrier.receives(200, INVITE);
    carrier.sends(ACK);
    carrier.sends(BYE);
    carrier.receives(200, BYE);
    bob.receives(BYE);
    bob.answers(200);
    ladder.nothingMore();
  }

  @Test
  void requestInTheCallThatIsNotAnsweredIs408() {
    Phone alice = sipJs("alice");
    Phone bob = jsSip("bob");
    bob.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    bob.receives(ACK);
    alice.sends(INFO);
    bob.receives(INFO);
    passes(TIMER_F);
    alice.receives(408, INFO);
    ladder.nothingMore();
  }

  @Test
  void nothingWaitsAfterACall() {
    Phone alice = sipJs("alice");
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    carrier.answers(486);
    carrier.receives(ACK);
    alice.receives(486);
    passes(TIMER_B.multipliedBy(2));
    int idle = clock.pendingTasks();
    for (int i = 0; i < 5; i++) {
      alice.invites(sip("95550100"));
      carrier.receives(INVITE);
      carrier.answers(200);
      alice.receives(200);
      alice.sends(ACK);
      carrier.receives(ACK);
      carrier.sends(BYE);
      carrier.receives(200, BYE);
      alice.receives(BYE);
      alice.answers(200);
    }
    passes(TIMER_B.multipliedBy(2));
    assertThat(clock.pendingTasks()).isEqualTo(idle);
    ladder.nothingMore();
  }

  @Test
  void peerThatRingsForAReinviteAndNeverAnswersKeepsNothingWhenTheCallIsOver() {
    Phone alice = sipJs("alice");
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    carrier.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    carrier.receives(ACK);
    settle();
    alice.holds();
    carrier.receives(INVITE);
    carrier.answers(180);
    settle();
    alice.sends(BYE);
    alice.receives(200, BYE);
    carrier.receives(BYE);
    carrier.answers(200, BYE);
    // LadderTest sees to it that no transaction is left.
  }
}
