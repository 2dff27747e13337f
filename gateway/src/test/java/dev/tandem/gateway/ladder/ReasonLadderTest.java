package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Why a call ended, from one end to the other (RFC 3326, RFC 3398, RFC 6432). */
class ReasonLadderTest extends LadderTest {

  @Test
  void carrierLearnsTheCauseOfABrowsersRefusal() {
    Phone bob = jsSip("bob");
    bob.registers();
    carrier.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(486);
    bob.receives(ACK);
    assertThat(carrier.receives(486).values("Reason"))
        .containsExactly("Q.850;cause=17;text=\"User busy\"");
    ladder.nothingMore();
  }

  @Test
  void causeThatTheCalleeGivesPassesAsItIs() {
    Phone alice = sipJs("alice");
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    String reason = "Q.850;cause=34;text=\"No circuit\"";
    carrier.answers(503, it -> it.add("Reason", reason).add("Retry-After", "17"));
    carrier.receives(ACK);
    SipText refusal = alice.receives(503);
    assertThat(refusal.values("Reason")).containsExactly(reason);
    assertThat(refusal.header("Retry-After")).isEqualTo("17");
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(ints = {480, 486, 500, 503, 600})
  void timeToTryAgainReachesTheCaller(int status) {
    Phone alice = jsSip("alice");
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    carrier.answers(status, it -> it.add("Retry-After", "120 (lunch);duration=60"));
    carrier.receives(ACK);
    assertThat(alice.receives(status).header("Retry-After")).startsWith("120");
    ladder.nothingMore();
  }

  @Test
  void reasonOfAByePassesAsItIs() {
    Phone alice = sipJs("alice");
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    carrier.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    carrier.receives(ACK);
    String reason = "Q.850;cause=31;text=\"Normal, unspecified\"";
    carrier.sends(BYE, bye -> bye.add("Reason", reason));
    carrier.receives(200);
    assertThat(alice.receives(BYE).headers("Reason")).containsExactly(reason);
    alice.answers(200);
    ladder.nothingMore();
  }

  @Test
  void othersOfAForkLearnTheCauseOfADecline() {
    Phone desk = phone("jsSip", "bob desk", "bob");
    Phone mobile = phone("sipJs", "bob mobile", "bob");
    desk.registers();
    mobile.registers();
    carrier.invites(sip("bob"));
    desk.receives(INVITE);
    mobile.receives(INVITE);
    desk.answers(180);
    carrier.receives(180);
    mobile.answers(603);
    mobile.receives(ACK);
    assertThat(desk.receives(CANCEL).headers("Reason"))
        .containsExactly("SIP;cause=603;text=\"Decline\"", "Q.850;cause=21;text=\"Call rejected\"");
    desk.answers(487, INVITE);
    desk.receives(ACK);
    assertThat(carrier.receives(603).header("Reason")).contains("Q.850;cause=21");
    ladder.nothingMore();
  }

  @Test
  void nobodyAnswersInTime() {
    Phone bob = sipJs("bob");
    bob.registers();
    carrier.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(180);
    carrier.receives(180);
    passes(Duration.ofSeconds(60));
    assertThat(carrier.receives(480).headers("Reason"))
        .containsExactly("Q.850;cause=19;text=\"No answer\"");
    assertThat(bob.receives(CANCEL).headers("Reason"))
        .containsExactly("Q.850;cause=19;text=\"No answer\"");
    bob.answers(487, INVITE);
    bob.receives(ACK);
    ladder.nothingMore();
  }
}
