package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.NOTIFY;
import static dev.tandem.testkit.Sip.PUBLISH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Waiting voice mail (RFC 3842), told by the PBX that keeps it. */
class MessageSummaryLadderTest extends EventLadderTest {
  private static final String TYPE = "application/simple-message-summary";
  private static final String NEW_MAIL =
      "Messages-Waiting: yes\r\nMessage-Account: sip:*97@carrier.test\r\nVoice-Message: 2/8 (0/2)\r\n";
  private static final String NO_MAIL = "Messages-Waiting: no\r\nVoice-Message: 0/10\r\n";

  /** As Asterisk and others do: nobody has subscribed, and To has no tag. */
  private void carrierTells(String user, String summary) {
    carrier.asks(
        NOTIFY,
        sip(user),
        notify ->
            notify
                .add("Contact", "<" + carrier.contactUri() + ">")
                .add("Event", "message-summary")
                .add("Subscription-State", "active")
                .body(TYPE, summary));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip", "udp"})
  void unsolicitedNotifyIsPassedOn(String kind) {
    Phone alice = phone(kind, "alice");
    alice.registers();
    carrierTells("alice", NEW_MAIL);
    carrier.receives(200, NOTIFY);
    SipText notify = alice.receives(NOTIFY);
    alice.answers(200, NOTIFY);
    assertThat(notify.bodyText()).isEqualTo(NEW_MAIL);
    assertThat(notify.header("Content-Type")).isEqualTo(TYPE);
    assertThat(notify.header("Event")).isEqualTo("message-summary");
    assertThat(notify.header("Subscription-State")).isEqualTo("active");
    assertThat(notify.toTag()).isNull();
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip", "udp"})
  void subscriberIsToldOnceAndInItsSubscription(String kind) {
    Phone alice = phone(kind, "alice");
    alice.registers();
    assertThat(subscribed(alice, "alice", "message-summary", 600).bodyText())
        .isEqualTo("Messages-Waiting: no\r\n");
    carrierTells("alice", NEW_MAIL);
    carrier.receives(200, NOTIFY);
    SipText notify = notifiedOfChange(alice);
    assertThat(notify.bodyText()).isEqualTo(NEW_MAIL);
    assertThat(notify.toTag()).isNotNull();
    carrierTells("alice", NO_MAIL);
    carrier.receives(200, NOTIFY);
    assertThat(notifiedOfChange(alice).bodyText()).isEqualTo(NO_MAIL);
    ladder.nothingMore();
  }

  @Test
  void whoSubscribesLaterIsToldToo() {
    carrierTells("alice", NEW_MAIL);
    carrier.receives(200, NOTIFY);
    Phone alice = jsSip("alice");
    assertThat(subscribed(alice, "alice", "message-summary", 600).bodyText()).isEqualTo(NEW_MAIL);
    ladder.nothingMore();
  }

  @Test
  void trunkMayPublishInstead() {
    Phone alice = sipJs("alice");
    subscribed(alice, "alice", "message-summary", 600);
    carrier.publishes(sip("alice"), "message-summary", 60, null, TYPE, NEW_MAIL);
    carrier.receives(200, PUBLISH);
    assertThat(notifiedOfChange(alice).bodyText()).isEqualTo(NEW_MAIL);
    passes(Duration.ofSeconds(58));
    ladder.nothingMore();
    passes(Duration.ofSeconds(3));
    assertThat(notified(alice).bodyText()).isEqualTo("Messages-Waiting: no\r\n");
    ladder.nothingMore();
  }

  @Test
  void usersDoNotTellOfMailboxes() {
    Phone bob = sipJs("bob");
    bob.publishes(sip("bob"), "message-summary", 600, null, TYPE, NEW_MAIL);
    bob.receives(403, PUBLISH);
    bob.asks(
        NOTIFY,
        sip("alice"),
        notify ->
            notify
                .add("Event", "message-summary")
                .add("Subscription-State", "active")
                .body(TYPE, NEW_MAIL));
    bob.receives(481, NOTIFY);
    ladder.nothingMore();
  }

  @Test
  void whatATrunkMayNotTell() {
    carrierTells("nobody", NEW_MAIL);
    carrier.receives(404, NOTIFY);
    carrierTells("alice", "Hello\r\n");
    carrier.receives(400, NOTIFY);
    carrier.asks(
        NOTIFY,
        sip("alice"),
        notify -> notify.add("Event", "conference").add("Subscription-State", "active"));
    assertThat(carrier.receives(489, NOTIFY).header("Allow-Events")).contains("message-summary");
    ladder.nothingMore();
  }
}
