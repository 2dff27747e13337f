package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Habit;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls that go as they should, between every kind of client. */
class BasicCallLadderTest extends LadderTest {

  @ParameterizedTest
  @CsvSource({
    "sipJs, jsSip",
    "jsSip, sipJs",
    "sipJs, sipJs",
    "jsSip, jsSip",
    "udp, sipJs",
    "jsSip, udp",
    "tcp, sipJs",
    "sipJs, tcp"
  })
  void callIsAnsweredAndHungUpByCallee(String callerKind, String calleeKind) {
    Phone alice = phone(callerKind, "alice");
    Phone bob = phone(calleeKind, "bob");
    alice.registers();
    bob.registers();

    alice.invites(sip("bob"));
    SipText offer = bob.receives(INVITE);
    assertThat(offer.bodyText()).isEqualTo(alice.sdp());
    assertThat(offer.header("Content-Type")).isEqualTo("application/sdp");
    bob.answers(180);
    alice.receives(180);
    bob.answers(200);
    SipText answer = alice.receives(200, INVITE);
    assertThat(answer.bodyText()).isEqualTo(bob.sdp());
    alice.sends(ACK);
    bob.receives(ACK);

    bob.sends(BYE);
    bob.receives(200, BYE);
    alice.receives(BYE);
    alice.answers(200);
    ladder.nothingMore();
  }

  @ParameterizedTest
  @CsvSource({"sipJs, jsSip", "jsSip, sipJs", "udp, jsSip", "sipJs, udp"})
  void callIsHungUpByCaller(String callerKind, String calleeKind) {
    Phone alice = phone(callerKind, "alice");
    Phone bob = phone(calleeKind, "bob");
    bob.registers();
    talk(alice, bob);

    alice.sends(BYE);
    alice.receives(200, BYE);
    bob.receives(BYE);
    bob.answers(200);
    ladder.nothingMore();
  }

  private void talk(Phone alice, Phone bob) {
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    bob.receives(ACK);
  }

  @Test
  void sdpPassesByteForByte() {
    Phone alice = sipJs("alice");
    Phone bob = jsSip("bob");
    bob.registers();
    String odd =
        "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns= \r\na=é-ü \t  x\r\nb=\nm=audio 9 X 1\r\n\r\n\r\n";

    alice.describes(odd).invites(sip("bob"));
    assertThat(bob.receives(INVITE).bodyText()).isEqualTo(odd);
    bob.describes(odd + "a=answer").answers(200);
    assertThat(alice.receives(200).bodyText()).isEqualTo(odd + "a=answer");
  }

  @ParameterizedTest
  @CsvSource({
    "486, Busy Here",
    "603, Decline",
    "480, Temporarily Unavailable",
    "488, Not Acceptable Here"
  })
  void refusalReachesTheCaller(int status, String reason) {
    Phone alice = jsSip("alice");
    Phone bob = sipJs("bob");
    bob.registers();

    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(180);
    alice.receives(180);
    bob.answers(status);
    bob.receives(ACK);
    assertThat(alice.receives(status).reasonPhrase()).isEqualTo(reason);
    ladder.nothingMore();
  }

  @Test
  void reasonOfARefusalIsPassedOn() {
    Phone alice = jsSip("alice");
    alice.invites(sip("90012"));
    carrier.receives(INVITE);
    carrier.answers(404, response -> response.add("Reason", "Q.850;cause=1;text=\"Unallocated\""));
    carrier.receives(ACK);
    assertThat(alice.receives(404).header("Reason")).contains("Q.850").contains("cause=1");
    ladder.nothingMore();
  }

  @Test
  void earlyMediaReachesTheCaller() {
    Phone alice = sipJs("alice");
    alice.invites(sip("90012"));
    carrier.receives(INVITE);
    String early = "v=0\r\ns=early\r\n";
    carrier.describes(early).answers(183);
    assertThat(alice.receives(183).bodyText()).isEqualTo(early);
    carrier.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    carrier.receives(ACK);
    ladder.nothingMore();
  }

  @Test
  void offerMayComeLate() {
    Phone bob = sipJs("bob");
    bob.registers();
    carrier.with(Habit.LATE_OFFER);

    carrier.invites("sip:bob@" + DOMAIN);
    assertThat(bob.receives(INVITE).hasBody()).isFalse();
    bob.answers(200);
    assertThat(carrier.receives(200).bodyText()).isEqualTo(bob.sdp());
    String answer = "v=0\r\ns=answer\r\n";
    carrier.describes(answer).sends(ACK);
    assertThat(bob.receives(ACK).bodyText()).isEqualTo(answer);
    carrier.sends(BYE);
    carrier.receives(200, BYE);
    bob.receives(BYE);
    bob.answers(200);
    ladder.nothingMore();
  }

  @Test
  void callToSelfOnAnotherDeviceIsNoLoop() {
    Phone desk = phone("jsSip", "alice desk", "alice");
    Phone mobile = phone("sipJs", "alice mobile", "alice");
    desk.registers();
    mobile.registers();

    desk.invites(sip("alice"));
    mobile.receives(INVITE);
    // Her own device rings too; it is one of her contacts.
    desk.receives(INVITE);
    mobile.answers(200);
    desk.receivesInAnyOrder("CANCEL", "200 INVITE");
  }

  @Test
  void callerMayHangUpBeforeAnyRinging() {
    Phone alice = sipJs("alice");
    alice.invites(sip("90012"));
    carrier.receives(INVITE);
    alice.sends(CANCEL);
    alice.receives(200, CANCEL);
    alice.receives(487, INVITE);
    carrier.receives(CANCEL);
    carrier.answers(487);
    carrier.receives(ACK);
    ladder.nothingMore();
  }
}
