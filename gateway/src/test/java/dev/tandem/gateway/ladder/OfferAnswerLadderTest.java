package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.PRACK;
import static dev.tandem.testkit.Sip.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Habit;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Offers and answers across the two legs (RFC 3264, RFC 3311, RFC 6337). */
class OfferAnswerLadderTest extends LadderTest {
  /** Lines of no RFC that we know, in an order of their own, with and without carriage return. */
  private static final String STRANGE =
      "v=0\r\n"
          + "o=pbx 1 1 IN IP4 127.0.0.1\r\n"
          + "s= \t\u00fcber\r\n"
          + "y=0000000042\r\n"
          + "c=IN IP4 127.0.0.1\r\n"
          + "t=0 0\r\n"
          + "f=\n"
          + "m=audio 20100 RTP/AVP 8 121\r\n"
          + "a=x-unknown:;;=?\r\n"
          + "a=x-unknown:;;=?\r\n"
          + "a=rtpmap:121 x-codec/1\r\n"
          + "k=prompt";

  private Phone alice;
  private Phone bob;

  private void talk(String callerKind, String calleeKind) {
    alice = phone(callerKind, "alice");
    bob = phone(calleeKind, "bob");
    bob.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    bob.receives(ACK);
  }

  private void hangUp() {
    alice.sends(BYE);
    alice.receives(200, BYE);
    bob.receives(BYE);
    bob.answers(200, BYE);
    ladder.nothingMore();
  }

  @ParameterizedTest
  @CsvSource({"sipJs, udp", "udp, jsSip", "tcp, sipJs"})
  void linesThatNobodyUnderstandsStayAsTheyAre(String callerKind, String calleeKind) {
    alice = phone(callerKind, "alice");
    bob = phone(calleeKind, "bob");
    bob.registers();
    alice.describes(STRANGE).invites(sip("bob"));
    assertThat(bob.receives(INVITE).bodyText()).isEqualTo(STRANGE);
    String answer = STRANGE.toUpperCase(Locale.ROOT);
    bob.describes(answer).answers(200);
    assertThat(alice.receives(200).bodyText()).isEqualTo(answer);
    alice.sends(ACK);
    bob.receives(ACK);
    hangUp();
  }

  @Test
  void refusedOfferLeavesTheSessionAsItWasForTheNextOnes() {
    talk("udp", "udp");
    String agreed = alice.sdp();
    String answer = bob.sdp();
    alice.holds();
    bob.receives(INVITE);
    bob.answers(488);
    bob.receives(ACK);
    alice.receives(488, INVITE);
    // A refresh with what was agreed before is nothing new; the refused offer would be.
    alice.describes(agreed).sends(INVITE);
    assertThat(alice.receives(200, INVITE).bodyText()).isEqualTo(answer);
    alice.sends(ACK);
    settle();
    assertThat(bob.isIdle()).isTrue();
    bob.holds(); // and the other side's offers go on from there
    alice.receives(INVITE);
    alice.answers(200);
    bob.receives(200, INVITE);
    bob.sends(ACK);
    alice.receives(ACK);
    hangUp();
  }

  @ParameterizedTest
  @CsvSource({"udp, sipJs", "udp, jsSip", "tcp, udp"})
  void callWithoutOfferGetsTheCalleesAndItsAnswerInTheAck(String callerKind, String calleeKind) {
    alice = phone(callerKind, "alice").with(Habit.LATE_OFFER);
    bob = phone(calleeKind, "bob");
    bob.registers();
    alice.invites(sip("bob"));
    assertThat(bob.receives(INVITE).hasBody()).isFalse();
    bob.answers(200);
    assertThat(alice.receives(200).bodyText()).isEqualTo(bob.sdp());
    String answer = Sdp.rtp();
    alice.describes(answer).sends(ACK);
    assertThat(bob.receives(ACK).bodyText()).isEqualTo(answer);
    hangUp();
  }

  @ParameterizedTest
  @CsvSource({"udp, sipJs", "sipJs, udp", "udp, jsSip"})
  void reInviteWithoutOfferAsksTheOtherSideForOne(String askedKind, String askingKind) {
    talk(askedKind, askingKind);
    bob.sends(INVITE, invite -> invite.noBody());
    assertThat(alice.receives(INVITE).hasBody()).isFalse();
    alice.answers(200);
    assertThat(bob.receives(200, INVITE).bodyText()).isEqualTo(alice.sdp());
    settle();
    alice.holds(); // before the answer to that offer
    alice.receives(491, INVITE);
    String answer = Sdp.rtp();
    bob.describes(answer).sends(ACK);
    assertThat(alice.receives(ACK).bodyText()).isEqualTo(answer);
    hangUp();
  }

  /** RFC 3311 §5.2. JsSIP says that it takes UPDATE where it calls. */
  @ParameterizedTest
  @ValueSource(strings = {"jsSip", "udp"})
  void updateThatMeetsAReInviteIsRefusedWith491(String callerKind) {
    talk(callerKind, "udp");
    alice.holds();
    bob.receives(INVITE);
    bob.updates(Sdp.rtp());
    bob.receives(491, UPDATE);
    bob.answers(200, INVITE);
    bob.receives(ACK);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    hangUp();
  }

  @Test
  void reInviteThatMeetsAnUpdateIsRefusedWith491() {
    talk("udp", "udp");
    alice.updates(Sdp.rtp());
    bob.receives(UPDATE);
    bob.holds();
    bob.receives(491, INVITE);
    bob.answers(200, UPDATE);
    alice.receives(200, UPDATE);
    hangUp();
  }

  @Test
  void updatesThatMeetAre491AndASecondOfOneSideIs500() {
    talk("udp", "udp");
    alice.updates(Sdp.rtp());
    bob.receives(UPDATE);
    bob.updates(Sdp.rtp());
    bob.receives(491, UPDATE);
    alice.updates(Sdp.rtp());
    assertThat(alice.receives(500, UPDATE).has("Retry-After")).isTrue();
    bob.answers(200, UPDATE);
    alice.receives(200, UPDATE);
    hangUp();
  }

  /** A PBX whose dialplan plays an announcement before it resumes a call. */
  @Test
  void reliableResponseToAReInviteIsAcknowledgedToo() {
    talk("sipJs", "udp");
    alice.holds();
    SipText invite = bob.receives(INVITE);
    bob.answers(183, progress -> progress.noBody().add("Require", "100rel").add("RSeq", "900"));
    SipText prack = bob.receives(PRACK);
    assertThat(prack.header("RAck")).isEqualTo("900 " + invite.header("CSeq"));
    bob.answers(200, PRACK);
    bob.answers(200, INVITE);
    assertThat(bob.receives(ACK).cseqNumber()).isEqualTo(invite.cseqNumber());
    alice.receives(200, INVITE);
    alice.sends(ACK);
    hangUp();
  }
}
