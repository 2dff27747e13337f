package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.MESSAGE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.Sip;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Logins, greetings, messages and rooms of JSON clients. */
class JsonSessionLadderTest extends JsonLadderTest {

  @Override
  String yaml() {
    return super.yaml()
        + """
          json:
            guests: true
          messages:
            store: {perUser: 10}
          ice:
            stun: ["stun:stun.example.test:3478"]
            turn:
              urls: ["turn:turn.example.test:3478"]
              secret: shared-with-coturn
              lifetime: 1h
          """;
  }

  @Test
  void greetingSaysWhatThereIsAndRegisterBringsIceServers() {
    JsonPhone alice = json("alice");
    ObjectNode reply = alice.asks("register", "user", "alice", "password", "secret");
    assertThat(reply.path("uri").asText()).isEqualTo("sip:alice@example.test");
    assertThat(reply.path("iceServers")).hasSize(2);
    assertThat(reply.path("iceServers").get(1).path("username").asText()).endsWith(":alice");
    assertThat(reply.path("iceTtl").asInt()).isEqualTo(3600);
    String before = reply.path("iceServers").get(1).path("username").asText();
    clock.advance(Duration.ofSeconds(60));
    ObjectNode fresh = alice.asks("ice");
    assertThat(fresh.path("iceServers").get(1).path("username").asText()).isNotEqualTo(before);
  }

  @Test
  void clientWithoutASubProtocolSpeaksTheDialectToo() {
    try (JsonPhone alice = new JsonPhone(ladder, "alice", webSocket(), null)) {
      alice.registers("alice");
      alice.asks("unregister");
      assertThat(alice.isClosed()).isEqualTo(1000);
    }
  }

  @Test
  void pingIsAnsweredBeforeTheLoginToo() {
    JsonPhone alice = json("alice");
    alice.sendsRaw("{\"type\":\"ping\",\"t\":4711}");
    assertThat(alice.receives("pong").path("t").asInt()).isEqualTo(4711);
  }

