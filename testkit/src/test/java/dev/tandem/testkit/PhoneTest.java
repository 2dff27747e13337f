package dev.tandem.testkit;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.OPTIONS;
import static dev.tandem.testkit.Sip.REGISTER;
import static dev.tandem.testkit.Sip.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two phones on one loopback, without a gateway between them. */
class PhoneTest {
  private final Ladder ladder = new Ladder(Duration.ofSeconds(3));
  private Phone alice;
  private Phone bob;
  private String bobUri;

  @AfterEach
  void close() {
    ladder.close();
  }

  private void connect(String transport) {
    InetSocketAddress nowhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
    PhoneIdentity a = new PhoneIdentity("alice", "example.test", "secret");
    PhoneIdentity b = new PhoneIdentity("bob", "example.test", null);
    if (transport.equals("udp")) {
      bob = Phone.pbxUdp(ladder, "bob", b, "127.0.0.2", () -> nowhere);
      alice = Phone.pbxUdp(ladder, "alice", a, "127.0.0.1", () -> addressOf(bob));
    } else {
      bob = Phone.pbxTcp(ladder, "bob", b, "127.0.0.2", () -> nowhere);
      alice = Phone.pbxTcp(ladder, "alice", a, "127.0.0.1", () -> addressOf(bob));
    }
    bobUri = "sip:bob@" + bob.address() + ";transport=" + transport;
  }

  private static InetSocketAddress addressOf(Phone phone) {
    int colon = phone.address().indexOf(':');
    return new InetSocketAddress(
        phone.address().substring(0, colon),
        Integer.parseInt(phone.address().substring(colon + 1)));
  }

