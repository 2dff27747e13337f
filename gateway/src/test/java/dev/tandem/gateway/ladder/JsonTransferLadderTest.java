package dev.tandem.gateway.ladder;

import static dev.tandem.gateway.ladder.TransferLadderTest.hears;
import static dev.tandem.gateway.ladder.TransferLadderTest.refers;
import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.REFER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Alice's page carries out itself what Bob asks of her: to call Carol in his place. */
class JsonTransferLadderTest extends JsonLadderTest {
  private static final String[] ALL = {"update", "transfer"};
  private static final String COMPLETE = Sdp.browser() + "a=end-of-candidates\r\n";

  private JsonPhone alice;
  private Phone bob;
  private Phone carol;

  private void talk(String bobKind, String carolKind) {
    talk(bobKind, carolKind, ALL);
  }

  private void talk(String bobKind, String carolKind, String... features) {
    alice = json("alice", features);
    bob = phone(bobKind, "bob");
    carol = phone(carolKind, "carol");
    bob.registers();
    carol.registers();
    alice.asks("call", "call", "c1", "to", "bob", "sdp", COMPLETE);
    bob.receives(INVITE);
    bob.answers(200);
    bob.receives(ACK);
    alice.receives("accepted");
    settle();
  }

  /** From Bob's REFER until Alice is asked. */
  private ObjectNode isAsked(String referTo) {
    refers(bob, referTo);
    bob.receives(202, REFER);
    hears(bob, 100);
    return alice.receives("transfer_request");
  }

  private String follows(ObjectNode wish, String call, Object... more) {
    List<Object> fields =
        new ArrayList<>(
            List.of(
                "call", call, "to", wish.path("to"), "sdp", COMPLETE, "follow", wish.path("ref")));
    fields.addAll(List.of(more));
    return alice.sends("call", fields.toArray());
  }

  private static void isHungUp(Phone who) {
    who.receives(BYE);
    who.answers(200, BYE);
  }

