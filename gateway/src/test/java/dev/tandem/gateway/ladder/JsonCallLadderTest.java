package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls between JSON clients, and between them and phones that speak SIP. */
class JsonCallLadderTest extends JsonLadderTest {
  private static final String HOST = "candidate:1 1 udp 2122260223 192.0.2.7 50102 typ host";
  private static final String MDNS = "candidate:2 1 udp 2122260223 a1b2.local 50103 typ host";
  private static final String SRFLX =
      "candidate:3 1 udp 1686052607 203.0.113.9 50102 typ srflx raddr 0.0.0.0 rport 0";

  @Test
  void callBetweenTwoClientsPassesByteForByteAndTrickles() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);
    String offer = ungathered();
    String answer = ungathered();

    alice.asks("call", "call", "c1", "to", "bob", "sdp", offer);
    alice.asks("candidate", "call", "c1", "candidate", JsonPhone.candidate(MDNS));
    ObjectNode incoming = bob.receives("incoming");
    String call = incoming.path("call").asText();
    assertThat(incoming.path("sdp").asText()).isEqualTo(offer);
    assertThat(incoming.path("from").path("uri").asText()).isEqualTo(sip("alice"));
    assertThat(incoming.path("trickle").asBoolean()).isTrue();
    assertThat(bob.receives("candidate").path("candidate").path("candidate").asText())
        .isEqualTo(MDNS);
    assertThat(alice.receives("progress").path("status").asInt()).isEqualTo(180);
    // Found before the caller has a description to put it to: it comes after.
    bob.asks("candidate", "call", call, "candidate", JsonPhone.candidate(HOST));

    ObjectNode taken = bob.asks("accept", "call", call, "sdp", answer);
    assertThat(taken.path("peer").path("uri").asText()).isEqualTo(sip("alice"));
    ObjectNode accepted = alice.receives("accepted");
    assertThat(accepted.path("sdp").asText()).isEqualTo(answer);
    assertThat(accepted.path("rev").asInt()).isEqualTo(1);
    assertThat(alice.receives("candidate").path("candidate").path("candidate").asText())
        .isEqualTo(HOST);
    alice.asks(
        "candidate", "call", "c1", "candidates", new Object[] {JsonPhone.candidate(SRFLX), null});
    assertThat(bob.receives("candidate").path("candidate").path("candidate").asText())
        .isEqualTo(SRFLX);
    assertThat(bob.receives("candidate").path("candidate").isNull()).isTrue();

    clock.advance(Duration.ofSeconds(5));
    bob.asks("hangup", "call", call);
    ObjectNode ended = bob.receives("ended");
    assertThat(ended.path("by").asText()).isEqualTo("local");
    assertThat(ended.path("duration").asLong()).isEqualTo(5000);
    ObjectNode there = alice.receives("ended");
    assertThat(there.path("by").asText()).isEqualTo("remote");
    assertThat(there.path("code").asText()).isEqualTo("normal");
    assertThat(there.path("q850").asInt()).isEqualTo(16);
    alice.isRefused("call_ended", "hangup", "call", "c1");
    alice.hearsNothingMore();
    bob.hearsNothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip", "udp", "tcp"})
  void clientCallsPhone(String kind) {
    JsonPhone alice = json("alice", new String[0]);
    Phone bob = phone(kind, "bob");
    bob.registers();

    alice.asks("call", "call", "c1", "to", "bob", "sdp", ungathered());
    alice.asks(
        "candidate",
        "call",
        "c1",
        "candidates",
        new Object[] {JsonPhone.candidate(MDNS), JsonPhone.candidate(HOST), null});
    SipText invite = bob.receives(INVITE);
    assertThat(invite.bodyText())
        .contains("a=" + HOST + "\r\na=end-of-candidates")
        .doesNotContain(".local");
    assertThat(invite.header("From")).contains("sip:alice@example.test");
    bob.answers(180);
    assertThat(alice.receives("progress").path("status").asInt()).isEqualTo(180);
    bob.answers(200);
    bob.receives(ACK);
    assertThat(alice.receives("accepted").path("sdp").asText()).isEqualTo(bob.sdp());

    alice.asks("hangup", "call", "c1");
    bob.receives(BYE);
    bob.answers(200);
    assertThat(alice.receives("ended").path("code").asText()).isEqualTo("normal");
    alice.hearsNothingMore();
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip", "udp", "tcp"})
  void phoneCallsClient(String kind) {
    Phone alice = phone(kind, "alice");
    JsonPhone bob = json("bob", new String[0]);

    alice.invites(sip("bob"));
    ObjectNode incoming = bob.receives("incoming");
    String call = incoming.path("call").asText();
    assertThat(incoming.path("sdp").asText()).isEqualTo(alice.sdp());
    assertThat(incoming.path("trickle").asBoolean()).isFalse();
    alice.receives(180);
    String accepting = bob.sends("accept", "call", call, "sdp", ungathered());
    bob.asks(
        "candidate", "call", call, "candidates", new Object[] {JsonPhone.candidate(HOST), null});
    assertThat(alice.receives(200).bodyText()).contains("a=" + HOST);
    alice.sends(ACK);
    assertThat(bob.reply(accepting).path("ok").asBoolean()).isTrue();

    alice.sends(BYE);
    alice.receives(200);
    assertThat(bob.receives("ended").path("by").asText()).isEqualTo("remote");
    bob.hearsNothingMore();
    ladder.nothingMore();
  }

  @Test
  void offerTowardsSipWaitsForCandidatesButNotForEver() {
    JsonPhone alice = json("alice", new String[0]);
    Phone bob = jsSip("bob");
    bob.registers();

    alice.asks("call", "call", "c1", "to", "bob", "sdp", ungathered());
    alice.asks("candidate", "call", "c1", "candidate", JsonPhone.candidate(SRFLX));
    settle();
    clock.advance(Duration.ofMillis(199));
    settle();
    assertThat(bob.isIdle()).isTrue();
    clock.advance(Duration.ofMillis(1));
    assertThat(bob.receives(INVITE).bodyText()).contains(SRFLX);
    bob.answers(486);
    bob.receives(ACK);
    assertThat(alice.receives("ended").path("code").asText()).isEqualTo("busy");

    alice.asks("call", "call", "c2", "to", "bob", "sdp", ungathered());
    settle();
    clock.advance(Duration.ofMillis(999));
    settle();
    assertThat(bob.isIdle()).isTrue();
    clock.advance(Duration.ofMillis(1));
    assertThat(bob.receives(INVITE).bodyText()).doesNotContain("typ ");
    bob.answers(486);
    bob.receives(ACK);
    alice.receives("ended");
  }

  @Test
  void candidatesThatOvertakeTheirCallAreKept() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);

    alice.asks("candidate", "call", "c1", "candidate", JsonPhone.candidate(HOST));
    alice.asks("call", "call", "c1", "to", "bob", "sdp", ungathered());
    String call = bob.receives("incoming").path("call").asText();
    assertThat(bob.receives("candidate").path("candidate").path("candidate").asText())
        .isEqualTo(HOST);
    alice.receives("progress");
    bob.asks("reject", "call", call);
    assertThat(alice.receives("ended").path("code").asText()).isEqualTo("declined");
  }

  @ParameterizedTest
  @CsvSource({
    "busy, busy, 486, 17",
    "declined, declined, 603, 21",
    "not_found, not_found, 404, 1",
    "unavailable, unavailable, 480, 20"
  })
  void refusalReachesTheCaller(String said, String code, int status, int q850) {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);

    alice.asks("call", "call", "c1", "to", "bob", "sdp", ungathered());
    String call = bob.receives("incoming").path("call").asText();
    alice.receives("progress");
    bob.asks("reject", "call", call, "code", said);
    ObjectNode ended = alice.receives("ended");
    assertThat(ended.path("code").asText()).isEqualTo(code);
    assertThat(ended.path("sip").asInt()).isEqualTo(status);
    assertThat(ended.path("q850").asInt()).isEqualTo(q850);
    assertThat(bob.receives("ended").path("by").asText()).isEqualTo("local");
  }

  @Test
  void callThatIsCancelledStopsRinging() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);
    Phone carol = sipJs("carol");
    carol.registers();

    alice.asks("call", "call", "c1", "to", "bob", "sdp", ungathered());
    String call = bob.receives("incoming").path("call").asText();
    alice.receives("progress");
    alice.asks("hangup", "call", "c1");
    ObjectNode ended = alice.receives("ended");
    assertThat(ended.path("code").asText()).isEqualTo("cancelled");
    assertThat(ended.path("by").asText()).isEqualTo("local");
    assertThat(bob.receives("ended").path("code").asText()).isEqualTo("cancelled");
    bob.isRefused("call_ended", "accept", "call", call, "sdp", ungathered());

    alice.asks("call", "call", "c2", "to", "carol", "sdp", ungathered(), "trickle", false);
    carol.receives(INVITE);
    carol.answers(180);
    alice.receives("progress");
    alice.asks("hangup", "call", "c2");
    carol.receives(CANCEL);
    carol.answers(487, INVITE);
    carol.receives(ACK);
    assertThat(alice.receives("ended").path("code").asText()).isEqualTo("cancelled");
    ladder.nothingMore();
  }

  @ParameterizedTest
  @CsvSource({
    "Call-Info, <sip:example.test>; answer-after=0, true",
    "Alert-Info, <http://example.test>;info=alert-autoanswer, true",
    "Alert-Info, <http://example.test/bell.wav>, false"
  })
  void pageHearsThatItIsToAnswerByItself(String header, String value, boolean answers) {
    JsonPhone bob = json("bob", new String[0]);
    Phone alice = sipJs("alice");
    alice.invites(sip("bob"), invite -> invite.add(header, value));
    ObjectNode incoming = bob.receives("incoming");
    assertThat(incoming.path("autoAnswer").asBoolean()).isEqualTo(answers);
    alice.receives(180);
    alice.sends(CANCEL);
    alice.receives(200, CANCEL);
    alice.receives(487);
    alice.sends(ACK);
    bob.receives("ended");
  }

  @Test
  void nobodyAnswers() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);

    alice.asks("call", "call", "c1", "to", "bob", "sdp", ungathered(), "timeout", 20);
    bob.receives("incoming");
    alice.receives("progress");
    passes(Duration.ofSeconds(20));
    ObjectNode impatient = alice.receives("ended");
    assertThat(impatient.path("by").asText()).isEqualTo("system");
    assertThat(impatient.path("code").asText()).isEqualTo("no_answer");
    bob.receives("ended");

    alice.asks("call", "call", "c2", "to", "bob", "sdp", ungathered());
    bob.receives("incoming");
    alice.receives("progress");
    passes(Duration.ofSeconds(60));
    ObjectNode ended = alice.receives("ended");
    assertThat(ended.path("code").asText()).isEqualTo("no_answer");
    assertThat(ended.path("q850").asInt()).isEqualTo(19);
    bob.receives("ended");
  }

  @Test
  void allDevicesOfAUserRingWhateverTheySpeak() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);
    JsonPhone bobsTablet = json("bobsTablet").registers("bob");
    Phone bobsPhone = jsSip("bob");
    bobsPhone.registers();

    alice.asks("call", "call", "c1", "to", "bob", "sdp", Sdp.browser(), "trickle", false);
    String call = bob.receives("incoming").path("call").asText();
    bobsTablet.receives("incoming");
    bobsPhone.receives(INVITE);
    bobsPhone.answers(180);
    alice.receives("progress");
    bob.asks("accept", "call", call, "sdp", ungathered());
    alice.receives("accepted");
    ObjectNode elsewhere = bobsTablet.receives("ended");
    assertThat(elsewhere.path("code").asText()).isEqualTo("elsewhere");
    assertThat(elsewhere.path("elsewhere").asBoolean()).isTrue();
    bobsPhone.receives(CANCEL);
    bobsPhone.answers(487, INVITE);
    bobsPhone.receives(ACK);

    alice.asks("hangup", "call", "c1");
    alice.receives("ended");
    bob.receives("ended");
  }

  @Test
  void severalCallsOnOneConnectionAreToldApart() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);
    JsonPhone carol = json("carol", new String[0]);

    alice.asks("call", "call", "c1", "to", "bob", "sdp", ungathered());
    String first = bob.receives("incoming").path("call").asText();
    assertThat(alice.receives("progress").path("call").asText()).isEqualTo("c1");
    alice.asks("call", "call", "c2", "to", "carol", "sdp", ungathered());
    String second = carol.receives("incoming").path("call").asText();
    assertThat(alice.receives("progress").path("call").asText()).isEqualTo("c2");
    alice.isRefused("duplicate_call", "call", "call", "c2", "to", "bob", "sdp", ungathered());
    carol.asks("accept", "call", second, "sdp", ungathered());
    assertThat(alice.receives("accepted").path("call").asText()).isEqualTo("c2");
    bob.asks("accept", "call", first, "sdp", ungathered());
    assertThat(alice.receives("accepted").path("call").asText()).isEqualTo("c1");
    // Another session's name for a call says nothing here.
    bob.isRefused("no_such_call", "hangup", "call", "c1");
    alice.asks("hangup", "call", "c1");
    assertThat(alice.receives("ended").path("call").asText()).isEqualTo("c1");
    bob.receives("ended");
    alice.asks("hangup", "call", "c2");
    alice.receives("ended");
    carol.receives("ended");
  }

  @Test
  void numbersGoByTheSameRoutesAndRefusalsHaveTheSameCauses() {
    JsonPhone alice = json("alice", new String[0]);

    alice.asks("call", "call", "c1", "to", "90012", "sdp", Sdp.rtp(), "trickle", false);
    SipText invite = carrier.receives(INVITE);
    assertThat(invite.requestUri()).startsWith("sip:90012@");
    carrier.answers(404, response -> response.add("Reason", "Q.850;cause=1;text=\"Unallocated\""));
    carrier.receives(ACK);
    ObjectNode ended = alice.receives("ended");
    assertThat(ended.path("code").asText()).isEqualTo("not_found");
    assertThat(ended.path("q850").asInt()).isEqualTo(1);

    alice.isRefused("unavailable", "call", "call", "c2", "to", "bob", "sdp", ungathered());
    ObjectNode unknown =
        alice.isRefused("not_found", "call", "call", "c3", "to", "nobody", "sdp", ungathered());
    assertThat(unknown.path("error").path("sip").asInt()).isEqualTo(404);
  }

  @Test
  void headersThatThePageMaySetCross() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);

    alice.asks(
        "call",
        "call",
        "c1",
        "to",
        "bob",
        "sdp",
        ungathered(),
        "headers",
        java.util.Map.of("X-Order", "4711", "Subject", "Lunch"));
    ObjectNode incoming = bob.receives("incoming");
    assertThat(incoming.path("headers").path("X-Order").asText()).isEqualTo("4711");
    assertThat(incoming.path("headers").path("Subject").asText()).isEqualTo("Lunch");
    alice.receives("progress");
    alice.asks("hangup", "call", "c1");
    alice.receives("ended");
    bob.receives("ended");
  }
}
