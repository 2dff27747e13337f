package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * JsSIP loses its connection while it rings. Its transaction ends, so it cannot answer any more,
 * but its page goes on ringing: the old call is ended and another begins.
 */
class LostWhileRingingLadderTest extends LadderTest {
  private Phone alice;
  private Phone bob;
  private SipText first;
  private SipText ringing;

  @BeforeEach
  void rings() {
    alice = sipJs("alice");
    bob = jsSip("bob");
    alice.registers();
    bob.registers();
    alice.invites(sip("bob"));
    first = bob.receives(INVITE);
    ringing = bob.answers(180);
    alice.receives(180);
  }

  private void oldCallIsEnded() {
    SipText bye = bob.receives(BYE);
    assertThat(bye.callId()).isEqualTo(first.callId());
    assertThat(bye.toTag()).isEqualTo(ringing.toTag());
    bob.answers(200, BYE);
  }

  private void hangsUp() {
    bob.sends(BYE);
    bob.receives(200, BYE);
    alice.receives(BYE);
    alice.answers(200);
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oldCallIsEndedAndItRingsAnew(boolean silently) {
    if (silently) {
      bob.goesDeaf();
    } else {
      bob.losesConnection();
      isDetached(1);
    }
    bob.connects();
    bob.registers();
    oldCallIsEnded();
    SipText anew = bob.receives(INVITE);
    assertThat(anew.branch()).isNotEqualTo(first.branch());
    assertThat(anew.toTag()).isNull();
    bob.answers(180);
    alice.receives(180);
    bob.answers(200);
    bob.receives(ACK);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    settle();
    isDetached(0);
    hangsUp();
  }

  @Test
  void itRingsAnewTwice() {
    for (int i = 0; i < 2; i++) {
      bob.losesConnection();
      isDetached(1);
      bob.connects();
      bob.registers();
      oldCallIsEnded();
      first = bob.receives(INVITE);
      ringing = bob.answers(180);
      alice.receives(180);
    }
    bob.answers(200);
    bob.receives(ACK);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    settle();
    hangsUp();
  }

  @Test
  void callThatWasCancelledMeanwhileStopsRinging() {
    bob.losesConnection();
    isDetached(1);
    alice.sends(CANCEL);
    alice.receives(200, CANCEL);
    alice.receives(487, INVITE);
    await().until(() -> gateway.gateway().calls().running().isEmpty());
    bob.connects();
    bob.registers();
    oldCallIsEnded();
    ladder.nothingMore();
    isDetached(0);
  }

  @Test
  void callThatWasAnsweredElsewhereStopsRinging() {
    Phone desk = phone("sipJs", "bob's desk", "bob");
    alice.sends(CANCEL);
    alice.receives(200, CANCEL);
    alice.receives(487, INVITE);
    bob.receives(CANCEL);
    bob.answers(487, INVITE);
    bob.receives(ACK);
    desk.registers();
    alice.invites(sip("bob"));
    desk.receives(INVITE);
    desk.answers(180);
    first = bob.receives(INVITE);
    ringing = bob.answers(180);
    alice.receives(180);
    bob.losesConnection();
    isDetached(1);
    desk.answers(200);
    desk.receives(ACK);
    alice.receivesOneOf(180, 200);
    settle();
    alice.sends(ACK);
    settle();
    bob.connects();
    bob.registers();
    oldCallIsEnded();
    isDetached(0);
    desk.sends(BYE);
    desk.receives(200, BYE);
    alice.receives(BYE);
    alice.answers(200);
    ladder.nothingMore();
  }

  @Test
  void deviceThatStaysAwayIsNoAnswer() {
    bob.losesConnection();
    isDetached(1);
    passes(java.time.Duration.ofSeconds(60));
    alice.receives(480, INVITE);
    isDetached(0);
    ladder.nothingMore();
  }
}
