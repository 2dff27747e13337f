package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.RawWebSocket;
import dev.tandem.testkit.Sdp;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the guard and the measure of overload do to JSON clients: the same as to SIP's. */
class JsonGuardLadderTest extends JsonLadderTest {
  private static final String COMPLETE = Sdp.browser() + "a=end-of-candidates\r\n";

  @Override
  String yaml() {
    return super.yaml()
        + """
        emergency: {numbers: ["9110"]}
        json: {framesPerSecond: 500}
        limits:
          rates: {perAddress: 30, invites: 2}
          ban: {after: 4, within: 1m, for: 5m}
          overload: {setups: 1}
          allow: []
        """;
  }

  private int upgradeStatus() {
    RawWebSocket socket = RawWebSocket.to(webSocket()).subprotocol("tandem.v1").connect();
    try {
      return socket.status();
    } finally {
      socket.close();
    }
  }

  @Test
  void newCallsArePutOffWhileOneIsSetUpAndCallsForHelpAreNot() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);
    alice.asks("call", "call", "c1", "to", "bob", "sdp", COMPLETE);
    String call = bob.receives("incoming").path("call").asText();
    alice.receives("progress");
    ObjectNode refusal =
        alice.isRefused("overloaded", "call", "call", "c2", "to", "carol", "sdp", COMPLETE);
    assertThat(refusal.path("error").path("retryAfter").asInt()).isBetween(5, 15);
    assertThat(refusal.path("error").path("sip").asInt()).isEqualTo(503);
    passes(Duration.ofSeconds(2)); // or there were too many calls
    alice.asks("call", "call", "c3", "to", "9110", "sdp", COMPLETE);
    carrier.receives(INVITE);
    carrier.answers(486);
    carrier.receives(ACK);
    alice.receives("ended");
    bob.asks("accept", "call", call, "sdp", COMPLETE);
    alice.receives("accepted");
    passes(Duration.ofSeconds(2));
    alice.isRefused("unavailable", "call", "call", "c4", "to", "carol", "sdp", COMPLETE);
    alice.asks("hangup", "call", "c1");
    alice.receives("ended");
    bob.receives("ended");
  }

  /** Those of all connections of an address count together, and with its SIP messages. */
  @Test
  void anAddressThatSendsTooMuchIsNotListenedTo() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);
    int sent = 0;
    ObjectNode refusal = null;
    while (refusal == null) {
      assertThat(sent).isLessThan(80);
      JsonPhone turn = sent++ % 2 == 0 ? alice : bob;
      ObjectNode reply = turn.reply(turn.sends("ice"));
      refusal = reply.path("ok").asBoolean() ? null : reply;
    }
    assertThat(sent).isBetween(50, 60); // the logins took some, and the refused does not count
    assertThat(refusal.path("error").path("code").asText()).isEqualTo("rate_limited");
    assertThat(refusal.path("error").path("retryAfter").asInt()).isPositive();
    for (int i = 0; i < 4; i++) {
      alice.isRefused("rate_limited", "ice");
    }
    bob.sends("ice");
    assertThat(bob.isClosed()).isEqualTo(4429);
    assertThat(upgradeStatus()).isEqualTo(503);
    clock.advance(Duration.ofMinutes(6));
    assertThat(upgradeStatus()).isEqualTo(101);
  }

  @Test
  void callsAreCountedAsInvitesAre() {
    JsonPhone alice = json("alice", new String[0]);
    for (int i = 0; i < 4; i++) {
      alice.isRefused("not_found", "call", "call", "c" + i, "to", "zoe", "sdp", COMPLETE);
    }
    alice.isRefused("rate_limited", "call", "call", "c5", "to", "zoe", "sdp", COMPLETE);
    alice.asks("ice"); // which is no call
  }

  @Test
  void whoGuessesPasswordsIsNotListenedToWhateverItSpeaks() {
    JsonPhone mallory = json("mallory");
    mallory.isRefused("auth_failed", "register", "user", "alice", "password", "1");
    mallory.isRefused("auth_failed", "register", "user", "alice", "password", "2");
    JsonPhone again = json("mallory");
    again.isRefused("auth_failed", "register", "user", "alice", "password", "3");
    again.isRefused("auth_failed", "register", "user", "alice", "password", "4");
    assertThat(upgradeStatus()).isEqualTo(101);
    JsonPhone third = json("mallory");
    third.isRefused("auth_failed", "register", "user", "alice", "password", "5");
    assertThat(upgradeStatus()).isEqualTo(503);
    Phone sip = Phone.pbxUdp(ladder, "bob", identity("bob"), "127.0.0.3", this::udp);
    sip.registers(); // from another address
    clock.advance(Duration.ofMinutes(6));
    assertThat(upgradeStatus()).isEqualTo(101);
  }
}
