package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import org.junit.jupiter.api.Test;

/** A callee sends the call on with a 3xx (RFC 3261 §8.1.3.4, §16.7 step 4; RFC 5806, RFC 7044). */
class RedirectLadderTest extends LadderTest {
  private Phone alice;
  private Phone bob;
  private Phone carol;

  private void callBob() {
    alice = sipJs("alice");
    bob = jsSip("bob");
    carol = sipJs("carol");
    bob.registers();
    carol.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
  }

  private static void moves(Phone phone, String... contacts) {
    phone.answers(
        302,
        response -> java.util.Arrays.stream(contacts).forEach(c -> response.add("Contact", c)));
    phone.receives(ACK);
  }

  private static String contact(String user) {
    return "<" + sip(user) + ">";
  }

  @Test
  void callFollowsToAnotherUser() {
    callBob();
    moves(bob, contact("carol"));
    SipText invite = carol.receives(INVITE);
    assertThat(invite.requestUri()).isEqualTo(carol.contactUri());
    assertThat(invite.header("Diversion"))
        .isEqualTo("<sip:bob@example.test>;reason=unconditional;counter=1");
    assertThat(invite.headers("History-Info"))
        .containsExactly(
            "<sip:bob@example.test?Reason=SIP%3Bcause%3D302>;index=1",
            "<sip:carol@example.test>;index=1.1;mp=1");
    carol.answers(180);
    alice.receives(180);
    carol.answers(200);
    assertThat(alice.receives(200).bodyText()).isEqualTo(carol.sdp());
    alice.sends(ACK);
    carol.receives(ACK);
    carol.sends(BYE);
    carol.receives(200);
    alice.receives(BYE);
    alice.answers(200);
    ladder.nothingMore();
  }

  @Test
  void callFollowsToTheTrunkAsTheCallerMayDial() {
    callBob();
    bob.answers(180);
    alice.receives(180);
    bob.answers(
        302,
        response ->
            response
                .add("Contact", "<tel:95550100>")
                .add("Diversion", "<sip:bob@example.test>;reason=no-answer"));
    bob.receives(ACK);
    SipText invite = carrier.receives(INVITE);
    assertThat(invite.requestUri()).startsWith("sip:95550100@");
    assertThat(invite.header("Diversion")).contains(";reason=no-answer");
    assertThat(invite.header("From")).contains("sip:alice@example.test");
    carrier.answers(486);
    carrier.receives(ACK);
    alice.receives(486);
    ladder.nothingMore();
  }

  @Test
  void contactsAreTriedInTheOrderOfQ() {
    callBob();
    moves(bob, contact("carol") + ";q=0.3", "<sip:95550100@example.test>;q=0.8");
    carrier.receives(INVITE);
    settle();
    assertThat(carol.isIdle()).isTrue();
    carrier.answers(480);
    carrier.receives(ACK);
    carol.receives(INVITE);
    carol.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    carol.receives(ACK);
    ladder.nothingMore();
  }

  @Test
  void numberThatTheCallerMayNotDialIsNotReachedByDiversion() {
    carol = sipJs("carol");
    carol.registers();
    carrier.invites(sip("carol"));
    carol.receives(INVITE);
    moves(carol, "<sip:95550100@example.test>");
    assertThat(carrier.receives(302).header("Contact")).contains("95550100");
    ladder.nothingMore();
  }

  @Test
  void strangersAddressIsNotFollowed() {
    callBob();
    moves(bob, "<sip:carol@elsewhere.example>");
    assertThat(alice.receives(302).contactUri()).isEqualTo("sip:carol@elsewhere.example");
    ladder.nothingMore();
  }

  @Test
  void circleEnds() {
    callBob();
    moves(bob, contact("carol"));
    carol.receives(INVITE);
    moves(carol, contact("bob"));
    alice.receives(302);
    ladder.nothingMore();
  }

  @Test
  void pbxSendsTheCallToAnotherNumberOfItsOwn() {
    alice = jsSip("alice");
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    moves(carrier, "<sip:95550199@" + carrier.address() + ">");
    assertThat(carrier.receives(INVITE).requestUri()).startsWith("sip:95550199@");
    carrier.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    carrier.receives(ACK);
    ladder.nothingMore();
  }

  @Test
  void cancelReachesTheNewTarget() {
    callBob();
    moves(bob, contact("carol"));
    carol.receives(INVITE);
    carol.answers(180);
    alice.receives(180);
    alice.sends(CANCEL);
    alice.receives(200, CANCEL);
    alice.receives(487, INVITE);
    carol.receives(CANCEL);
    carol.answers(487, INVITE);
    carol.receives(ACK);
    ladder.nothingMore();
  }

  @Test
  void diversionsThatATrunkTellsReachTheUser() {
    carol = sipJs("carol");
    carol.registers();
    String before = "<sip:+15550123@carrier.test>;reason=user-busy";
    String history = "<sip:+15550123@carrier.test>;index=1, <sip:carol@gw>;index=1.1";
    carrier.invites(sip("carol"), it -> it.add("Diversion", before).add("History-Info", history));
    SipText invite = carol.receives(INVITE);
    assertThat(invite.header("Diversion")).isEqualTo(before);
    assertThat(invite.header("History-Info")).isEqualTo(history);
    carol.answers(486);
    carol.receives(ACK);
    carrier.receives(486);
    ladder.nothingMore();
  }

  @Test
  void usersTalesOfDiversionAreNotPassedOn() {
    alice = sipJs("alice");
    alice.invites(
        sip("95550100"), it -> it.add("Diversion", "<sip:+15550123@carrier.test>;reason=away"));
    assertThat(carrier.receives(INVITE).has("Diversion")).isFalse();
    carrier.answers(486);
    carrier.receives(ACK);
    alice.receives(486);
    ladder.nothingMore();
  }
}
