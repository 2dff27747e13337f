package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.MESSAGE;
import static dev.tandem.testkit.Sip.TIMER_F;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MESSAGE outside a call and in it (RFC 3428). */
class MessageLadderTest extends LadderTest {

  @Override
  String yaml() {
    return super.yaml() + "messages: {perMinute: 20}\n";
  }

  private static SipText says(Phone phone, String to, String text) {
    return phone.asks(MESSAGE, to, message -> message.body("text/plain", text));
  }

  @ParameterizedTest
  @CsvSource({"sipJs,jsSip", "jsSip,sipJs", "sipJs,udp", "udp,jsSip", "tcp,tcp"})
  void messageReachesTheOtherUser(String from, String to) {
    Phone alice = phone(from, "alice");
    Phone bob = phone(to, "bob");
    bob.registers();
    says(alice, sip("bob"), "Grüße, bob");
    SipText message = bob.receives(MESSAGE);
    assertThat(message.bodyText()).isEqualTo("Grüße, bob");
    assertThat(message.header("Content-Type")).isEqualTo("text/plain");
    assertThat(SipText.uriOf(message.header("From"))).isEqualTo(sip("alice"));
    assertThat(message.has("Contact")).isFalse(); // RFC 3428 §4
    bob.answers(200);
    alice.receives(200, MESSAGE);
    ladder.nothingMore();
  }