  private void hangsUp(String call, Phone other) {
    alice.asks("hangup", "call", call);
    isHungUp(other);
    alice.receives("ended");
    alice.hearsNothingMore();
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip", "udp"})
  void pageCallsWhomItIsReferredTo(String bobKind) {
    talk(bobKind, "sipJs");
    ObjectNode wish = isAsked("<" + carol.aor() + ">");
    assertThat(wish.path("call").asText()).isEqualTo("c1");
    assertThat(wish.path("to").asText()).isEqualTo("sip:carol@example.test");
    assertThat(wish.path("by").asText()).isEqualTo("sip:bob@example.test");

    assertThat(alice.reply(follows(wish, "c2")).path("ok").asBoolean()).isTrue();
    SipText invite = carol.receives(INVITE);
    assertThat(invite.header("Referred-By")).isEqualTo("<sip:bob@example.test>");
    assertThat(invite.header("From")).contains("sip:alice@example.test");
    assertThat(invite.hasBody()).isTrue();
    carol.answers(180);
    assertThat(alice.receives("progress").path("call").asText()).isEqualTo("c2");
    hears(bob, 180);
    carol.answers(200);
    carol.receives(ACK);
    assertThat(alice.receives("accepted").path("call").asText()).isEqualTo("c2");
    hears(bob, 200);
    isHungUpInTheEnd(bob);
    ObjectNode ended = alice.receives("ended");
    assertThat(ended.path("call").asText()).isEqualTo("c1");
    assertThat(ended.path("code").asText()).isEqualTo("normal");
    hangsUp("c2", carol);
  }

  @Test
  void pageThatRefusesStaysInItsCall() {
    talk("sipJs", "sipJs");
    ObjectNode wish = isAsked("<" + carol.aor() + ">");
    alice.asks("transfer_reject", "ref", wish.path("ref"));
    hears(bob, 603);
    alice.isRefused("no_such_call", "transfer_reject", "ref", wish.path("ref"));
    alice.refusal("no_such_call", follows(wish, "c2"));
    settle();
    hangsUp("c1", bob);
  }

  @Test
  void pageThatDoesNothingIsWaitedForInVain() {
    talk("sipJs", "sipJs");
    ObjectNode wish = isAsked("<" + carol.aor() + ">");
    passes(Duration.ofSeconds(120)); // a minute more than phones may ring here
    hears(bob, 408);
    alice.refusal("no_such_call", follows(wish, "c2"));
    hangsUp("c1", bob);
  }

  @Test
  void callGoesOnWhenTheTargetIsBusyOrUnknown() {
    talk("sipJs", "sipJs");
    ObjectNode wish = isAsked("<" + carol.aor() + ">");
    alice.reply(follows(wish, "c2"));
    carol.receives(INVITE);
    carol.answers(486);
    carol.receives(ACK);
    assertThat(alice.receives("ended").path("code").asText()).isEqualTo("busy");
    hears(bob, 486);

    ObjectNode again = isAsked("<sip:nobody@example.test>");
    alice.refusal("not_found", follows(again, "c3"));
    hears(bob, 404);
    settle();
    hangsUp("c1", bob);
  }

  @Test
  void transferorWhoHangsUpAtOnceLeavesTheTransferToThePage() {
    talk("jsSip", "sipJs");
    ObjectNode wish = isAsked("<" + carol.aor() + ">");
    bob.sends(BYE);
    bob.receives(200, BYE);
    alice.receives("ended");
    alice.reply(follows(wish, "c2"));
    carol.receives(INVITE);
    carol.answers(200);
    carol.receives(ACK);
    alice.receives("accepted");
    settle();
    hangsUp("c2", carol);
  }

  @Test
  void onlyOneTransferAtATimeAndOnlyAsItWasAskedFor() {
    talk("sipJs", "sipJs");
    ObjectNode wish = isAsked("<" + carol.aor() + ">");
    refers(bob, "<sip:9110@example.test>");
    bob.receives(491, REFER);
    alice.isRefused("glare", "transfer", "call", "c1", "to", "carol");
    ObjectNode other = wish.deepCopy().put("to", "sip:bob@example.test");
    assertThat(path(alice.refusal("bad_field", follows(other, "c2")))).isEqualTo("to");
    String wrong = follows(wish, "c2", "replaces", "somebody");
    assertThat(path(alice.refusal("bad_field", wrong))).isEqualTo("replaces");
    JsonPhone mallory = json("carol", ALL);
    mallory.isRefused("no_such_call", "transfer_reject", "ref", wish.path("ref"));
    alice.asks("transfer_reject", "ref", wish.path("ref"));
    hears(bob, 603);
    settle();
    hangsUp("c1", bob);
  }

  private static String path(ObjectNode reply) {
    return reply.path("error").path("path").asText();
  }

  /** Bob talks to Carol too, and wants Alice to take his place there. */
  private String bobCallsCarol() {
    bob.invites(carol.aor());
    carol.receives(INVITE);
    carol.answers(200);
    SipText answered = bob.receives(200, INVITE);
    bob.sends(ACK);
    carol.receives(ACK);
    settle();
    return "<"
        + carol.aor()
        + "?Replaces="
        + URLEncoder.encode(
            answered.callId() + ";to-tag=" + answered.toTag() + ";from-tag=" + answered.fromTag(),
            StandardCharsets.UTF_8)
        + ">";
  }

  @Test
  void pageTakesThePlaceOfTheTransferor() {
    alice = json("alice", ALL);
    bob = sipJs("bob");
    carol = jsSip("carol");
    bob.registers();
    carol.registers();
    String place = bobCallsCarol();
    Phone second = sipJs("bob"); // another tab of his, with the call to Alice
    second.registers();
    second.invites(sip("alice"));
    String call = alice.receives("incoming").path("call").asText();
    second.receives(180);
    alice.sends("accept", "call", call, "sdp", COMPLETE);
    second.receives(200, INVITE);
    second.sends(ACK);
    settle();

    refers(second, place);
    second.receives(202, REFER);
    hears(second, 100);
    ObjectNode wish = alice.receives("transfer_request");
    assertThat(wish.path("replaces").asText()).isNotEmpty();
    alice.refusal("bad_field", follows(wish, "c2"));
    // The description is not complete yet: it is for Carol, who takes no candidates later.
    String following =
        alice.sends(
            "call",
            "call",
            "c2",
            "to",
            wish.path("to"),
            "sdp",
            ungathered(),
            "follow",
            wish.path("ref"),
            "replaces",
            wish.path("replaces"));
    alice.reply(following);
    alice.asks("candidate", "call", "c2", "candidate", null);
    assertThat(carol.receives(INVITE).bodyText()).contains("a=end-of-candidates");
    carol.answers(200);
    carol.receives(ACK);
    assertThat(alice.receives("accepted").path("call").asText()).isEqualTo("c2");
    isHungUp(bob); // its place is Alice's
    hears(second, 200);
    isHungUpInTheEnd(second);
    alice.receives("ended");
    hangsUp("c2", carol);
  }

  @Test
  void pageAsksAnotherPage() {
    alice = json("alice", ALL);
    JsonPhone bobsPage = json("bob", "update");
    JsonPhone carolsPage = json("carol", "update");
    String call = talk(bobsPage, "b1", alice);
    bobsPage.asks("transfer", "call", "b1", "to", "carol");
    ObjectNode wish = alice.receives("transfer_request");
    assertThat(wish.path("by").asText()).isEqualTo("sip:bob@example.test");
    alice.reply(follows(wish, "c2"));
    ObjectNode incoming = carolsPage.receives("incoming");
    assertThat(incoming.path("referredBy").asText()).isEqualTo("sip:bob@example.test");
    alice.receives("progress");
    assertThat(bobsPage.receives("transfer_progress").path("status").asInt()).isEqualTo(180);
    carolsPage.asks("accept", "call", incoming.path("call"), "sdp", COMPLETE);
    alice.receives("accepted");
    ObjectNode last = bobsPage.receives("transfer_progress");
    assertThat(last.path("ok").asBoolean()).isTrue();
    bobsPage.receives("ended");
    assertThat(alice.receives("ended").path("call").asText()).isEqualTo(call);
    alice.asks("hangup", "call", "c2");
    alice.receives("ended");
    carolsPage.receives("ended");
  }

  @Test
  void pageHandsItsOtherCallToAnotherPage() {
    alice = json("alice", ALL);
    JsonPhone bobsPage = json("bob", "update");
    JsonPhone carolsPage = json("carol", "update");
    talk(bobsPage, "b1", alice);
    talk(bobsPage, "b2", carolsPage);
    bobsPage.asks("transfer", "call", "b1", "with", "b2");
    ObjectNode wish = alice.receives("transfer_request");
    assertThat(wish.path("to").asText()).isEqualTo("sip:carol@example.test");
    alice.reply(follows(wish, "c2", "replaces", wish.path("replaces")));
    ObjectNode told = carolsPage.receives("peer");
    assertThat(told.path("uri").asText()).isEqualTo("sip:alice@example.test");
    ObjectNode update = carolsPage.receives("update");
    carolsPage.asks(
        "update_answer", "call", update.path("call"), "rev", update.path("rev"), "sdp", COMPLETE);
    assertThat(alice.receives("accepted").path("call").asText()).isEqualTo("c2");
    alice.receives("ended");
    List<String> heard = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      heard.add(bobsPage.receivesAny().path("type").asText());
    }
    assertThat(heard).containsExactlyInAnyOrder("transfer_progress", "ended", "ended");
    alice.asks("hangup", "call", "c2");
    alice.receives("ended");
    carolsPage.receives("ended");
  }

