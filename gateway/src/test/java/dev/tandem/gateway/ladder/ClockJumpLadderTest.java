package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.MESSAGE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.GatewayEnvironment;
import dev.tandem.testkit.Phone;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody sets the clock of the machine, forth or back: nobody notices. */
class ClockJumpLadderTest extends LadderTest {
  private volatile Duration jumped = Duration.ZERO;

  @Override
  GatewayEnvironment environment() {
    return new GatewayEnvironment(clock, () -> clock.instant().plus(jumped), clock::millis);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT40S", "PT-40S", "PT2H", "PT-2H", "P4000D", "P-4000D"})
  void clockThatIsSetEndsNothing(String jump) {
    Phone alice = sipJs("alice");
    Phone bob = phone("udp", "bob");
    alice.registers();
    bob.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    bob.receives(ACK);
    jumped = Duration.parse(jump);
    passes(Duration.ofSeconds(40)); // pings, timers of SIP, everything that looks at the time
    alice.sends(INFO);
    bob.receives(INFO);
    bob.answers(200);
    alice.receives(200, INFO);
    assertThat(gateway.gateway().registrar().aorCount()).isEqualTo(2);
    alice.asks(MESSAGE, sip("bob"), message -> message.body("text/plain", "still there?"));
    bob.receives(MESSAGE);
    bob.answers(200);
    alice.receives(200, MESSAGE);
    bob.sends(BYE);
    alice.receives(BYE);
    alice.answers(200);
    bob.receives(200, BYE);
    passes(Duration.ofMinutes(11)); // what they were granted, counted from then
    assertThat(gateway.gateway().registrar().aorCount()).isZero();
    ladder.nothingMore();
  }
}
