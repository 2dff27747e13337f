package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.MESSAGE;
import static dev.tandem.testkit.Sip.TIMER_F;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that wait for users who are offline. */
class MessageStoreLadderTest extends LadderTest {

  @Override
  String yaml() {
    return super.yaml() + "messages: {store: {perUser: 2, for: 1h}}\n";
  }

  private static void says(Phone phone, String to, String text) {
    phone.asks(MESSAGE, to, message -> message.body("text/plain", text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip", "udp"})
  void messagesWaitForTheNextRegistration(String kind) {
    Phone alice = jsSip("alice");
    says(alice, sip("bob"), "one");
    alice.receives(202, MESSAGE);
    passes(Duration.ofMinutes(5));
    says(alice, sip("bob"), "two");
    alice.receives(202, MESSAGE);
    says(alice, sip("bob"), "one too many");
    alice.receives(480, MESSAGE);

    Phone bob = phone(kind, "bob");
    bob.registers();
    SipText first = bob.receives(MESSAGE);
    assertThat(first.bodyText()).isEqualTo("one");
    assertThat(first.header("Date")).isEqualTo("Thu, 1 Jan 2026 00:00:00 GMT");
    assertThat(SipText.uriOf(first.header("From"))).isEqualTo(sip("alice"));
    bob.answers(200, MESSAGE);
    assertThat(bob.receives(MESSAGE).bodyText()).isEqualTo("two");
    bob.answers(200, MESSAGE);
    settle();
    bob.registers();
    ladder.nothingMore();
  }

  @Test
  void whatAnotherTimeMayHelpIsTriedAnotherTime() {
    Phone alice = sipJs("alice");
    says(alice, sip("bob"), "one");
    alice.receives(202, MESSAGE);
    Phone bob = jsSip("bob");
    bob.registers();
    bob.receives(MESSAGE);
    bob.losesConnection();
    settle();
    bob.connects();
    bob.registers();
    assertThat(bob.receives(MESSAGE).bodyText()).isEqualTo("one");
    bob.answers(200, MESSAGE);
    settle();
    bob.registers();
    ladder.nothingMore();
  }

  @Test
  void messageThatReachesNobodyIsKeptToo() {
    Phone alice = sipJs("alice");
    Phone bob = jsSip("bob");
    bob.registers();
    says(alice, sip("bob"), "one");
    bob.receives(MESSAGE);
    passes(TIMER_F.plusSeconds(1));
    alice.receives(202, MESSAGE);
    bob.registers();
    assertThat(bob.receives(MESSAGE).bodyText()).isEqualTo("one");
    bob.answers(200, MESSAGE);
    ladder.nothingMore();
  }

  @Test
  void refusedMessageIsNotBroughtAgain() {
    Phone alice = sipJs("alice");
    says(alice, sip("bob"), "one");
    alice.receives(202, MESSAGE);
    Phone bob = jsSip("bob");
    bob.registers();
    bob.receives(MESSAGE);
    bob.answers(415, MESSAGE);
    settle();
    bob.registers();
    ladder.nothingMore();
  }

  @Test
  void messageWaitsNoLongerThanItsExpires() {
    Phone alice = sipJs("alice");
    alice.asks(
        MESSAGE, sip("bob"), message -> message.body("text/plain", "now!").add("Expires", "60"));
    alice.receives(202, MESSAGE);
    alice.asks(
        MESSAGE, sip("bob"), message -> message.body("text/plain", "never").add("Expires", "0"));
    alice.receives(480, MESSAGE);
    passes(Duration.ofSeconds(61));
    Phone bob = jsSip("bob");
    bob.registers();
    ladder.nothingMore();
  }

  @Test
  void nobodyHasNoPostbox() {
    Phone alice = sipJs("alice");
    says(alice, sip("nobody"), "hello");
    alice.receives(404, MESSAGE);
    ladder.nothingMore();
  }
}