  /** Seen in a random walk: the one who is put through had no answer to its own offer any more. */
  @Test
  void offerToATransferorWhoHangsUpIsRefusedAndTheTransferGoesOn() {
    JsonPhone transferor = json("alice", "update");
    bob = sipJs("bob");
    carol = jsSip("carol");
    bob.registers();
    carol.registers();
    transferor.asks("call", "call", "c1", "to", "bob", "sdp", COMPLETE);
    bob.receives(INVITE);
    bob.answers(200);
    bob.receives(ACK);
    transferor.receives("accepted");
    settle();
    transferor.asks("transfer", "call", "c1", "to", "carol");
    carol.receives(INVITE);
    bob.holds();
    transferor.receives("update");
    transferor.receives("hold");
    transferor.asks("hangup", "call", "c1");
    transferor.receives("ended");
    bob.receives(480, INVITE);
    bob.sends(ACK);
    settle();
    carol.answers(200);
    bob.receives(INVITE);
    bob.answers(200);
    bob.receives(ACK);
    carol.receives(ACK);
    settle();
    carol.sends(BYE);
    carol.receives(200, BYE);
    isHungUp(bob);
    transferor.hearsNothingMore();
    ladder.nothingMore();
  }

  /** Seen in a random walk: nobody acknowledges the answer to one who has hung up. */
  @Test
  void transferGoesOnAlthoughAnOfferOfTheTransferorsWasOpenWhenItHungUp() {
    talk("sipJs", "jsSip", "update");
    refers(bob, "<" + carol.aor() + ">");
    bob.receives(202, REFER);
    hears(bob, 100);
    carol.receives(INVITE);
    bob.holds();
    int rev = alice.receives("update").path("rev").asInt();
    alice.receives("hold");
    bob.sends(BYE);
    bob.receives(200, BYE);
    bob.receives(487, INVITE);
    settle();
    alice.asks("update_answer", "call", "c1", "rev", rev, "sdp", COMPLETE);
    carol.answers(200);
    alice.receives("peer");
    ObjectNode update = alice.receives("update");
    alice.asks("update_answer", "call", "c1", "rev", update.path("rev"), "sdp", COMPLETE);
    carol.receives(ACK);
    alice.receives("hold"); // it is not held any more
    settle();
    hangsUp("c1", carol);
  }

  /** Returns the callee's name for the call. */
  private static String talk(JsonPhone caller, String name, JsonPhone callee) {
    String to = callee.registered().path("user").asText();
    caller.asks("call", "call", name, "to", to, "sdp", COMPLETE);
    String call = callee.receives("incoming").path("call").asText();
    caller.receives("progress");
    callee.asks("accept", "call", call, "sdp", COMPLETE);
    caller.receives("accepted");
    return call;
  }
}