  @Test
  void passwordCanBeProvedWithoutSayingIt() throws Exception {
    JsonPhone alice = new JsonPhone(ladder, "alice", webSocket());
    ObjectNode welcome = alice.connects();
    String ha1 =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256")
                    .digest(
                        ("alice:" + welcome.path("realm").asText() + ":secret")
                            .getBytes(StandardCharsets.UTF_8)));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(ha1.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    String text = welcome.path("nonce").asText() + "|0123456789|" + welcome.path("realm").asText();
    String proof = HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));

    alice.isRefused(
        "auth_failed",
        "register",
        "user",
        "alice",
        "cnonce",
        "0123456789",
        "proof",
        "0".repeat(64),
        "alg",
        "SHA-256");
    alice.asks(
        "register", "user", "alice", "cnonce", "0123456789", "proof", proof, "alg", "SHA-256");
    alice.asks("unregister");
    assertThat(alice.isClosed()).isEqualTo(1000);
  }

  @Test
  void pageOfATutorialRegistersAsGuestAndMayCallUsersOnly() {
    JsonPhone page = json("page");
    page.sendsRaw("{\"type\":\"register\",\"data\":{\"id\":\"client1\"}}");
    ObjectNode reply = page.reply("0");
    assertThat(reply.path("status").asText()).isEqualTo("success");
    assertThat(reply.path("user").asText()).isEqualTo("guest-client1");

    JsonPhone bob = json("bob", new String[0]);
    page.isRefused("forbidden", "call", "call", "c1", "to", "90012", "sdp", ungathered());
    page.asks("call", "call", "c2", "to", "bob", "sdp", ungathered());
    bob.receives("incoming");
    page.receives("progress");
    page.asks("hangup", "call", "c2");
    page.receives("ended");
    bob.receives("ended");
  }

  @Test
  void clientRegistersAgainAndItsCallsDoNotNotice() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);
    alice.asks("call", "call", "c1", "to", "bob", "sdp", ungathered());
    bob.receives("incoming");
    alice.receives("progress");
    ObjectNode again = alice.asks("register", "user", "alice", "password", "secret");
    assertThat(again.path("session")).isEqualTo(alice.registered().path("session"));
    alice.isRefused("wrong_state", "register", "user", "bob", "password", "secret");
    alice.asks("hangup", "call", "c1");
    alice.receives("ended");
    bob.receives("ended");
  }

  @Test
  void sessionIsADeviceForAsLongAsItLives() {
    JsonPhone alice = json("alice", new String[0]);
    for (int i = 0; i < 3; i++) {
      passes(Duration.ofMinutes(50));
      alice.asks("ice");
    }
    Phone bob = sipJs("bob");
    bob.invites(sip("alice"));
    String call = alice.receives("incoming").path("call").asText();
    bob.receives(180);
    alice.asks("reject", "call", call, "code", "busy");
    alice.receives("ended");
    bob.receives(486);
  }

  @Test
  void messagesCrossBetweenBothLanguages() {
    JsonPhone alice = json("alice", new String[0]);
    Phone bob = sipJs("bob");
    bob.registers();

    String writing = alice.sends("message", "to", "bob", "body", "Lunch?");
    assertThat(bob.receives(MESSAGE).bodyText()).isEqualTo("Lunch?");
    bob.answers(200);
    assertThat(alice.reply(writing).path("stored").asBoolean()).isFalse();

    bob.asks(MESSAGE, sip("alice"), request -> request.body("text/plain", "Yes."));
    bob.receives(200);
    ObjectNode message = alice.receives("message");
    assertThat(message.path("body").asText()).isEqualTo("Yes.");
    assertThat(message.path("from").path("uri").asText()).isEqualTo(sip("bob"));
  }

  @Test
  void messageForOneWhoIsOfflineWaits() {
    JsonPhone alice = json("alice", new String[0]);
    ObjectNode reply = alice.asks("message", "to", "carol", "body", "Call me");
    assertThat(reply.path("stored").asBoolean()).isTrue();
    JsonPhone carol = json("carol", new String[0]);
    assertThat(carol.receives("message").path("body").asText()).isEqualTo("Call me");
  }

  @Test
  void threeMeetInARoom() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);
    JsonPhone carol = json("carol", new String[0]);

    String first = alice.asks("join", "room", "standup", "pin", "1234").path("self").asText();
    carol.isRefused("forbidden", "join", "room", "standup", "pin", "4321");
    ObjectNode second = bob.asks("join", "room", "standup", "pin", "1234", "name", "Bob");
    assertThat(second.path("peers").get(0).path("id").asText()).isEqualTo(first);
    assertThat(second.path("peers").get(0).path("polite").asBoolean()).isTrue();
    ObjectNode joined = alice.receives("peer_joined");
    assertThat(joined.path("peer").path("name").asText()).isEqualTo("Bob");
    assertThat(joined.path("peer").path("polite").asBoolean()).isFalse();
    carol.asks("join", "room", "standup", "pin", "1234");
    alice.receives("peer_joined");
    bob.receives("peer_joined");

    Map<String, Object> body = Map.of("description", Map.of("type", "offer", "sdp", Sdp.browser()));
    bob.asks("signal", "room", "standup", "to", first, "body", body);
    ObjectNode signal = alice.receives("signal");
    assertThat(signal.path("from").asText()).isEqualTo(second.path("self").asText());
    assertThat(signal.path("body").path("description").path("type").asText()).isEqualTo("offer");
    assertThat(bob.asks("broadcast", "room", "standup", "body", "hi").path("count").asInt())
        .isEqualTo(2);
    alice.receives("broadcast");
    carol.receives("broadcast");
    bob.isRefused("no_such_peer", "signal", "room", "standup", "to", "p9", "body", 1);
    bob.isRefused("no_such_peer", "signal", "room", "other", "to", first, "body", 1);

    bob.asks("leave", "room", "standup");
    assertThat(alice.receives("peer_left").path("peer")).isEqualTo(second.path("self"));
    carol.receives("peer_left");
    carol.asks("unregister");
    alice.receives("peer_left");
  }

  @Test
  void clientHearsThatTheGatewayWillBeBack() {
    JsonPhone alice = json("alice", new String[0]);
    gateway.gateway().json().close();
    assertThat(alice.isClosed()).isEqualTo(1012);
  }

  @Test
  void roomIsFullWhenItIs() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);
    JsonPhone carol = json("carol", new String[0]);
    alice.asks("join", "room", "two", "max", 2);
    bob.asks("join", "room", "two");
    carol.isRefused("room_full", "join", "room", "two");
    alice.asks("leave", "room", "two");
    carol.asks("join", "room", "two");
  }

  @Test
  void sipPhoneAndJsonClientAreTheSameUser() {
    JsonPhone alice = json("alice", new String[0]);
    Phone desk = jsSip("alice");
    desk.registers();
    Phone bob = sipJs("bob");

    bob.invites(sip("alice"));
    desk.receives(Sip.INVITE);
    String call = alice.receives("incoming").path("call").asText();
    bob.receives(180);
    alice.asks("reject", "call", call, "code", "unavailable");
    alice.receives("ended");
    desk.answers(200);
    desk.receives(Sip.ACK);
    bob.receives(200);
    bob.sends(Sip.ACK);
    settle();
    bob.sends(Sip.BYE);
    bob.receives(200);
    desk.receives(Sip.BYE);
    desk.answers(200);
  }
}
