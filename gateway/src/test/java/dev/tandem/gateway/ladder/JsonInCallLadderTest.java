package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.MESSAGE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens inside calls of JSON clients: new offers, holding, keys, text, transfers. */
class JsonInCallLadderTest extends JsonLadderTest {

  private String talk(JsonPhone alice, JsonPhone bob) {
    alice.asks("call", "call", "c1", "to", "bob", "sdp", ungathered());
    String call = bob.receives("incoming").path("call").asText();
    alice.receives("progress");
    bob.asks("accept", "call", call, "sdp", ungathered());
    alice.receives("accepted");
    return call;
  }

  private void talk(JsonPhone alice, String call, Phone bob, String user) {
    alice.asks("call", "call", call, "to", user, "sdp", Sdp.browser(), "trickle", false);
    bob.receives(INVITE);
    bob.answers(200);
    bob.receives(ACK);
    alice.receives("accepted");
    settle();
  }

  @Test
  void clientOffersAnewToAnotherClient() {
    JsonPhone alice = json("alice", "update");
    JsonPhone bob = json("bob", "update");
    String call = talk(alice, bob);

    String offer = ungathered();
    String answer = ungathered();
    String updating = alice.sends("update", "call", "c1", "rev", 2, "sdp", offer);
    ObjectNode update = bob.receives("update");
    assertThat(update.path("rev").asInt()).isEqualTo(2);
    assertThat(update.path("sdp").asText()).isEqualTo(offer);
    // Who meets an offer gives way: one sentence for glare.
    bob.isRefused("glare", "update", "call", call, "rev", 3, "sdp", ungathered());
    bob.asks("update_answer", "call", call, "rev", 2, "sdp", answer);
    ObjectNode reply = alice.reply(updating);
    assertThat(reply.path("sdp").asText()).isEqualTo(answer);
    assertThat(reply.path("rev").asInt()).isEqualTo(2);
    bob.isRefused("wrong_state", "update_answer", "call", call, "rev", 2, "sdp", answer);

    alice.asks("hangup", "call", "c1");
    alice.receives("ended");
    bob.receives("ended");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip", "udp"})
  void clientHoldsAPhoneWithoutNegotiatingItself(String kind) {
    JsonPhone alice = json("alice", new String[0]);
    Phone bob = phone(kind, "bob");
    bob.registers();
    talk(alice, "c1", bob, "bob");

    String holding = alice.sends("hold", "call", "c1", "on", true);
    SipText offer = bob.receives(INVITE);
    assertThat(offer.bodyText()).contains("a=sendonly").contains("a=setup:actpass");
    bob.describes(Sdp.directed(bob.sdp(), "recvonly")).answers(200);
    bob.receives(ACK);
    assertThat(alice.reply(holding).path("held").path("local").asBoolean()).isTrue();

    String letting = alice.sends("hold", "call", "c1", "on", false);
    assertThat(bob.receives(INVITE).bodyText()).contains("a=sendrecv");
    bob.describes(Sdp.directed(bob.sdp(), "sendrecv")).answers(200);
    bob.receives(ACK);
    assertThat(alice.reply(letting).path("held").path("local").asBoolean()).isFalse();
    alice.asks("hangup", "call", "c1");
    bob.receives(BYE);
    bob.answers(200);
    alice.receives("ended");
    ladder.nothingMore();
  }

  @Test
  void changesOfOneClientWaitForEachOther() {
    JsonPhone alice = json("alice", "update");
    Phone bob = sipJs("bob");
    bob.registers();
    talk(alice, "c1", bob, "bob");
    String gathered = ungathered() + "a=end-of-candidates\r\n";
    String updating = alice.sends("update", "call", "c1", "rev", 2, "sdp", gathered);
    String holding = alice.sends("hold", "call", "c1", "on", true);
    String letting = alice.sends("hold", "call", "c1", "on", false);
    assertThat(bob.receives(INVITE).bodyText()).contains("a=sendrecv");
    settle();
    assertThat(bob.isIdle()).isTrue();
    bob.answers(200);
    bob.receives(ACK);
    assertThat(alice.reply(updating).path("ok").asBoolean()).isTrue();
    assertThat(bob.receives(INVITE).bodyText()).contains("a=sendonly");
    bob.answers(488);
    bob.receives(ACK);
    alice.refusal("not_acceptable", holding);
    assertThat(bob.receives(INVITE).bodyText()).contains("a=sendrecv");
    bob.answers(200);
    bob.receives(ACK);
    assertThat(alice.reply(letting).path("ok").asBoolean()).isTrue();
    alice.asks("hangup", "call", "c1");
    bob.receives(BYE);
    bob.answers(200);
    alice.receives("ended");
    ladder.nothingMore();
  }

  @Test
  void holdStaysOverOffersOfBothSides() {
    JsonPhone alice = json("alice", "update");
    Phone bob = sipJs("bob");
    bob.registers();
    talk(alice, "c1", bob, "bob");
    String holding = alice.sends("hold", "call", "c1", "on", true);
    bob.receives(INVITE);
    bob.describes(Sdp.directed(bob.sdp(), "recvonly")).answers(200);
    bob.receives(ACK);
    alice.reply(holding);
    settle();

    String gathered = ungathered() + "a=end-of-candidates\r\n";
    String updating = alice.sends("update", "call", "c1", "rev", 2, "sdp", gathered);
    assertThat(bob.receives(INVITE).bodyText()).contains("a=sendonly").doesNotContain("sendrecv");
    bob.describes(Sdp.directed(bob.sdp(), "recvonly")).answers(200);
    bob.receives(ACK);
    assertThat(alice.reply(updating).path("ok").asBoolean()).isTrue();
    settle();

    bob.describes(Sdp.browser()).sends(INVITE);
    int rev = alice.receives("update").path("rev").asInt();
    alice.asks("update_answer", "call", "c1", "rev", rev, "sdp", gathered);
    assertThat(bob.receives(200).bodyText()).contains("a=sendonly").doesNotContain("sendrecv");
    bob.sends(ACK);
    settle();
    alice.asks("hangup", "call", "c1");
    bob.receives(BYE);
    bob.answers(200);
    alice.receives("ended");
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip", "udp"})
  void phoneHoldsAClientThatCannotNegotiate(String kind) {
    JsonPhone alice = json("alice", new String[0]);
    Phone bob = phone(kind, "bob");
    bob.registers();
    talk(alice, "c1", bob, "bob");

    bob.holds();
    assertThat(bob.receives(200).bodyText()).contains("a=recvonly").contains("a=setup:passive");
    bob.sends(ACK);
    assertThat(alice.receives("hold").path("remote").asBoolean()).isTrue();
    settle();
    bob.resumes();
    assertThat(bob.receives(200).bodyText()).contains("a=sendrecv");
    bob.sends(ACK);
    assertThat(alice.receives("hold").path("remote").asBoolean()).isFalse();
    bob.sends(BYE);
    bob.receives(200);
    alice.receives("ended");
    ladder.nothingMore();
  }

  @Test
  void phoneOffersAnewToAClientThatCan() {
    JsonPhone alice = json("alice", "update");
    Phone bob = sipJs("bob");
    bob.registers();
    talk(alice, "c1", bob, "bob");

    bob.describes(Sdp.browser()).sends(INVITE);
    ObjectNode update = alice.receives("update");
    assertThat(update.path("sdp").asText()).isEqualTo(bob.sdp());
    String answer = Sdp.browser();
    String answering =
        alice.sends("update_answer", "call", "c1", "rev", update.path("rev"), "sdp", answer);
    alice.asks("candidate", "call", "c1", "candidate", null);
    assertThat(bob.receives(200).bodyText()).contains("a=ice-ufrag");
    bob.sends(ACK);
    assertThat(alice.reply(answering).path("ok").asBoolean()).isTrue();

    settle();
    bob.describes(Sdp.browser()).sends(INVITE);
    int rev = alice.receives("update").path("rev").asInt();
    alice.asks(
        "update_answer",
        "call",
        "c1",
        "rev",
        rev,
        "error",
        java.util.Map.of("code", "not_acceptable", "text", "no such codec"));
    bob.receives(488);
    bob.sends(ACK);
    alice.asks("hangup", "call", "c1");
    bob.receives(BYE);
    bob.answers(200);
    alice.receives("ended");
  }

  @Test
  void keysAndTextCrossInBothDirections() {
    JsonPhone alice = json("alice", new String[0]);
    Phone bob = jsSip("bob");
    bob.registers();
    talk(alice, "c1", bob, "bob");

    String pressing = alice.sends("dtmf", "call", "c1", "digits", "1,#", "duration", 200);
    SipText info = bob.receives(INFO);
    assertThat(info.header("Content-Type")).isEqualTo("application/dtmf-relay");
    assertThat(info.bodyText()).isEqualTo("Signal=1\r\nDuration=200\r\n");
    bob.answers(200);
    settle();
    clock.advance(Duration.ofSeconds(1));
    assertThat(bob.receives(INFO).bodyText()).startsWith("Signal=#");
    bob.answers(200);
    assertThat(alice.reply(pressing).path("method").asText()).isEqualTo("info");

    bob.sends(
        INFO, request -> request.body("application/dtmf-relay", "Signal=5\r\nDuration=160\r\n"));
    bob.receives(200);
    ObjectNode key = alice.receives("dtmf");
    assertThat(key.path("digits").asText()).isEqualTo("5");
    assertThat(key.path("duration").asInt()).isEqualTo(160);

    String writing = alice.sends("message", "call", "c1", "body", "1 Main Street");
    assertThat(bob.receives(MESSAGE).bodyText()).isEqualTo("1 Main Street");
    bob.answers(200);
    assertThat(alice.reply(writing).path("ok").asBoolean()).isTrue();
    alice.asks("hangup", "call", "c1");
    bob.receives(BYE);
    bob.answers(200);
    alice.receives("ended");
  }

  @Test
  void clientPutsAPhoneThrough() {
    JsonPhone alice = json("alice", new String[0]);
    Phone bob = jsSip("bob");
    bob.registers();
    Phone carol = sipJs("carol");
    carol.registers();
    talk(alice, "c1", bob, "bob");

    alice.asks("transfer", "call", "c1", "to", "carol");
    SipText invite = carol.receives(INVITE);
    assertThat(invite.header("From")).contains("sip:bob@example.test");
    assertThat(invite.hasBody()).isFalse();
    carol.answers(180);
    assertThat(alice.receives("transfer_progress").path("status").asInt()).isEqualTo(180);
    carol.answers(200);
    bob.receives(INVITE);
    bob.answers(200);
    bob.receives(ACK);
    carol.receives(ACK);
    ObjectNode last = alice.receives("transfer_progress");
    assertThat(last.path("final").asBoolean()).isTrue();
    assertThat(last.path("ok").asBoolean()).isTrue();
    assertThat(alice.receives("ended").path("code").asText()).isEqualTo("normal");

    carol.sends(BYE);
    carol.receives(200);
    bob.receives(BYE);
    bob.answers(200);
    ladder.nothingMore();
  }

  @Test
  void clientJoinsTheTwoThatItTalksTo() {
    JsonPhone alice = json("alice", new String[0]);
    Phone bob = jsSip("bob");
    bob.registers();
    Phone carol = jsSip("carol");
    carol.registers();
    talk(alice, "c1", bob, "bob");
    talk(alice, "c2", carol, "carol");

    alice.asks("transfer", "call", "c1", "with", "c2");
    SipText asked = carol.receives(INVITE);
    assertThat(asked.hasBody()).isFalse();
    carol.answers(200);
    bob.receives(INVITE);
    bob.answers(200);
    bob.receives(ACK);
    carol.receives(ACK);
    // Two calls end beside each other: which of the two is told first is nobody's to say.
    List<String> told = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      told.add(alice.receivesAny().path("type").asText());
    }
    assertThat(told).containsExactlyInAnyOrder("transfer_progress", "ended", "ended");
    bob.sends(BYE);
    bob.receives(200);
    carol.receives(BYE);
    carol.answers(200);
    alice.hearsNothingMore();
    ladder.nothingMore();
  }

  @Test
  void howACallSoundedIsKeptWithIt() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);
    talk(alice, bob);
    alice.asks(
        "stats", "call", "c1", "rtt", 23.4, "loss", 0.005, "jitter", 4, "candidateType", "relay");
    alice.isRefused("no_such_call", "stats", "call", "c9", "rtt", 1);
    alice.asks("hangup", "call", "c1");
    alice.receives("ended");
    bob.receives("ended");
  }

  @Test
  void wrongStateChangesNothing() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);
    alice.asks("call", "call", "c1", "to", "bob", "sdp", ungathered());
    String call = bob.receives("incoming").path("call").asText();
    alice.receives("progress");
    alice.isRefused("wrong_state", "accept", "call", "c1", "sdp", ungathered());
    alice.isRefused("wrong_state", "hold", "call", "c1", "on", true);
    alice.isRefused("wrong_state", "transfer", "call", "c1", "to", "carol");
    alice.isRefused("wrong_state", "update", "call", "c1", "rev", 2, "sdp", ungathered());
    bob.isRefused("wrong_state", "hold", "call", call, "on", true);
    bob.asks("accept", "call", call, "sdp", ungathered());
    alice.receives("accepted");
    bob.isRefused("wrong_state", "accept", "call", call, "sdp", ungathered());
    bob.isRefused("wrong_state", "reject", "call", call);
    alice.asks("hangup", "call", "c1");
    alice.receives("ended");
    bob.receives("ended");
  }
}