  private void talk() {
    alice.invites(bobUri);
    bob.receives(INVITE);
    bob.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    bob.receives(ACK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp"})
  void callsHoldsAndHangsUp(String transport) {
    connect(transport);
    SipText invite = alice.invites(bobUri);
    assertThat(bob.receives(INVITE).toString()).isEqualTo(invite.toString());
    bob.answers(180);
    alice.receives(180);
    SipText ok = bob.answers(200);
    assertThat(alice.receives(200, INVITE).bodyText()).isEqualTo(ok.bodyText());
    alice.sends(ACK);
    bob.receives(ACK);

    alice.holds();
    assertThat(bob.receives(INVITE).bodyText()).contains("a=sendonly");
    bob.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    bob.receives(ACK);

    bob.sends(INFO);
    alice.receives(INFO);
    bob.sends(UPDATE);
    alice.receives(UPDATE);
    alice.answers(200, INFO);
    alice.answers(200, UPDATE);
    bob.receivesInAnyOrder("200 UPDATE", "200 INFO");

    bob.sends(BYE);
    alice.receives(BYE);
    alice.answers(200);
    bob.receives(200, BYE);
    ladder.nothingMore();
  }

  @Test
  void cancelIsAnsweredByItselfAndRefusalIsAcknowledged() {
    connect("udp");
    alice.invites(bobUri);
    bob.receives(INVITE);
    bob.answers(180);
    alice.receives(180);
    alice.sends(CANCEL);
    alice.receives(200, CANCEL);
    bob.receives(CANCEL);
    bob.answers(487);
    alice.receives(487);
    bob.receives(ACK);
    ladder.nothingMore();
  }

  @Test
  void habitsTakeThatAway() {
    connect("udp");
    bob.with(Habit.ANSWERS_AFTER_CANCEL);
    alice.with(Habit.DROPS_ACK);
    alice.invites(bobUri);
    bob.receives(INVITE);
    bob.answers(180);
    alice.receives(180);
    alice.sends(CANCEL);
    alice.receives(200, CANCEL);
    alice.receives(200, INVITE);
    bob.receives(CANCEL);

    alice.invites(bobUri);
    bob.receives(INVITE);
    bob.answers(486);
    alice.receives(486);
    bob.with(Habit.NEVER_RESPONDS);
    alice.with(Habit.SEES_TRYING);
    alice.invites(bobUri);
    bob.receives(INVITE);
    ladder.nothingMore();
  }

  @Test
  void forksTwice() {
    connect("udp");
    bob.with(Habit.FORKS_TWICE);
    alice.invites(bobUri);
    bob.receives(INVITE);
    bob.answers(200);
    String first = alice.receives(200).toTag();
    alice.sends(ACK);
    assertThat(bob.receives(ACK).toTag()).isEqualTo(first);
    assertThat(alice.receives(200).toTag()).isNotEqualTo(first);
  }

  @Test
  void lateOfferIsAnsweredInAck() {
    connect("udp");
    alice.with(Habit.LATE_OFFER);
    alice.invites(bobUri);
    assertThat(bob.receives(INVITE).hasBody()).isFalse();
    bob.answers(200);
    alice.receives(200);
    alice.describes("v=0\r\n").sends(ACK);
    assertThat(bob.receives(ACK).bodyText()).isEqualTo("v=0\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"MD5", "SHA-256"})
  void answersChallenges(String algorithm) {
    connect("udp");
    String challenge = "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=" + algorithm;
    SipText first = alice.invites(bobUri);
    bob.receives(INVITE);
    bob.answers(407, response -> response.add("Proxy-Authenticate", challenge));
    assertThat(bob.receives(ACK).branch()).isEqualTo(first.branch());
    SipText second = bob.receives(INVITE);
    assertThat(second.cseqNumber()).isEqualTo(first.cseqNumber() + 1);
    assertThat(second.callId()).isEqualTo(first.callId());
    Digest.Challenge answered = Digest.Challenge.parse(second.header("Proxy-Authorization"));
    assertThat(answered.get("response"))
        .isEqualTo(
            Digest.response(
                Digest.Challenge.parse(challenge),
                "alice",
                "secret",
                INVITE,
                bobUri,
                answered.get("nc"),
                answered.get("cnonce")));
    bob.answers(407, response -> response.add("Proxy-Authenticate", challenge));
    alice.receives(407);
    bob.receives(ACK);
    ladder.nothingMore();
  }

  @Test
  void registersAndChecksTheEcho() {
    connect("udp");
    SipText request = alice.sendsRegister(600, text -> {});
    bob.receives(REGISTER);
    bob.answers(200, response -> response.add("Contact", request.header("Contact")));
    alice.receives(200);
    assertThat(request.header("To")).isEqualTo("<sip:alice@example.test>");
  }

  @Test
  void unexpectedMessageShowsTheLadder() {
    connect("udp");
    alice.invites(bobUri);
    bob.receives(INVITE);
    bob.answers(486);
    assertThatThrownBy(() -> alice.receives(180))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("alice expected 180 and received\nSIP/2.0 486 Busy Here")
        .hasMessageContaining("INVITE 1 +body")
        .hasMessageContaining("486 INVITE");
  }

  @Test
  void messageNobodyAskedForFailsAtTheEnd() {
    connect("udp");
    talk();
    bob.sends(BYE);
    assertThatThrownBy(ladder::nothingMore).hasMessageContaining("alice also received\nBYE");
  }

  @Test
  void faultsOfTheOtherSideAreViolations() {
    connect("udp");
    alice.asks(OPTIONS, bobUri, request -> request.remove("Max-Forwards"));
    assertThatThrownBy(() -> bob.receives(OPTIONS)).hasMessageContaining("has no Max-Forwards");
  }

  @Test
  void requestOfUnknownDialogIsAViolation() {
    connect("udp");
    talk();
    alice.sends(BYE, bye -> bye.set("Call-ID", "another"));
    assertThatThrownBy(() -> bob.receives(BYE)).hasMessageContaining("dialog that is not there");
  }

  @Test
  void repeatsComeAgain() {
    connect("udp");
    alice.invites(bobUri);
    alice.repeatsInvite();
    SipText invite = bob.receives(INVITE);
    bob.receives(INVITE);
    bob.answers(invite, 200);
    bob.repeatsAnswer(invite);
    alice.receives(200);
    alice.receives(200);
    alice.sends(ACK);
    bob.receives(ACK);
    bob.repeatsAnswer(invite);
    alice.receives(200);
    bob.receives(ACK);
    ladder.nothingMore();
  }

  @Test
  void drawing() {
    List<LadderDrawing.Event> events =
        List.of(
            new LadderDrawing.Event(1_000_000, "alice", false, true, "INVITE 1"),
            new LadderDrawing.Event(2_000_000, "carol", false, false, "INVITE 1"),
            new LadderDrawing.Event(3_000_000, "bob", false, true, "180 INVITE"),
            new LadderDrawing.Event(4_000_000, "bob", true, false, "close frame 1001"));
    assertThat(LadderDrawing.draw(List.of("alice", "bob", "carol"), events))
        .isEqualTo(
            """
                 ms     alice                     gateway                   bob                       carol
                  1.0   |-- INVITE 1 ------------>|                         |                         |
                  2.0   |                         |---------------------------- INVITE 1 ------------>|
                  3.0   |                         |<- 180 INVITE -----------|                         |
                  4.0   |                         |                         * close frame 1001
            """);
  }
}
