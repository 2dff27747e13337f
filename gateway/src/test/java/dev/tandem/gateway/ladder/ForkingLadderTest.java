package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Habit;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.util.List;
import org.junit.jupiter.api.Test;

/** All of a user's contacts ring; one answers. */
class ForkingLadderTest extends LadderTest {
  private Phone alice;
  private Phone desk;
  private Phone mobile;

  private void ringBoth() {
    alice = sipJs("alice");
    desk = phone("jsSip", "bob desk", "bob");
    mobile = phone("sipJs", "bob mobile", "bob");
    desk.registers();
    mobile.registers();
    alice.invites(sip("bob"));
    desk.receives(INVITE);
    mobile.receives(INVITE);
  }

  @Test
  void firstAnswerWinsAndOthersAreCancelled() {
    ringBoth();
    desk.answers(180);
    alice.receives(180);
    mobile.answers(200);
    assertThat(alice.receives(200).bodyText()).isEqualTo(mobile.sdp());
    assertThat(desk.receives(CANCEL).find("Reason")).contains("200");
    desk.answers(487);
    desk.receives(ACK);
    alice.sends(ACK);
    mobile.receives(ACK);
    mobile.sends(BYE);
    mobile.receives(200, BYE);
    alice.receives(BYE);
    alice.answers(200);
    ladder.nothingMore();
  }

  @Test
  void secondAnswerIsAcknowledgedAndHungUp() {
    ringBoth();
    desk.with(Habit.ANSWERS_AFTER_CANCEL);
    desk.answers(180);
    alice.receives(180);
    mobile.answers(200);
    alice.receives(200);
    desk.receives(CANCEL);
    desk.receives(ACK);
    desk.receives(BYE);
    desk.answers(200, BYE);
    alice.sends(ACK);
    mobile.receives(ACK);
    ladder.nothingMore();
  }

  @Test
  void oneRefusalEndsNothing() {
    ringBoth();
    desk.answers(486);
    desk.receives(ACK);
    settle(); // a CANCEL may cross the 486
    mobile.answers(180);
    alice.receives(180);
    mobile.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    mobile.receives(ACK);
    ladder.nothingMore();
  }

  @Test
  void bestRefusalReachesTheCaller() {
    ringBoth();
    desk.answers(480);
    desk.receives(ACK);
    mobile.answers(486);
    mobile.receives(ACK);
    int status = alice.receivesOneOf(480, 486).status();
    assertThat(status).isIn(480, 486);
    ladder.nothingMore();
  }

  @Test
  void declineEverywhereEndsAllBranches() {
    ringBoth();
    mobile.answers(180);
    alice.receives(180);
    desk.answers(603);
    desk.receives(ACK);
    mobile.receives(CANCEL);
    mobile.answers(487);
    mobile.receives(ACK);
    alice.receives(603);
    ladder.nothingMore();
  }

  @Test
  void callerGivesUpOnAll() {
    ringBoth();
    desk.answers(180);
    alice.receives(180);
    alice.sends(CANCEL);
    alice.receives(200, CANCEL);
    alice.receives(487, INVITE);
    desk.receives(CANCEL);
    desk.answers(487);
    desk.receives(ACK);
    mobile.receives(CANCEL);
    mobile.answers(487);
    mobile.receives(ACK);
    ladder.nothingMore();
  }

  @Test
  void secondAnswerOfOneBranchIsAcknowledgedAndHungUp() {
    alice = jsSip("alice");
    carrier.with(Habit.FORKS_TWICE);
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    carrier.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    List<SipText> got = carrier.receivesInAnyOrder("ACK", "ACK", "BYE");
    assertThat(got.get(0).toTag()).isNotEqualTo(got.get(1).toTag());
    String forkTag = got.get(2).toTag();
    carrier.answers(200, BYE);
    alice.sends(BYE);
    alice.receives(200);
    assertThat(carrier.receives(BYE).toTag()).isNotEqualTo(forkTag);
    carrier.answers(200, BYE);
    ladder.nothingMore();
  }

  @Test
  void deviceWhoseLineBreaksLeavesTheOtherRinging() {
    ringBoth();
    mobile.answers(180);
    alice.receives(180);
    desk.losesConnection();
    mobile.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    mobile.receives(ACK);
    ladder.nothingMore();
  }
}
