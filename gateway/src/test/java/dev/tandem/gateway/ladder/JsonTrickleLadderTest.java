package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** ICE candidates between a page and a SIP user agent that takes them by INFO (RFC 8840). */
class JsonTrickleLadderTest extends JsonLadderTest {
  private static final String FRAGMENT = "application/trickle-ice-sdpfrag";
  private static final String FIRST =
      "candidate:1 1 udp 1686052607 198.51.100.7 50103 typ srflx raddr 192.0.2.7 rport 50102";
  private static final String SECOND =
      "candidate:2 1 udp 41885439 203.0.113.9 61000 typ relay raddr 198.51.100.7 rport 50103";

  private static SipText supporting(SipText message) {
    return message.add("Supported", "trickle-ice").add("Recv-Info", "trickle-ice");
  }

  private static void isAnnounced(SipText message) {
    assertThat(message.values("Supported")).contains("trickle-ice");
    assertThat(message.values("Recv-Info")).contains("trickle-ice");
  }

  private static String attribute(String sdp, String name) {
    Matcher line = Pattern.compile("(?m)^a=" + name + ":(.*?)\r?$").matcher(sdp);
    assertThat(line.find()).as(sdp).isTrue();
    return line.group(1);
  }

  private static String fragment(String ufrag, String... lines) {
    return "m=audio 9 RTP/AVP 0\r\na=mid:0\r\na=ice-ufrag:"
        + ufrag
        + "\r\na=ice-pwd:0123456789012345678901\r\n"
        + String.join("", lines);
  }

  private static void tells(Phone who, String fragment) {
    who.sends(
        INFO,
        info ->
            info.add("Info-Package", "trickle-ice")
                .add("Content-Disposition", "Info-Package")
                .body(FRAGMENT, fragment));
    who.receives(200, INFO);
  }

  private static SipText isTold(Phone who) {
    SipText info = who.receives(INFO);
    assertThat(info.header("Info-Package")).isEqualTo("trickle-ice");
    assertThat(info.header("Content-Type")).isEqualTo(FRAGMENT);
    assertThat(info.header("Content-Disposition")).isEqualTo("Info-Package");
    return info;
  }

  private void hangsUp(JsonPhone page, String call, Phone other) {
    page.asks("hangup", "call", call);
    other.receives(BYE);
    other.answers(200, BYE);
    page.receives("ended");
    page.hearsNothingMore();
    ladder.nothingMore();
  }

  @Test
  void pageThatCallsTellsWhatItFindsAfterTheInvite() {
    JsonPhone alice = json("alice", "update");
    Phone bob = sipJs("bob");
    bob.registers();
    String offer = ungathered();
    alice.asks("call", "call", "c1", "to", "bob", "sdp", offer);
    passes(Duration.ofSeconds(1)); // nobody knows yet what Bob takes
    SipText invite = bob.receives(INVITE);
    isAnnounced(invite);
    assertThat(invite.bodyText()).doesNotContain("end-of-candidates");
    bob.answers(200, JsonTrickleLadderTest::supporting);
    bob.receives(ACK);
    alice.receives("accepted");
    settle();

    alice.asks("candidate", "call", "c1", "candidate", JsonPhone.candidate(FIRST));
    SipText info = isTold(bob);
    assertThat(info.bodyText())
        .isEqualTo(
            "m=audio 9 RTP/AVP 0\r\na=mid:0\r\na=ice-ufrag:"
                + attribute(offer, "ice-ufrag")
                + "\r\na=ice-pwd:"
                + attribute(offer, "ice-pwd")
                + "\r\na="
                + FIRST
                + "\r\n");
    // While Bob has not answered, nothing more is sent; then all of it, in one.
    alice.asks("candidate", "call", "c1", "candidate", JsonPhone.candidate(SECOND));
    alice.asks("candidate", "call", "c1", "candidate", null);
    settle();
    assertThat(bob.isIdle()).isTrue();
    bob.answers(info, 200);
    SipText last = isTold(bob);
    assertThat(last.bodyText())
        .contains("a=" + FIRST + "\r\na=" + SECOND + "\r\na=end-of-candidates\r\n");
    bob.answers(last, 200);

    String ufrag = attribute(bob.sdp(), "ice-ufrag");
    tells(bob, fragment(ufrag, "a=" + FIRST + "\r\n"));
    ObjectNode heard = (ObjectNode) alice.receives("candidate").path("candidate");
    assertThat(heard.path("candidate").asText()).isEqualTo(FIRST);
    assertThat(heard.path("sdpMid").asText()).isEqualTo("0");
    assertThat(heard.path("usernameFragment").asText()).isEqualTo(ufrag);
    tells(bob, fragment(ufrag, "a=" + FIRST + "\r\n", "a=end-of-candidates\r\n"));
    assertThat(alice.receives("candidate").path("candidate").isNull()).isTrue();
    hangsUp(alice, "c1", bob);
  }

