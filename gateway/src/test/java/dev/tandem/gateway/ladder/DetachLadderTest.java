package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A browser loses its WebSocket during a call and comes back on another. */
class DetachLadderTest extends LadderTest {
  private static final Duration WINDOW = Duration.ofSeconds(60);

  /** After which nothing that was said can still be on its way. */
  private static final Duration AGES = Duration.ofSeconds(33);

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void callGoesOnWhenTheCalleeComesBack(String kind) {
    Phone alice = sipJs("alice");
    Phone bob = phone(kind, "bob");
    bob.registers();
    talk(alice, bob);
    bob.losesConnection();
    isDetached(1);
    bob.connects();
    bob.registers();
    isDetached(0);
    alice.sends(INFO);
    bob.receives(INFO);
    bob.answers(200);
    alice.receives(200, INFO);
    bob.sends(BYE);
    bob.receives(200, BYE);
    alice.receives(BYE);
    alice.answers(200);
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void callGoesOnWhenTheCallerComesBack(String kind) {
    Phone alice = phone(kind, "alice");
    Phone bob = sipJs("bob");
    alice.registers();
    bob.registers();
    talk(alice, bob);
    alice.losesConnection();
    isDetached(1);
    alice.connects();
    alice.registers();
    isDetached(0);
    alice.holds();
    bob.receives(INVITE);
    bob.answers(200);
    bob.receives(ACK);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    settle();
    bob.sends(BYE);
    bob.receives(200, BYE);
    alice.receives(BYE);
    alice.answers(200);
    ladder.nothingMore();
  }

  @ParameterizedTest
  @CsvSource({"sipJs,sipJs", "jsSip,jsSip"})
  void connectionThatIsDeadButNotKnownToBe(String callers, String callees) {
    Phone alice = phone(callers, "alice");
    Phone bob = phone(callees, "bob");
    bob.registers();
    talk(alice, bob);
    bob.connects(); // without an end of the first
    bob.registers();
    bob.sends(INFO);
    alice.receives(INFO);
    alice.answers(200);
    bob.receives(200, INFO);
    alice.sends(BYE);
    alice.receives(200, BYE);
    bob.receives(BYE);
    bob.answers(200);
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void deviceThatDoesNotComeBackIsHungUp(String kind) {
    Phone alice = sipJs("alice");
    Phone bob = phone(kind, "bob");
    bob.registers();
    talk(alice, bob);
    bob.losesConnection();
    isDetached(1);
    passes(WINDOW);
    SipText bye = alice.receives(BYE);
    assertThat(bye.header("Reason")).startsWith("Q.850;cause=102");
    alice.answers(200);
    isDetached(0);
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void byeFromTheFarEndWaitsForTheDevice(String kind) {
    Phone alice = sipJs("alice");
    Phone bob = phone(kind, "bob");
    bob.registers();
    talk(alice, bob);
    bob.losesConnection();
    isDetached(1);
    alice.sends(BYE);
    alice.receives(200, BYE);
    await().untilAsserted(() -> assertThat(gateway.gateway().calls().running()).isEmpty());
    bob.connects();
    bob.registers();
    bob.receives(BYE);
    bob.answers(200);
    isDetached(0);
    ladder.nothingMore();
  }

  private void talk(Phone alice, Phone bob) {
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(180);
    alice.receives(180);
    bob.answers(200);
    bob.receives(ACK);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    passes(AGES);
  }
}
