package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.REGISTER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Habit;
import dev.tandem.testkit.Phone;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A user's devices ring one after the other, in the order of q (RFC 3261 §16.6). */
class SerialForkingLadderTest extends LadderTest {
  private Phone alice;
  private Phone desk;
  private Phone mobile;
  private Phone tablet;

  @Override
  String yaml() {
    return super.yaml() + "  forking: serial\n  serialTimeout: 20s\n";
  }

  /** Desk and tablet are preferred to the mobile. */
  private void call() {
    alice = sipJs("alice");
    mobile = registered("sipJs", "bob mobile", "0.2");
    desk = registered("jsSip", "bob desk", "0.9");
    tablet = registered("sipJs", "bob tablet", "0.9");
    alice.invites(sip("bob"));
    desk.receives(INVITE);
    tablet.receives(INVITE);
  }

  private Phone registered(String kind, String name, String q) {
    Phone phone = phone(kind, name, "bob");
    phone.sendsRegister(600, it -> it.set("Contact", it.header("Contact") + ";q=" + q));
    assertThat(phone.receives(200, REGISTER).values("Contact").get(0)).contains(";q=" + q);
    return phone;
  }

  @Test
  void equalsRingTogetherAndTheNextOnlyWhenBothHaveRefused() {
    call();
    desk.answers(486);
    desk.receives(ACK);
    settle();
    assertThat(mobile.isIdle()).isTrue();
    tablet.answers(480);
    tablet.receives(ACK);
    mobile.receives(INVITE);
    mobile.answers(180);
    alice.receives(180);
    mobile.answers(200);
    assertThat(alice.receives(200).bodyText()).isEqualTo(mobile.sdp());
    alice.sends(ACK);
    mobile.receives(ACK);
    alice.sends(BYE);
    alice.receives(200);
    mobile.receives(BYE);
    mobile.answers(200);
    ladder.nothingMore();
  }

  @Test
  void nextRingsWhenNobodyAnswersInTime() {
    call();
    desk.answers(180);
    alice.receives(180);
    passes(Duration.ofSeconds(20));
    assertThat(desk.receives(CANCEL).find("Reason")).contains("Q.850;cause=19");
    desk.answers(487, INVITE);
    desk.receives(ACK);
    tablet.receives(CANCEL);
    tablet.answers(487, INVITE);
    tablet.receives(ACK);
    mobile.receives(INVITE);
    mobile.answers(486);
    mobile.receives(ACK);
    alice.receives(486);
    ladder.nothingMore();
  }

  @Test
  void answerThatCrossesTheCancelIsTaken() {
    call();
    desk.with(Habit.ANSWERS_AFTER_CANCEL);
    passes(Duration.ofSeconds(20));
    desk.receives(CANCEL);
    alice.receives(200);
    alice.sends(ACK);
    desk.receives(ACK);
    tablet.receives(CANCEL);
    tablet.answers(487, INVITE);
    tablet.receives(ACK);
    mobile.receives(INVITE);
    mobile.receives(CANCEL);
    mobile.answers(487, INVITE);
    mobile.receives(ACK);
    ladder.nothingMore();
  }

  @Test
  void declineEverywhereLeavesTheOthersInPeace() {
    call();
    desk.answers(603);
    desk.receives(ACK);
    tablet.receives(CANCEL);
    tablet.answers(487, INVITE);
    tablet.receives(ACK);
    alice.receives(603);
    ladder.nothingMore();
  }

  @Test
  void callerWhoGivesUpLeavesTheOthersInPeace() {
    call();
    alice.sends(CANCEL);
    alice.receives(200, CANCEL);
    alice.receives(487, INVITE);
    desk.receives(CANCEL);
    desk.answers(487, INVITE);
    desk.receives(ACK);
    tablet.receives(CANCEL);
    tablet.answers(487, INVITE);
    tablet.receives(ACK);
    ladder.nothingMore();
  }
}