  @Test
  void candidatesBeforeTheAnswerWaitForItAndThoseOfNobodyAreLeftOut() {
    JsonPhone alice = json("alice", "update");
    Phone bob = sipJs("bob");
    bob.registers();
    alice.asks("call", "call", "c1", "to", "bob", "sdp", Sdp.browser(), "trickle", true);
    alice.asks("candidate", "call", "c1", "candidate", null);
    assertThat(bob.receives(INVITE).bodyText()).contains("end-of-candidates");
    String answer = Sdp.browser();
    bob.describes(answer).answers(183, early -> supporting(early).body("application/sdp", answer));
    alice.receives("progress");
    settle();
    tells(bob, fragment("else", "a=" + SECOND + "\r\n"));
    tells(bob, fragment(attribute(answer, "ice-ufrag"), "a=" + FIRST + "\r\n"));
    bob.describes(answer).answers(200, INVITE);
    bob.receives(ACK);
    alice.receives("accepted");
    ObjectNode heard = alice.receives("candidate");
    assertThat(heard.path("candidate").path("candidate").asText()).isEqualTo(FIRST);
    hangsUp(alice, "c1", bob);
  }

  @Test
  void pageThatIsCalledAnswersAtOnceAndHearsWhileItRings() {
    Phone alice = sipJs("alice");
    JsonPhone bob = json("bob", "update");
    alice.describes(ungathered()).invites(sip("bob"), JsonTrickleLadderTest::supporting);
    ObjectNode incoming = bob.receives("incoming");
    String call = incoming.path("call").asText();
    assertThat(incoming.path("trickle").asBoolean()).isTrue();
    isAnnounced(alice.receives(180));
    settle();
    String ufrag = attribute(alice.sdp(), "ice-ufrag");
    tells(alice, fragment(ufrag, "a=" + FIRST + "\r\n"));
    assertThat(bob.receives("candidate").path("candidate").path("candidate").asText())
        .isEqualTo(FIRST);

    String answer = ungathered();
    String accepting = bob.sends("accept", "call", call, "sdp", answer);
    bob.asks("candidate", "call", call, "candidate", JsonPhone.candidate(SECOND));
    SipText ok = alice.receives(200, INVITE); // the clock did not move
    isAnnounced(ok);
    assertThat(ok.bodyText()).isEqualTo(answer);
    alice.sends(ACK);
    SipText info = isTold(alice);
    assertThat(info.bodyText()).contains("a=" + SECOND).doesNotContain("end-of-candidates");
    alice.answers(info, 200);
    assertThat(bob.reply(accepting).path("ok").asBoolean()).isTrue();

    // A new offer of the page's has its candidates in it.
    settle();
    String updating = bob.sends("update", "call", call, "rev", 2, "sdp", ungathered());
    bob.asks(
        "candidate", "call", call, "candidates", new Object[] {JsonPhone.candidate(FIRST), null});
    assertThat(alice.receives(INVITE).bodyText()).contains("a=" + FIRST);
    alice.answers(200, INVITE);
    alice.receives(ACK);
    bob.reply(updating);
    hangsUp(bob, call, alice);
  }

  @Test
  void whoDoesNotTakeCandidatesIsNotToldOfThem() {
    JsonPhone alice = json("alice", "update");
    Phone bob = jsSip("bob");
    bob.registers();
    alice.asks("call", "call", "c1", "to", "bob", "sdp", ungathered());
    passes(Duration.ofSeconds(1));
    bob.receives(INVITE);
    bob.answers(200);
    bob.receives(ACK);
    alice.receives("accepted");
    alice.asks("candidate", "call", "c1", "candidate", JsonPhone.candidate(FIRST));
    settle();
    assertThat(bob.isIdle()).isTrue();
    hangsUp(alice, "c1", bob);
  }

  @Test
  void whoRefusesThemOnceIsNotToldAgain() {
    JsonPhone alice = json("alice", "update");
    Phone bob = sipJs("bob");
    bob.registers();
    alice.asks("call", "call", "c1", "to", "bob", "sdp", ungathered());
    passes(Duration.ofSeconds(1));
    bob.receives(INVITE);
    bob.answers(200, JsonTrickleLadderTest::supporting);
    bob.receives(ACK);
    alice.receives("accepted");
    alice.asks("candidate", "call", "c1", "candidate", JsonPhone.candidate(FIRST));
    SipText info = isTold(bob);
    alice.asks("candidate", "call", "c1", "candidate", JsonPhone.candidate(SECOND));
    bob.answers(info, 469);
    settle();
    assertThat(bob.isIdle()).isTrue();
    hangsUp(alice, "c1", bob);
  }
}
