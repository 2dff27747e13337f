package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.NOTIFY;
import static dev.tandem.testkit.Sip.PUBLISH;
import static dev.tandem.testkit.Sip.SUBSCRIBE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.testkit.Phone;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Presence, busy lamps and voice mail of JSON clients, and how SIP users see them. */
class JsonEventLadderTest extends JsonLadderTest {

  @Override
  String yaml() {
    return super.yaml()
        + """
          json:
            guests: true
          events:
            pace: 0s
            maxPerUser: 4
          """;
  }

  /** The next notification, once the changes of a moment are gathered. */
  private ObjectNode notified(JsonPhone phone) {
    await()
        .until(
            () -> {
              clock.advance(Duration.ofMillis(20));
              return !phone.isIdle();
            });
    return phone.receives("notify");
  }

  private static String status(ObjectNode notify) {
    return notify.path("data").path("status").asText();
  }

  @Test
  void jsonUsersSeeEachOthersPresence() {
    JsonPhone alice = json("alice", new String[0]);
    alice.asks("subscribe", "sub", "s1", "to", "bob", "event", "presence");
    ObjectNode first = alice.receives("notify");
    assertThat(first.path("state").asText()).isEqualTo("active");
    assertThat(status(first)).isEqualTo("offline");

    JsonPhone bob = json("bob", new String[0]);
    assertThat(status(notified(alice))).isEqualTo("available");
    bob.asks("publish", "status", "busy", "note", "in a <meeting>");
    ObjectNode busy = notified(alice);
    assertThat(status(busy)).isEqualTo("busy");
    assertThat(busy.path("data").path("note").asText()).isEqualTo("in a <meeting>");
    bob.asks("publish", "status", "away");
    assertThat(status(notified(alice))).isEqualTo("away");
    bob.asks("unregister");
    assertThat(status(notified(alice))).isEqualTo("offline");

    alice.asks("unsubscribe", "sub", "s1");
    assertThat(alice.receives("notify").path("state").asText()).isEqualTo("terminated");
    alice.isRefused("bad_field", "unsubscribe", "sub", "s1");
    assertThat(gateway.gateway().subscriptions().size()).isZero();
  }

  @Test
  void sipAndJsonUsersSeeEachOthersPresence() {
    JsonPhone alice = json("alice", new String[0]);
    Phone bob = jsSip("bob");
    bob.registers();
    bob.subscribes(sip("alice"), "presence", 600);
    bob.receives(200, SUBSCRIBE);
    assertThat(bob.receives(NOTIFY).bodyText()).contains("<basic>open</basic>");
    bob.answers(200);
    alice.asks("publish", "status", "away", "note", "Lunch");
    settle();
    clock.advance(Duration.ofMillis(20));
    assertThat(bob.receives(NOTIFY).bodyText()).contains("away").contains("<note>Lunch</note>");
    bob.answers(200);

    alice.asks("subscribe", "sub", "s1", "to", "bob", "event", "presence");
    assertThat(status(alice.receives("notify"))).isEqualTo("available");
    bob.asks(
        PUBLISH,
        sip("bob"),
        request ->
            request
                .set("Event", "presence")
                .body(
                    "application/pidf+xml",
                    """
                    <?xml version="1.0" encoding="UTF-8"?>
                    <presence xmlns="urn:ietf:params:xml:ns:pidf"
                        xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"
                        xmlns:r="urn:ietf:params:xml:ns:pidf:rpid" entity="sip:bob@example.test">
                      <tuple id="t1"><status><basic>open</basic></status></tuple>
                      <dm:person id="p1"><r:activities><r:meeting/></r:activities></dm:person>
                    </presence>
                    """));
    bob.receives(200);
    ObjectNode busy = notified(alice);
    assertThat(status(busy)).isEqualTo("busy");
    assertThat(busy.path("body").asText()).contains("<r:meeting/>");
  }

  @Test
  void busyLampShowsCallsInBothLanguages() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);
    Phone carol = sipJs("carol");
    alice.asks("subscribe", "sub", "lamp", "to", "bob", "event", "dialog");
    assertThat(alice.receives("notify").path("data").path("dialogs")).isEmpty();

    carol.invites(sip("bob"));
    String call = bob.receives("incoming").path("call").asText();
    carol.receives(180);
    JsonNode ringing = notified(alice).path("data").path("dialogs").get(0);
    assertThat(ringing.path("state").asText()).isEqualTo("early");
    assertThat(ringing.path("direction").asText()).isEqualTo("recipient");
    bob.asks("reject", "call", call, "code", "busy");
    carol.receives(486);
    bob.receives("ended");
    assertThat(notified(alice).path("data").path("dialogs").get(0).path("state").asText())
        .isEqualTo("terminated");
  }

  @Test
  void voiceMailIsOnesOwn() {
    JsonPhone alice = json("alice", new String[0]);
    alice.isRefused("forbidden", "subscribe", "sub", "s1", "to", "bob", "event", "message-summary");
    alice.asks("subscribe", "sub", "s1", "to", "alice", "event", "message-summary");
    ObjectNode none = alice.receives("notify");
    assertThat(none.path("data").path("waiting").asBoolean(true)).isFalse();
    assertThat(none.path("data").path("new").asInt(-1)).isZero();
  }

  @Test
  void subscriptionOutlivesTheConnectionAndEndsWithTheSession() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);
    alice.asks("subscribe", "sub", "s1", "to", "bob", "event", "presence");
    assertThat(status(alice.receives("notify"))).isEqualTo("available");
    long seen = alice.lastSeq();
    alice.loses();
    await().until(() -> gateway.gateway().json().detached() == 1);
    bob.asks("publish", "status", "busy");
    clock.advance(Duration.ofMillis(20));
    ObjectNode resumed = alice.resumes(seen);
    assertThat(resumed.path("subs").get(0).asText()).isEqualTo("s1");
    assertThat(status(alice.receives("notify"))).isEqualTo("busy");

    alice.loses();
    await().until(() -> gateway.gateway().json().detached() == 1);
    clock.advance(Duration.ofSeconds(60));
    await().until(() -> gateway.gateway().subscriptions().size() == 0);
  }

  @Test
  void subscriptionsAreBoundedAndForKnownUsersAndPackagesOnly() {
    JsonPhone alice = json("alice", new String[0]);
    alice.isRefused("not_found", "subscribe", "sub", "s", "to", "nobody", "event", "presence");
    alice.isRefused("unsupported", "subscribe", "sub", "s", "to", "bob", "event", "conference");
    alice.isRefused(
        "bad_field", "subscribe", "sub", "s", "to", "bob", "event", "presence", "expires", 1);
    for (int i = 0; i < 4; i++) {
      alice.asks("subscribe", "sub", "s" + i, "to", "bob", "event", "presence");
      alice.receives("notify");
    }
    alice.isRefused("rate_limited", "subscribe", "sub", "s4", "to", "bob", "event", "presence");
    // The same name again is the same subscription, told once more.
    alice.asks("subscribe", "sub", "s0", "to", "bob", "event", "presence", "expires", 600);
    alice.receives("notify");
    passes(Duration.ofSeconds(600));
    ObjectNode over = alice.receives("notify");
    assertThat(over.path("sub").asText()).isEqualTo("s0");
    assertThat(over.path("state").asText()).isEqualTo("terminated");
    assertThat(over.path("reason").asText()).isEqualTo("timeout");

    JsonPhone guest = json("guest");
    guest.asks("register", "guest", true);
    guest.isRefused("forbidden", "subscribe", "sub", "s", "to", "bob", "event", "presence");
    guest.isRefused("forbidden", "publish", "status", "busy");
  }
}
