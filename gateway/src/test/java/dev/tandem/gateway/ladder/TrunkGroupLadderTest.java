package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Habit;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A call tries one trunk after the other; the caller hears nothing but ringing. */
class TrunkGroupLadderTest extends LadderTest {
  private static final String NUMBER = sip("95550100");

  private Phone second;
  private Phone alice;

  @Override
  String yaml() {
    second = carrier("second", "127.0.0.3");
    return """
        domain: example.test
        http: {listen: ["127.0.0.1:0"]}
        sip: {listen: {udp: ["127.0.0.1:0"], tcp: ["127.0.0.1:0"]}}
        users:
          - {user: alice, password: secret}
          - {user: bob, password: secret}
        trunks:
          - {name: first, address: "%s"}
          - {name: second, largeRequests: udp, address: "%s"}
        trunkGroups:
          - {name: both, members: [{trunk: first}, {trunk: second}], tryTimeout: 2s}
          - {name: held, members: [{trunk: first}, {trunk: second}], earlyMedia: hold}
        routes:
          - {number: "95*", trunk: both}
          - {number: "96*", trunk: held}
        """
        .formatted(carrier.address(), second.address());
  }

  @BeforeEach
  void aliceIsThere() {
    alice = sipJs("alice");
    alice.registers();
  }

  private void talkAndEnd(Phone trunk) {
    trunk.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    trunk.receives(ACK);
    alice.sends(BYE);
    alice.receives(200);
    trunk.receives(BYE);
    trunk.answers(200);
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 500, 503})
  void theSecondIsTriedWhenTheFirstCannot(int status) {
    alice.invites(NUMBER);
    carrier.receives(INVITE);
    carrier.answers(status);
    carrier.receives(ACK);
    SipText invite = second.receives(INVITE);
    assertThat(invite.requestUri()).isEqualTo("sip:95550100@" + second.address());
    assertThat(invite.bodyText()).isEqualTo(alice.sdp());
    second.answers(180);
    alice.receives(180);
    talkAndEnd(second);
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(ints = {486, 404, 603})
  void whatTheCalleeSaysIsNotAskedTwice(int status) {
    alice.invites(NUMBER);
    carrier.receives(INVITE);
    carrier.answers(180);
    alice.receives(180);
    carrier.answers(status);
    carrier.receives(ACK);
    alice.receives(status);
    ladder.nothingMore();
  }

  @Test
  void silenceEndsAfterTryTimeoutAndALateAnswerIsEnded() {
    carrier.with(Habit.NEVER_RESPONDS);
    alice.invites(NUMBER);
    carrier.receives(INVITE);
    Duration waited = passesUntilReceived(second, Duration.ofSeconds(5));
    assertThat(waited).isBetween(Duration.ofSeconds(2), Duration.ofMillis(2_200));
    second.receives(INVITE);
    second.answers(180);
    alice.receives(180);
    carrier.receives(INVITE); // repeated after T1,
    carrier.receives(INVITE); // and after twice that
    carrier.answers(200);
    carrier.receives(ACK);
    carrier.receives(BYE);
    carrier.answers(200);
    talkAndEnd(second);
    ladder.nothingMore();
  }

  @Test
  void aTrunkThatHasTheCallIsGivenTime() {
    alice.invites(NUMBER);
    carrier.receives(INVITE);
    passes(Duration.ofSeconds(20));
    carrier.answers(180);
    alice.receives(180);
    passes(Duration.ofSeconds(20));
    talkAndEnd(carrier);
    ladder.nothingMore();
  }

  @Test
  void theCallerGivesUpWhileTheSecondRings() {
    alice.invites(NUMBER);
    carrier.receives(INVITE);
    carrier.answers(180);
    alice.receives(180);
    carrier.answers(503);
    carrier.receives(ACK);
    second.receives(INVITE);
    second.answers(180);
    alice.receives(180);
    alice.sends(CANCEL);
    alice.receives(200);
    alice.receives(487);
    second.receives(CANCEL);
    second.answers(487, INVITE);
    second.receives(ACK);
    ladder.nothingMore();
  }

  @Test
  void mediaBeforeTheAnswerSettleTheCall() {
    alice.invites(NUMBER);
    carrier.receives(INVITE);
    carrier.describes(Sdp.rtp()).answers(183);
    assertThat(alice.receives(183).bodyText()).isEqualTo(carrier.sdp());
    carrier.answers(503);
    carrier.receives(ACK);
    alice.receives(500);
    ladder.nothingMore();
  }

  @Test
  void mediaThatAreHeldAreOnlyRinging() {
    alice.invites(sip("965550100"));
    carrier.receives(INVITE);
    carrier.describes(Sdp.rtp()).answers(183);
    assertThat(alice.receives(180).bodyText()).isEmpty();
    carrier.answers(503);
    carrier.receives(ACK);
    second.receives(INVITE);
    talkAndEnd(second);
    ladder.nothingMore();
  }

  @Test
  void whenBothFailTheCallerIsTold() {
    alice.invites(NUMBER);
    carrier.receives(INVITE);
    carrier.answers(503);
    carrier.receives(ACK);
    second.receives(INVITE);
    second.answers(480);
    second.receives(ACK);
    alice.receives(480);
    ladder.nothingMore();
  }
}
