package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.NOTIFY;
import static dev.tandem.testkit.Sip.PUBLISH;
import static dev.tandem.testkit.Sip.REGISTER;
import static dev.tandem.testkit.Sip.SUBSCRIBE;
import static dev.tandem.testkit.Sip.TIMER_F;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SUBSCRIBE, NOTIFY and PUBLISH for presence (RFC 6665, RFC 3856, RFC 3903). */
class PresenceLadderTest extends EventLadderTest {
  private static final Duration LATER = Duration.ofSeconds(1);
  private static final String PIDF = "application/pidf+xml";
  private static final String AWAY =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <presence xmlns="urn:ietf:params:xml:ns:pidf"   entity="sip:bob@example.test">
        <tuple id="t1"><status><basic>open</basic></status><note xml:lang="eo">for, ĝis la 3a</note></tuple>
      </presence>
      """;
  private static final String BUSY = AWAY.replace("for, ĝis la 3a", "busy");

  private static String publishes(Phone phone, int expires, String tag, String body) {
    phone.publishes(sip("bob"), "presence", expires, tag, PIDF, body);
    SipText answer = phone.receives(200, PUBLISH);
    assertThat(answer.header("Expires")).isEqualTo(Integer.toString(expires));
    return answer.header("SIP-ETag");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip", "udp", "tcp"})
  void comingAndGoingIsTold(String kind) {
    Phone alice = phone(kind, "alice");
    SipText first = subscribed(alice, "bob", "presence", 600);
    assertThat(state(first)).isEqualTo("active;expires=600");
    assertThat(first.header("Event")).isEqualTo("presence");
    assertThat(first.header("Content-Type")).isEqualTo(PIDF);
    assertThat(first.bodyText())
        .contains("entity=\"sip:bob@example.test\"", "<basic>closed</basic>");

    Phone bob = sipJs("bob");
    bob.registers();
    settle();
    SipText online = notifiedOfChange(alice);
    assertThat(online.bodyText()).contains("<basic>open</basic>");
    assertThat(state(online)).isEqualTo("active;expires=600");

    bob.registers(); // nothing new
    passes(LATER);
    bob.losesConnection();
    settle();
    assertThat(notifiedOfChange(alice).bodyText()).contains("<basic>closed</basic>");
    alice.resubscribes("presence", 0);
    assertThat(alice.receives(200, SUBSCRIBE).header("Expires")).isEqualTo("0");
    assertThat(state(notified(alice))).isEqualTo("terminated;reason=timeout");
    ladder.nothingMore();
  }

  @Test
  void whatIsPublishedIsToldByteForByte() {
    Phone alice = sipJs("alice");
    Phone bob = jsSip("bob");
    bob.registers();
    String tag = publishes(bob, 600, null, AWAY);
    assertThat(subscribed(alice, "bob", "presence", 600).bodyText()).isEqualTo(AWAY);

    String next = publishes(bob, 600, tag, BUSY); // modifies
    assertThat(next).isNotEqualTo(tag);
    assertThat(notifiedOfChange(alice).bodyText()).isEqualTo(BUSY);
    String last = publishes(bob, 600, next, null); // refreshes
    passes(LATER);

    publishes(bob, 0, last, null); // removes
    assertThat(notifiedOfChange(alice).bodyText()).contains("<basic>open</basic>", "tandem");
    ladder.nothingMore();
  }

  @Test
  void oldTagIs412() {
    Phone bob = sipJs("bob");
    bob.registers();
    String tag = publishes(bob, 600, null, AWAY);
    publishes(bob, 600, tag, BUSY);
    bob.publishes(sip("bob"), "presence", 600, tag, PIDF, AWAY);
    bob.receives(412, PUBLISH);
    bob.publishes(sip("bob"), "presence", 600, "made-up", PIDF, null);
    bob.receives(412, PUBLISH);
    ladder.nothingMore();
  }

  @Test
  void publicationExpires() {
    Phone alice = jsSip("alice");
    Phone bob = sipJs("bob");
    bob.registers();
    String tag = publishes(bob, 60, null, AWAY);
    subscribed(alice, "bob", "presence", 600);
    passes(Duration.ofSeconds(59));
    ladder.nothingMore();
    passes(Duration.ofSeconds(3));
    assertThat(notified(alice).bodyText()).contains("tandem");
    bob.publishes(sip("bob"), "presence", 60, tag, PIDF, null);
    bob.receives(412, PUBLISH);
    ladder.nothingMore();
  }

  @Test
  void whoIsOfflineIsClosedWhateverWasPublished() {
    Phone alice = jsSip("alice");
    Phone bob = sipJs("bob");
    bob.registers();
    publishes(bob, 600, null, AWAY);
    subscribed(alice, "bob", "presence", 600);
    bob.losesConnection();
    settle();
    assertThat(notifiedOfChange(alice).bodyText()).contains("<basic>closed</basic>");
    bob.connects();
    bob.registers();
    settle();
    assertThat(notifiedOfChange(alice).bodyText()).isEqualTo(AWAY);
    ladder.nothingMore();
  }

  @Test
  void whatCannotBePublished() {
    Phone bob = sipJs("bob");
    bob.publishes(sip("alice"), "presence", 600, null, PIDF, AWAY);
    bob.receives(403, PUBLISH);
    bob.publishes(sip("bob"), "presence", 600, null, "text/plain", "I am out");
    assertThat(bob.receives(415, PUBLISH).header("Accept")).isEqualTo(PIDF);
    bob.publishes(sip("bob"), "presence", 600, null, PIDF, null);
    bob.receives(400, PUBLISH);
    bob.publishes(sip("bob"), "presence", 600, null, PIDF, "<presence>");
    bob.receives(400, PUBLISH);
    bob.publishes(
        sip("bob"), "presence", 600, null, PIDF, "<!DOCTYPE presence [<!ENTITY a 'b'>]>" + AWAY);
    bob.receives(400, PUBLISH);
    bob.publishes(sip("bob"), "presence", 600, null, PIDF, AWAY + " ".repeat(17 * 1024));
    bob.receives(413, PUBLISH);
    bob.publishes(sip("bob"), "presence", 59, null, PIDF, AWAY);
    assertThat(bob.receives(423, PUBLISH).header("Min-Expires")).isEqualTo("60");
    bob.publishes(sip("bob"), "dialog", 600, null, PIDF, AWAY);
    assertThat(bob.receives(489, PUBLISH).header("Allow-Events")).contains("presence");
    bob.publishes(sip("nobody"), "presence", 600, null, PIDF, AWAY);
    bob.receives(404, PUBLISH);
    ladder.nothingMore();
  }

  @Test
  void onThePhoneIsTold() {
    Phone alice = sipJs("alice");
    Phone bob = jsSip("bob");
    Phone carol = sipJs("carol");
    bob.registers();
    assertThat(subscribed(alice, "bob", "presence", 600).bodyText()).doesNotContain("phone");
    carol.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    carol.receives(200, INVITE);
    carol.sends(ACK);
    bob.receives(ACK);
    settle();
    assertThat(notifiedOfChange(alice).bodyText())
        .contains("<basic>open</basic>", "<rpid:on-the-phone");
    carol.sends(BYE);
    bob.receives(BYE);
    bob.answers(200);
    carol.receives(200, BYE);
    settle();
    assertThat(notifiedOfChange(alice).bodyText()).doesNotContain("phone");
    ladder.nothingMore();
  }

  @Test
  void unknownPackageIs489() {
    Phone alice = sipJs("alice");
    alice.subscribes(sip("bob"), "conference", 600);
    assertThat(alice.receives(489, SUBSCRIBE).header("Allow-Events"))
        .isEqualTo("presence, dialog, message-summary");
    alice.subscribes(sip("bob"), "presence", 600, request -> request.remove("Event"));
    alice.receives(489, SUBSCRIBE);
    ladder.nothingMore();
  }

  @Test
  void whatCannotBeSubscribedTo() {
    Phone alice = jsSip("alice");
    alice.subscribes(sip("bob"), "presence", 59);
    assertThat(alice.receives(423, SUBSCRIBE).header("Min-Expires")).isEqualTo("60");
    alice.subscribes(sip("nobody"), "presence", 600);
    alice.receives(404, SUBSCRIBE);
    alice.subscribes("sip:bob@elsewhere.test", "presence", 600);
    alice.receives(404, SUBSCRIBE);
    alice.subscribes(sip("bob"), "presence", 600, request -> request.set("Accept", "text/html"));
    alice.receives(406, SUBSCRIBE);
    alice.subscribes(sip("bob"), "presence", 600, request -> request.remove("Contact"));
    alice.receives(400, SUBSCRIBE);
    alice.subscribes(sip("bob"), "message-summary", 600);
    alice.receives(403, SUBSCRIBE);
    carrier.subscribes(sip("bob"), "presence", 600);
    carrier.receives(403, SUBSCRIBE);
    Phone mallory =
        Phone.sipJs(ladder, "mallory", new PhoneIdentity("bob", DOMAIN, "wrong"), webSocket());
    mallory.subscribes(sip("bob"), "presence", 600);
    mallory.receives(401, SUBSCRIBE);
    ladder.nothingMore();
  }

  @Test
  void expiresIsCutAndGiven() {
    Phone alice = sipJs("alice");
    alice.subscribes(sip("bob"), "presence", 100_000);
    assertThat(alice.receives(200, SUBSCRIBE).header("Expires")).isEqualTo("3600");
    notified(alice);
    alice.subscribes(sip("bob"), "presence", 1, request -> request.remove("Expires"));
    assertThat(alice.receives(200, SUBSCRIBE).header("Expires")).isEqualTo("3600");
    notified(alice);
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip", "udp"})
  void fetchEndsAtOnce(String kind) {
    Phone alice = phone(kind, "alice");
    alice.subscribes(sip("bob"), "presence", 0);
    alice.receives(200, SUBSCRIBE);
    SipText only = notified(alice);
    assertThat(state(only)).isEqualTo("terminated");
    assertThat(only.bodyText()).contains("<basic>closed</basic>");
    alice.resubscribes("presence", 600);
    alice.receives(481, SUBSCRIBE);
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip", "udp"})
  void subscriptionExpiresUnlessRefreshed(String kind) {
    Phone alice = phone(kind, "alice");
    subscribed(alice, "bob", "presence", 60);
    passes(Duration.ofSeconds(50));
    alice.resubscribes("presence", 60);
    alice.receives(200, SUBSCRIBE);
    assertThat(state(notified(alice))).isEqualTo("active;expires=60");
    passes(Duration.ofSeconds(59));
    ladder.nothingMore();
    passes(Duration.ofSeconds(1));
    assertThat(state(notified(alice))).isEqualTo("terminated;reason=timeout");
    assertThat(gateway.gateway().subscriptions().size()).isZero();
    alice.resubscribes("presence", 60);
    alice.receives(481, SUBSCRIBE);
    ladder.nothingMore();
  }

  @Test
  void refreshMayNotBeTooBriefNorOfAnotherEvent() {
    Phone alice = sipJs("alice");
    subscribed(alice, "bob", "presence;id=7", 600);
    alice.resubscribes("presence;id=7", 10);
    alice.receives(423, SUBSCRIBE);
    alice.resubscribes("presence", 600);
    alice.receives(489, SUBSCRIBE);
    alice.resubscribes("presence;id=7", 600);
    alice.receives(200, SUBSCRIBE);
    assertThat(notified(alice).header("Event")).isEqualTo("presence;id=7");
    ladder.nothingMore();
  }

  @Test
  void subscriberWhoKnowsNothingOfItLosesIt() {
    Phone alice = sipJs("alice");
    alice.subscribes(sip("bob"), "presence", 600);
    alice.receives(200, SUBSCRIBE);
    alice.receives(NOTIFY);
    alice.answers(481, NOTIFY);
    settle();
    assertThat(gateway.gateway().subscriptions().size()).isZero();
    ladder.nothingMore();
  }

  @Test
  void subscriberWhoRefusesOnceKeepsIt() {
    Phone alice = sipJs("alice");
    alice.subscribes(sip("bob"), "presence", 600);
    alice.receives(200, SUBSCRIBE);
    alice.receives(NOTIFY);
    alice.answers(500, NOTIFY);
    settle();
    assertThat(gateway.gateway().subscriptions().size()).isEqualTo(1);
    Phone bob = sipJs("bob");
    bob.registers();
    settle();
    assertThat(notifiedOfChange(alice).bodyText()).contains("open");
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "udp"})
  void subscriberWhoKeepsSilentLosesIt(String kind) {
    Phone alice = phone(kind, "alice");
    alice.subscribes(sip("bob"), "presence", 600);
    alice.receives(200, SUBSCRIBE);
    alice.receives(NOTIFY);
    passes(TIMER_F.plusSeconds(1));
    assertThat(gateway.gateway().subscriptions().size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void subscriptionFollowsItsDeviceToAnotherConnection(String kind) {
    Phone alice = phone(kind, "alice");
    alice.registers();
    subscribed(alice, "bob", "presence", 600);
    alice.losesConnection();
    settle();
    Phone bob = sipJs("bob");
    bob.registers();
    settle();
    passes(LATER); // nobody there to be told
    alice.connects();
    alice.registers();
    passes(LATER);
    assertThat(notified(alice).bodyText()).contains("<basic>open</basic>");
    alice.resubscribes("presence", 0);
    alice.receives(200, SUBSCRIBE);
    assertThat(state(notified(alice))).startsWith("terminated");
    ladder.nothingMore();
  }

  @Test
  void subscriptionFollowsWhenTheOldConnectionIsNotKnownToBeDead() {
    Phone alice = sipJs("alice");
    alice.registers();
    alice.subscribes(sip("bob"), "presence", 600);
    alice.receives(200, SUBSCRIBE);
    alice.receives(NOTIFY); // unanswered, as if it had gone into the void
    alice.connects();
    alice.registers();
    passes(LATER);
    notified(alice);
    passes(TIMER_F); // the NOTIFY of before comes to nothing, which says nothing any more
    assertThat(gateway.gateway().subscriptions().size()).isEqualTo(1);
    ladder.nothingMore();
  }

  @Test
  void subscriptionIsLostWhenItsDeviceDoesNotComeBack() {
    Phone alice = sipJs("alice");
    alice.registers();
    subscribed(alice, "bob", "presence", 600);
    alice.losesConnection();
    settle();
    passes(Duration.ofSeconds(59));
    assertThat(gateway.gateway().subscriptions().size()).isEqualTo(1);
    passes(Duration.ofSeconds(2));
    assertThat(gateway.gateway().subscriptions().size()).isZero();
    assertThat(gateway.gateway().sip().agent().dialogs()).isZero();
  }

  @Test
  void strangersRequestInTheDialogIs481() {
    Phone alice = sipJs("alice");
    subscribed(alice, "bob", "presence", 600);
    Phone carol = sipJs("carol");
    SipText stolen = alice.resubscribes("presence", 600);
    alice.receives(200, SUBSCRIBE);
    notified(alice);
    carol.asks(
        SUBSCRIBE,
        sip("bob"),
        request ->
            request
                .set("Call-ID", stolen.callId())
                .set("From", stolen.header("From"))
                .set("To", stolen.header("To"))
                .set("CSeq", "99 SUBSCRIBE")
                .add("Event", "presence")
                .add("Expires", "0"));
    carol.receives(481, SUBSCRIBE);
    ladder.nothingMore();
  }

  @Test
  void drainTellsSubscribersToGoElsewhere() {
    Phone alice = sipJs("alice");
    alice.registers();
    subscribed(alice, "bob", "presence", 600);
    gateway.gateway().drain();
    assertThat(state(notified(alice))).isEqualTo("terminated;reason=deactivated");
    alice.subscribes(sip("bob"), "presence", 600);
    assertThat(alice.receives(503, SUBSCRIBE).has("Retry-After")).isTrue();
    alice.registers(0);
    ladder.nothingMore();
  }

  @Test
  void registrationsAndSubscriptionsDoNotMeetByAccident() {
    Phone alice = sipJs("alice");
    subscribed(alice, "alice", "presence", 600);
    alice.sendsRegister(600, request -> {}); // on the same connection: nothing moves
    alice.receives(200, REGISTER);
    settle();
    assertThat(notifiedOfChange(alice).bodyText()).contains("open");
    ladder.nothingMore();
  }

  /** With the pace that is set when nothing is. */
  @Nested
  class Paced extends EventLadderTest {
    @Override
    String events() {
      return "pace: 1s";
    }

    @Test
    void changesAreToldAtAMeasuredPace() {
      Phone alice = sipJs("alice");
      Phone bob = jsSip("bob");
      subscribed(alice, "bob", "presence", 600);
      passes(Duration.ofSeconds(2));
      bob.registers();
      settle();
      assertThat(notifiedOfChange(alice).bodyText()).contains("<basic>open</basic>");
      for (int i = 0; i < 5; i++) {
        bob.registers(0);
        bob.registers();
      }
      bob.registers(0);
      settle();
      passes(Duration.ofMillis(900));
      ladder.nothingMore();
      passes(Duration.ofMillis(200));
      assertThat(notified(alice).bodyText()).contains("<basic>closed</basic>");
      passes(Duration.ofSeconds(2));
      ladder.nothingMore();
    }
  }
}