  @Test
  void anyBytesCross() {
    Phone alice = phone("tcp", "alice");
    Phone bob = phone("tcp", "bob");
    bob.registers();
    byte[] body = new byte[2000];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) (i * 31);
    }
    alice.asks(MESSAGE, sip("bob"), message -> message.body("application/octet-stream", body));
    assertThat(bob.receives(MESSAGE).body()).isEqualTo(body);
    bob.answers(200);
    alice.receives(200, MESSAGE);
    ladder.nothingMore();
  }

  @Test
  void bodyCrossesWithWhatDescribesIt() {
    Phone alice = jsSip("alice");
    Phone bob = sipJs("bob");
    bob.registers();
    byte[] body = "Ŝanĝo: €5 \r\n\r\nSIP/2.0 200 OK\r\n".getBytes(UTF_8);
    alice.asks(
        MESSAGE,
        sip("bob"),
        message ->
            message
                .body("application/x-thing;version=2", body)
                .add("Content-Disposition", "attachment;filename=\"a b\"")
                .add("Date", "Thu, 01 Jan 2026 00:00:00 GMT")
                .add("Expires", "60")
                .add("Subject", "things")
                .add("X-Room", "12")
                .add("P-Asserted-Identity", "<sip:mallory@example.test>"));
    SipText message = bob.receives(MESSAGE);
    assertThat(message.body()).isEqualTo(body);
    assertThat(message.header("Content-Type")).isEqualTo("application/x-thing;version=2");
    assertThat(message.header("Content-Disposition")).contains("filename=\"a b\"");
    assertThat(message.header("Date")).isEqualTo("Thu, 01 Jan 2026 00:00:00 GMT");
    assertThat(message.header("Expires")).isEqualTo("60");
    assertThat(message.header("Subject")).isEqualTo("things");
    assertThat(message.header("X-Room")).isEqualTo("12");
    assertThat(message.has("P-Asserted-Identity")).isFalse();
    bob.answers(202);
    alice.receives(202, MESSAGE);
    ladder.nothingMore();
  }

  @Test
  void everyDeviceGetsItAndTheFirstThatTakesItAnswers() {
    Phone alice = sipJs("alice");
    Phone desk = phone("sipJs", "desk", "bob");
    Phone mobile = phone("jsSip", "mobile", "bob");
    desk.registers();
    mobile.registers();
    says(alice, sip("bob"), "both of you");
    SipText atDesk = desk.receives(MESSAGE);
    SipText onMobile = mobile.receives(MESSAGE);
    assertThat(atDesk.bodyText()).isEqualTo(onMobile.bodyText());
    desk.answers(486);
    mobile.answers(200);
    alice.receives(200, MESSAGE);
    ladder.nothingMore();
  }

  @Test
  void laterAnswersOfOtherDevicesChangeNothing() {
    Phone alice = sipJs("alice");
    Phone desk = phone("sipJs", "desk", "bob");
    Phone mobile = phone("jsSip", "mobile", "bob");
    desk.registers();
    mobile.registers();
    says(alice, sip("bob"), "both of you");
    desk.receives(MESSAGE);
    mobile.receives(MESSAGE);
    mobile.answers(202);
    alice.receives(202, MESSAGE);
    desk.answers(200);
    ladder.nothingMore();
  }

  @Test
  void bestRefusalIsTheAnswerWhenAllRefuse() {
    Phone alice = sipJs("alice");
    Phone desk = phone("sipJs", "desk", "bob");
    Phone mobile = phone("jsSip", "mobile", "bob");
    desk.registers();
    mobile.registers();
    says(alice, sip("bob"), "anybody?");
    desk.receives(MESSAGE);
    mobile.receives(MESSAGE);
    desk.answers(500);
    mobile.answers(415);
    alice.receives(415, MESSAGE);
    ladder.nothingMore();
  }

  @Test
  void nobodyAndNobodyOnline() {
    Phone alice = sipJs("alice");
    says(alice, sip("nobody"), "hello");
    alice.receives(404, MESSAGE);
    says(alice, sip("bob"), "hello");
    alice.receives(480, MESSAGE);
    says(alice, "sip:bob@elsewhere.test", "hello");
    alice.receives(404, MESSAGE);
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "udp"})
  void deviceThatKeepsSilentIs480(String kind) {
    Phone alice = jsSip("alice");
    Phone bob = phone(kind, "bob");
    bob.registers();
    says(alice, sip("bob"), "are you there?");
    bob.receives(MESSAGE);
    passes(TIMER_F.plusSeconds(1));
    alice.receives(480, MESSAGE);
  }

  @Test
  void deviceThatGoesAwayIs480() {
    Phone alice = jsSip("alice");
    Phone bob = sipJs("bob");
    bob.registers();
    says(alice, sip("bob"), "bye?");
    bob.receives(MESSAGE);
    bob.losesConnection();
    alice.receives(480, MESSAGE);
    ladder.nothingMore();
  }

  @Test
  void senderMustBeTheUserWhoAuthenticates() {
    Phone alice = sipJs("alice");
    alice.asks(
        MESSAGE,
        sip("bob"),
        message -> message.set("From", message.header("From").replace("alice", "carol")));
    alice.receives(403, MESSAGE);
    Phone mallory =
        Phone.jsSip(ladder, "mallory", new PhoneIdentity("bob", DOMAIN, "wrong"), webSocket());
    says(mallory, sip("alice"), "it is me, bob");
    assertThat(mallory.receivesOneOf(407, 403).status()).isIn(407, 403);
    ladder.nothingMore();
  }

  @Test
  void trunkAndUserExchangeMessages() {
    Phone bob = jsSip("bob");
    bob.registers();
    says(carrier, sip("bob"), "your parcel is here");
    SipText message = bob.receives(MESSAGE);
    assertThat(message.header("From")).contains("carrier@carrier.test");
    bob.answers(200);
    carrier.receives(200, MESSAGE);

    says(bob, sip("95550100"), "thanks");
    SipText out = carrier.receives(MESSAGE);
    assertThat(out.requestUri()).startsWith("sip:95550100@127.0.0.2");
    assertThat(SipText.uriOf(out.header("From"))).isEqualTo(sip("bob"));
    carrier.answers(202);
    bob.receives(202, MESSAGE);
    ladder.nothingMore();
  }

  @Test
  void trunkDoesNotSendThroughATrunk() {
    says(carrier, sip("95550100"), "round and round");
    carrier.receives(403, MESSAGE);
    ladder.nothingMore();
  }

  @Test
  void largeMessageDoesNotLeaveOverUdp() {
    Phone alice = sipJs("alice");
    Phone bob = sipJs("bob");
    bob.registers();
    String large = "x".repeat(1400);
    says(alice, sip("95550100"), large);
    alice.receives(513, MESSAGE);
    says(alice, sip("bob"), large);
    assertThat(bob.receives(MESSAGE).bodyText()).isEqualTo(large);
    bob.answers(200);
    alice.receives(200, MESSAGE);
    says(alice, sip("bob"), "x".repeat(16 * 1024 + 1));
    alice.receives(413, MESSAGE);
    ladder.nothingMore();
  }

  @Test
  void noHopsAreLeft() {
    Phone alice = sipJs("alice");
    alice.asks(MESSAGE, sip("bob"), message -> message.set("Max-Forwards", "0"));
    alice.receives(483, MESSAGE);
    ladder.nothingMore();
  }

  @Test
  void senderIsSlowedDown() {
    Phone alice = sipJs("alice");
    Phone bob = sipJs("bob");
    bob.registers();
    for (int i = 0; i < 20; i++) {
      says(alice, sip("bob"), "spam " + i);
      bob.receives(MESSAGE);
      bob.answers(200);
      alice.receives(200, MESSAGE);
    }
    says(alice, sip("bob"), "one too many");
    assertThat(alice.receives(480, MESSAGE).header("Retry-After")).isEqualTo("10");
    passes(Duration.ofSeconds(3)); // 20 a minute
    says(alice, sip("bob"), "patience");
    bob.receives(MESSAGE);
    bob.answers(200);
    alice.receives(200, MESSAGE);
    ladder.nothingMore();
  }

  @Test
  void messageInsideACallIsBridged() {
    Phone alice = jsSip("alice");
    Phone bob = sipJs("bob");
    bob.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    bob.receives(ACK);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    settle();
    bob.sends(MESSAGE, message -> message.body("text/plain", "can you see this?"));
    assertThat(alice.receives(MESSAGE).bodyText()).isEqualTo("can you see this?");
    alice.answers(200, MESSAGE);
    bob.receives(200, MESSAGE);
    alice.sends(BYE);
    bob.receives(BYE);
    bob.answers(200);
    alice.receives(200, BYE);
    ladder.nothingMore();
  }
}
