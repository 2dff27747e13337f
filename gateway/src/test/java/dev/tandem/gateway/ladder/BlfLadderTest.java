package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.SUBSCRIBE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The busy lamp field: subscriptions to the calls of users (RFC 4235). */
class BlfLadderTest extends EventLadderTest {

  private static void isPartial(SipText notify, int version, String direction, String state) {
    assertThat(notify.header("Content-Type")).isEqualTo("application/dialog-info+xml");
    assertThat(notify.bodyText())
        .contains(
            "version=\"" + version + "\"",
            "state=\"partial\"",
            "direction=\"" + direction + "\"",
            "<state>" + state + "</state>")
        .containsOnlyOnce("<dialog ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip", "udp", "tcp"})
  void lampFollowsTheCallOfTheCallee(String kind) {
    Phone alice = phone(kind, "alice");
    Phone bob = jsSip("bob");
    Phone carol = sipJs("carol");
    bob.registers();
    SipText idle = subscribed(alice, "bob", "dialog", 600);
    assertThat(idle.bodyText())
        .contains("version=\"0\"", "state=\"full\"", "entity=\"sip:bob@example.test\"")
        .doesNotContain("<dialog ");

    carol.invites(sip("bob"));
    bob.receives(INVITE);
    settle();
    SipText trying = notifiedOfChange(alice);
    isPartial(trying, 1, "recipient", "trying");
    assertThat(trying.bodyText())
        .contains("<local><identity>sip:bob@example.test</identity></local>")
        .contains("<remote><identity>sip:carol@example.test</identity></remote>");
    bob.answers(180);
    carol.receives(180);
    isPartial(notifiedOfChange(alice), 2, "recipient", "early");
    bob.answers(200);
    carol.receives(200, INVITE);
    carol.sends(ACK);
    bob.receives(ACK);
    settle();
    isPartial(notifiedOfChange(alice), 3, "recipient", "confirmed");
    bob.sends(BYE);
    carol.receives(BYE);
    carol.answers(200);
    bob.receives(200, BYE);
    settle();
    isPartial(notifiedOfChange(alice), 4, "recipient", "terminated");

    alice.resubscribes("dialog", 600);
    alice.receives(200, SUBSCRIBE);
    assertThat(notified(alice).bodyText())
        .contains("version=\"5\"", "state=\"full\"")
        .doesNotContain("<dialog ");
    ladder.nothingMore();
  }

  @Test
  void callerToATrunkIsTheInitiator() {
    Phone alice = sipJs("alice");
    Phone bob = jsSip("bob");
    subscribed(alice, "bob", "dialog", 600);
    bob.invites(sip("95550100"));
    carrier.receives(INVITE);
    carrier.answers(180);
    bob.receives(180);
    SipText early = notifiedOfChange(alice);
    isPartial(early, 1, "initiator", "early");
    assertThat(early.bodyText()).contains("<remote><identity>sip:95550100@example.test<");
    bob.sends(CANCEL);
    bob.receives(200, CANCEL);
    carrier.receives(CANCEL);
    carrier.answers(487, INVITE);
    carrier.receives(ACK);
    bob.receives(487, INVITE);
    settle();
    isPartial(notifiedOfChange(alice), 2, "initiator", "terminated");
    ladder.nothingMore();
  }

  @Test
  void whatGoesOnAlreadyIsToldInFull() {
    Phone alice = jsSip("alice");
    Phone bob = sipJs("bob");
    Phone carol = sipJs("carol");
    bob.registers();
    carol.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(180);
    carol.receives(180);
    settle();
    assertThat(subscribed(alice, "bob", "dialog", 600).bodyText())
        .contains("state=\"full\"", "<state>early</state>");
    carol.sends(CANCEL);
    carol.receives(200, CANCEL);
    bob.receives(CANCEL);
    bob.answers(487, INVITE);
    bob.receives(ACK);
    carol.receives(487, INVITE);
    settle();
    isPartial(notifiedOfChange(alice), 1, "recipient", "terminated");
    ladder.nothingMore();
  }

  @Test
  void callThatIsOverBeforeItIsToldIsNotTold() {
    Phone alice = sipJs("alice");
    Phone bob = jsSip("bob");
    Phone carol = sipJs("carol");
    bob.registers();
    subscribed(alice, "bob", "dialog", 600);
    carol.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(486);
    bob.receives(ACK);
    carol.receives(486, INVITE);
    passes(Duration.ofSeconds(1));
    ladder.nothingMore();
  }

  /** A domain whose users do not see each other. */
  @Nested
  class Private extends EventLadderTest {
    @Override
    String events() {
      return "pace: 0s, watchers: self, showRemote: false, maxPerUser: 2";
    }

    @Test
    void othersMayNotWatch() {
      Phone alice = sipJs("alice");
      alice.subscribes(sip("bob"), "dialog", 600);
      alice.receives(403, SUBSCRIBE);
      alice.subscribes(sip("bob"), "presence", 600);
      alice.receives(403, SUBSCRIBE);
      ladder.nothingMore();
    }

    @Test
    void withWhomIsNotShown() {
      Phone alice = jsSip("alice");
      subscribed(alice, "alice", "dialog", 600);
      Phone desk = phone("sipJs", "desk", "alice");
      desk.invites(sip("95550100"));
      carrier.receives(INVITE);
      settle();
      SipText trying = notifiedOfChange(alice);
      isPartial(trying, 1, "initiator", "trying");
      assertThat(trying.bodyText()).doesNotContain("remote", "9555");
      carrier.answers(404);
      carrier.receives(ACK);
      desk.receives(404, INVITE);
      settle();
      isPartial(notifiedOfChange(alice), 2, "initiator", "terminated");
      ladder.nothingMore();
    }

    @Test
    void oneUserHasSoManySubscriptions() {
      Phone alice = sipJs("alice");
      subscribed(alice, "alice", "dialog", 600);
      subscribed(alice, "alice", "presence", 600);
      alice.subscribes(sip("alice"), "dialog", 600);
      alice.receives(403, SUBSCRIBE);
      ladder.nothingMore();
    }
  }
}
