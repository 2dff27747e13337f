package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.OPTIONS;
import static dev.tandem.testkit.Sip.TIMER_B;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.trunk.TrunkReport;
import dev.tandem.testkit.Habit;
import dev.tandem.testkit.Phone;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A trunk that says nothing is held neither for a place nor for up: its transaction may linger. */
class SilentTrunkLadderTest extends LadderTest {
  private static final Duration LONGEST_TRY = Duration.ofSeconds(5);

  private Phone second;
  private Phone alice;

  @Override
  String yaml() {
    second = carrier("second", "127.0.0.3");
    return """
        domain: example.test
        http: {listen: ["127.0.0.1:0"]}
        sip: {listen: {udp: ["127.0.0.1:0"], tcp: ["127.0.0.1:0"]}}
        users: [{user: alice, password: secret}]
        trunks:
          - {name: first, address: "%s", limits: {calls: 1}, health: {interval: 1h, down: 1}}
          - {name: second, largeRequests: udp, address: "%s"}
        trunkGroups:
          - {name: both, members: [{trunk: first}, {trunk: second}], tryTimeout: 2s}
        routes:
          - {number: "95*", trunk: both}
          - {number: "97*", trunk: first}
        """
        .formatted(carrier.address(), second.address());
  }

  @BeforeEach
  void theFirstIsUp() {
    passesUntilReceived(carrier, LONGEST_TRY);
    carrier.receives(OPTIONS);
    carrier.answers(200);
    settle();
    assertThat(first().up()).isTrue();
    carrier.with(Habit.NEVER_RESPONDS);
    alice = sipJs("alice");
    alice.registers();
  }

  private TrunkReport first() {
    return gateway.gateway().trunks().reports().get(0);
  }

  private void rings(String number) {
    alice.invites(sip(number));
    assertThat(carrier.receives(INVITE).requestUri()).startsWith("sip:" + number + "@");
    settle();
  }

  private void givesUp() {
    alice.sends(CANCEL);
    alice.receives(200);
    alice.receives(487);
    settle();
  }

  private void nothingButInvitesComes() {
    while (!carrier.isIdle()) {
      carrier.receives(INVITE);
    }
    ladder.nothingMore();
  }

  @Test
  void itFailsWhenItIsGivenUpAndTheCallGoesOnWithoutIt() {
    rings("95550100");
    assertThat(first().calls()).isOne();
    passesUntilReceived(second, LONGEST_TRY);
    second.receives(INVITE);
    assertThat(first().calls()).isZero();
    assertThat(first().up()).isFalse();
    assertThat(first().reason()).isEqualTo("a call was not answered");
    second.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    second.receives(ACK);
    alice.sends(BYE);
    alice.receives(200);
    second.receives(BYE);
    second.answers(200);
    settle();
    assertThat(gateway.gateway().calls().running()).isEmpty();
    passes(TIMER_B);
    nothingButInvitesComes();
  }

  @Test
  void itsLateAnswerIsEndedAlthoughTheCallIsOver() {
    rings("95550100");
    passesUntilReceived(second, LONGEST_TRY);
    second.receives(INVITE);
    second.answers(486);
    second.receives(ACK);
    alice.receives(486);
    settle();
    assertThat(gateway.gateway().calls().running()).isEmpty();
    while (!carrier.isIdle()) {
      carrier.receives(INVITE);
    }
    carrier.answers(200);
    carrier.receives(ACK);
    carrier.receives(BYE);
    carrier.answers(200);
    ladder.nothingMore();
  }

  @Test
  void itsPlaceIsFreeAsSoonAsTheCallerGivesUp() {
    rings("97550100");
    assertThat(first().calls()).isOne();
    givesUp();
    assertThat(first().calls()).isZero();
    while (!carrier.isIdle()) {
      carrier.receives(INVITE);
    }
    rings("97550101");
    givesUp();
    passes(TIMER_B);
    nothingButInvitesComes();
  }
}
