package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.MESSAGE;
import static dev.tandem.testkit.Sip.REFER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Habit;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes to a group of trunks, or away from one, and is no INVITE that a caller sent there. */
class TrunkGroupBesideCallsLadderTest extends LadderTest {
  private static final String NUMBER = sip("95550100");

  private Phone second;
  private Phone alice;
  private Phone bob;

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
          - {name: first, largeRequests: udp, address: "%s"}
          - {name: second, largeRequests: udp, limits: {calls: 1}, address: "%s"}
        trunkGroups:
          - {name: both, members: [{trunk: first}, {trunk: second}], tryTimeout: 2s}
        routes:
          - {number: "95*", trunk: both}
          - {number: "96*", trunk: second}
        """
        .formatted(carrier.address(), second.address());
  }

  @BeforeEach
  void twoAreThere() {
    alice = sipJs("alice");
    bob = jsSip("bob");
    bob.registers();
  }

  private void talk(String... headers) {
    alice.invites(
        sip("bob"),
        invite -> {
          for (int i = 0; i < headers.length; i += 2) {
            invite.add(headers[i], headers[i + 1]);
          }
        });
    bob.receives(INVITE);
    bob.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    bob.receives(ACK);
    settle();
  }

  private void hangsUp(Phone who, Phone other) {
    who.sends(BYE);
    who.receives(200, BYE);
    other.receives(BYE);
    other.answers(200, BYE);
    ladder.nothingMore();
  }

  private void refers(Phone who, String to) {
    TransferLadderTest.refers(who, "<" + to + ">");
    who.receives(202, REFER);
    TransferLadderTest.hears(who, 100);
  }

  private static void isRefused(Phone trunk, int status) {
    trunk.answers(status, INVITE);
    trunk.receives(ACK);
  }

  // Transfers.

  @Test
  void aTransferTriesTheSecondTrunkWhenTheFirstCannot() {
    talk();
    refers(alice, NUMBER);
    carrier.receives(INVITE);
    isRefused(carrier, 503);
    SipText invite = second.receives(INVITE);
    assertThat(invite.requestUri()).isEqualTo("sip:95550100@" + second.address());
    assertThat(invite.header("Referred-By")).isEqualTo("<sip:alice@example.test>");
    second.answers(180);
    TransferLadderTest.hears(alice, 180);
    isRefused(second, 486);
    TransferLadderTest.hears(alice, 486);
    hangsUp(alice, bob);
  }

  @Test
  void aTransfereeWhoCalledPrivatelyIsNotShownToTheTarget() {
    talk("Privacy", "id");
    refers(bob, NUMBER);
    SipText invite = carrier.receives(INVITE);
    assertThat(invite.header("From")).startsWith("\"Anonymous\" <sip:anonymous@anonymous.invalid>");
    assertThat(invite.header("Referred-By")).isEqualTo("<sip:bob@example.test>");
    assertThat(invite.toString()).as("anywhere").doesNotContain("alice");
    isRefused(carrier, 486);
    TransferLadderTest.hears(bob, 486);
    hangsUp(alice, bob);
  }

  @Test
  void aTransferorWhoCalledPrivatelyIsNotShownToTheTarget() {
    talk("Privacy", "user");
    refers(alice, NUMBER);
    SipText invite = carrier.receives(INVITE);
    assertThat(invite.header("From")).contains("sip:bob@example.test");
    assertThat(invite.has("Referred-By")).isFalse();
    assertThat(invite.toString()).as("anywhere").doesNotContain("alice");
    isRefused(carrier, 486);
    TransferLadderTest.hears(alice, 486);
    hangsUp(alice, bob);
  }

  // Messages.

  private void says(String text) {
    alice.asks(MESSAGE, NUMBER, message -> message.body("text/plain", text));
  }

  @Test
  void aMessageGoesToTheSecondTrunkWhenTheFirstCannot() {
    says("hello");
    carrier.receives(MESSAGE);
    carrier.answers(503);
    SipText message = second.receives(MESSAGE);
    assertThat(message.bodyText()).isEqualTo("hello");
    second.answers(202);
    alice.receives(202, MESSAGE);
    ladder.nothingMore();
  }

  @Test
  void aMessageIsRefusedAsTheLastTrunkOrTheRuleSays() {
    says("hello");
    carrier.receives(MESSAGE);
    carrier.answers(404);
    alice.receives(404, MESSAGE);
    says("hello again");
    carrier.receives(MESSAGE);
    carrier.answers(500);
    second.receives(MESSAGE);
    second.answers(480);
    alice.receives(480, MESSAGE);
    ladder.nothingMore();
  }

  @Test
  void aMessageDoesNotWaitForASilentTrunk() {
    carrier.with(Habit.NEVER_RESPONDS);
    says("hello");
    carrier.receives(MESSAGE);
    Duration waited = passesUntilReceived(second, Duration.ofSeconds(5));
    assertThat(waited).isBetween(Duration.ofSeconds(2), Duration.ofMillis(2_200));
    second.receives(MESSAGE);
    second.answers(200);
    alice.receives(200, MESSAGE);
    while (!carrier.isIdle()) {
      carrier.receives(MESSAGE); // repeated
    }
    carrier.answers(200); // it woke up; the sender has its answer
    ladder.nothingMore();
  }

  // Limits.

  @Test
  void theOneWhoLosesTheLastPlaceHearsTheCause() {
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(
        302,
        moved ->
            moved
                .add("Contact", "<" + sip("961") + ">")
                .add("Contact", "<" + sip("962") + ">")); // at once, and there is room for one
    bob.receives(ACK);
    assertThat(second.receives(INVITE).requestUri()).startsWith("sip:961@");
    isRefused(second, 503);
    SipText refusal = alice.receives(500);
    assertThat(refusal.header("X-Tandem-Cause")).isEqualTo("limit_trunk");
    ladder.nothingMore();
  }
}
