package dev.tandem.gateway.ladder;

import static dev.tandem.gateway.ladder.TransferLadderTest.hears;
import static dev.tandem.gateway.ladder.TransferLadderTest.refers;
import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.NOTIFY;
import static dev.tandem.testkit.Sip.REFER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.call.CallState;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Alice talks to Bob, then to Carol, and joins the two (RFC 5589 §7). */
class AttendedTransferLadderTest extends LadderTest {
  /** A dialog as one of its ends sees it, and a message of it to turn to. */
  private record Seen(String callId, String localTag, String remoteTag, SipText message) {
    /** SIP.js, and every PBX. */
    String referTo(String uri) {
      return "<" + uri + "?Replaces=" + encoded(callId, remoteTag, localTag) + ">";
    }

    /** JsSIP when it was called: it has its tags the other way round. */
    String referToTurned(String uri) {
      return "<" + uri + "?Replaces=" + encoded(callId, localTag, remoteTag) + ">";
    }

    private static String encoded(String callId, String toTag, String fromTag) {
      return URLEncoder.encode(
          callId + ";to-tag=" + toTag + ";from-tag=" + fromTag, StandardCharsets.UTF_8);
    }
  }

  private Phone alice;
  private Phone bob;
  private Phone carol;

  private void phones(String aliceKind, String bobKind, String carolKind) {
    alice = phone(aliceKind, "alice");
    bob = phone(bobKind, "bob");
    carol = phone(carolKind, "carol");
    alice.registers();
    bob.registers();
    carol.registers();
  }

  /** The dialogs of both, the caller's first. */
  private List<Seen> call(Phone caller, Phone callee) {
    caller.invites(callee.aor());
    SipText invite = callee.receives(INVITE);
    SipText answer = callee.answers(200);
    SipText answered = caller.receives(200);
    caller.sends(ACK);
    SipText ack = callee.receives(ACK);
    allTalk();
    return List.of(
        new Seen(answered.callId(), answered.fromTag(), answered.toTag(), answered),
        new Seen(invite.callId(), answer.toTag(), answer.fromTag(), ack));
  }

  private void allTalk() {
    await()
        .until(
            () ->
                gateway.gateway().calls().running().stream()
                    .allMatch(call -> call.state() == CallState.ESTABLISHED));
  }

  private static void holds(Phone holder, Phone held) {
    holder.holds();
    held.receives(INVITE);
    held.answers(200);
    holder.receives(200, INVITE);
    holder.sends(ACK);
    held.receives(ACK);
  }

  /** Carol is asked for an offer, which Bob answers. */
  private void joins(Phone transferee, Phone target) {
    assertThat(target.receives(INVITE).hasBody()).isFalse();
    target.answers(200);
    assertThat(transferee.receives(INVITE).bodyText()).contains(media(target));
    transferee.answers(200);
    assertThat(target.receives(ACK).bodyText()).contains(media(transferee));
    transferee.receives(ACK);
  }

  private static String media(Phone phone) {
    String sdp = phone.sdp();
    return sdp.substring(sdp.indexOf("m=audio"));
  }

  /** NOTIFY 200, and BYE on both legs; the second leg may be hung up before the NOTIFY comes. */
  private void leaves(Phone who) {
    List<SipText> first = who.receivesInAnyOrder(BYE, NOTIFY);
    assertThat(first.get(1).bodyText()).startsWith("SIP/2.0 200 ");
    who.answers(first.get(1), 200);
    who.answers(first.get(0), 200);
    isHungUpInTheEnd(who);
  }

  private void talkTogether(Phone one, Phone other) {
    allTalk();
    one.sends(INFO);
    other.receives(INFO);
    other.answers(200);
    one.receives(200, INFO);
    settle();
    holds(other, one);
    settle();
    one.sends(BYE);
    one.receives(200, BYE);
    other.receives(BYE);
    other.answers(200);
    ladder.nothingMore();
  }

  @ParameterizedTest
  @CsvSource({
    "sipJs, jsSip, sipJs",
    "jsSip, sipJs, jsSip",
    "udp, sipJs, jsSip",
    "sipJs, tcp, udp",
    "jsSip, udp, sipJs"
  })
  void joinsThoseWhoWereCalled(String aliceKind, String bobKind, String carolKind) {
    phones(aliceKind, bobKind, carolKind);
    Seen toBob = call(alice, bob).get(0);
    holds(alice, bob);
    Seen toCarol = call(alice, carol).get(0);
    alice.turnsTo(toBob.message());
    refers(alice, toCarol.referTo(sip("carol")));
    alice.receives(202, REFER);
    hears(alice, 100);
    joins(bob, carol);
    leaves(alice);
    talkTogether(bob, carol);
  }

  @ParameterizedTest
  @CsvSource({"sipJs, false", "jsSip, true"})
  void joinsThoseWhoCalled(String aliceKind, boolean turned) {
    phones(aliceKind, "udp", "sipJs");
    Seen fromBob = call(bob, alice).get(1);
    Seen fromCarol = call(carol, alice).get(1);
    alice.turnsTo(fromBob.message());
    refers(alice, turned ? fromCarol.referToTurned(sip("carol")) : fromCarol.referTo(sip("carol")));
    alice.receives(202, REFER);
    hears(alice, 100);
    joins(bob, carol);
    leaves(alice);
    talkTogether(carol, bob);
  }

  @Test
  void transfereeRefusesTheOffer() {
    phones("sipJs", "udp", "jsSip");
    Seen toBob = call(alice, bob).get(0);
    Seen toCarol = call(alice, carol).get(0);
    alice.turnsTo(toBob.message());
    refers(alice, toCarol.referTo(sip("carol")));
    alice.receives(202, REFER);
    hears(alice, 100);
    carol.receives(INVITE);
    carol.answers(200);
    bob.receives(INVITE);
    bob.answers(488);
    bob.receives(ACK);
    // Carol's offer has to have an answer: it says again what Alice said last.
    assertThat(carol.receives(ACK).bodyText()).contains("m=audio");
    hears(alice, 488);
    settle();
    holds(bob, alice);
    settle();
    bob.sends(BYE);
    bob.receives(200, BYE);
    alice.receives(BYE);
    alice.answers(200);
    carol.sends(BYE);
    carol.receives(200, BYE);
    alice.receives(BYE);
    alice.answers(200);
    ladder.nothingMore();
  }

  @Test
  void targetRefusesToOffer() {
    phones("sipJs", "udp", "jsSip");
    Seen toBob = call(alice, bob).get(0);
    Seen toCarol = call(alice, carol).get(0);
    alice.turnsTo(toBob.message());
    refers(alice, toCarol.referTo(sip("carol")));
    alice.receives(202, REFER);
    hears(alice, 100);
    carol.receives(INVITE);
    carol.answers(488);
    carol.receives(ACK);
    hears(alice, 488);
    settle();
    holds(alice, bob);
    settle();
    alice.turnsTo(toCarol.message());
    holds(alice, carol);
    ladder.nothingMore();
  }

  @Test
  void dialogsThatAreNotAlicesAreNotHersToReplace() {
    phones("sipJs", "jsSip", "udp");
    Seen toBob = call(alice, bob).get(0);
    Seen bobs = call(bob, carol).get(0);
    alice.turnsTo(toBob.message());
    for (String referTo :
        List.of(
            bobs.referTo(sip("carol")),
            "<sip:carol@example.test?Replaces=none%3Bto-tag%3Da%3Bfrom-tag%3Db>",
            toBob.referTo(sip("bob")))) {
      refers(alice, referTo);
      alice.receives(202, REFER);
      hears(alice, 100);
      hears(alice, 481);
    }
    settle();
    holds(alice, bob);
    ladder.nothingMore();
  }

  @Test
  void callThatRingsIsNotReplaced() {
    phones("udp", "jsSip", "sipJs");
    Seen toBob = call(alice, bob).get(0);
    SipText invite = alice.invites(sip("carol"));
    carol.receives(INVITE);
    carol.answers(180);
    SipText ringing = alice.receives(180);
    Seen toCarol = new Seen(invite.callId(), ringing.fromTag(), ringing.toTag(), ringing);
    alice.turnsTo(toBob.message());
    refers(alice, toCarol.referTo(sip("carol")));
    alice.receives(202, REFER);
    hears(alice, 100);
    hears(alice, 481);
  }

  @Test
  void transferorHangsUpMeanwhile() {
    phones("sipJs", "udp", "jsSip");
    Seen toBob = call(alice, bob).get(0);
    Seen toCarol = call(alice, carol).get(0);
    alice.turnsTo(toBob.message());
    refers(alice, toCarol.referTo(sip("carol")));
    alice.receives(202, REFER);
    hears(alice, 100);
    carol.receives(INVITE);
    alice.sends(BYE);
    alice.receives(200, BYE);
    alice.turnsTo(toCarol.message());
    alice.sends(BYE);
    alice.receives(200, BYE);
    settle();
    carol.answers(200);
    bob.receives(INVITE);
    bob.answers(200);
    bob.receives(ACK);
    carol.receives(ACK);
    talkTogether(bob, carol);
  }

  @Test
  void transfereeHangsUpMeanwhile() {
    phones("sipJs", "udp", "jsSip");
    Seen toBob = call(alice, bob).get(0);
    Seen toCarol = call(alice, carol).get(0);
    alice.turnsTo(toBob.message());
    refers(alice, toCarol.referTo(sip("carol")));
    alice.receives(202, REFER);
    hears(alice, 100);
    carol.receives(INVITE);
    settle();
    bob.sends(BYE);
    bob.receives(200, BYE);
    List<SipText> end = alice.receivesInAnyOrder(NOTIFY, BYE);
    alice.answers(end.get(0), 200);
    alice.answers(end.get(1), 200);
    carol.answers(200, INVITE);
    assertThat(carol.receives(ACK).bodyText()).contains("m=audio");
    settle();
    // Alice has Carol again.
    alice.turnsTo(toCarol.message());
    holds(alice, carol);
    ladder.nothingMore();
  }

  /** From the REFER until Bob has Carol's offer. */
  private void transfereeIsAsked() {
    Seen toBob = call(alice, bob).get(0);
    Seen toCarol = call(alice, carol).get(0);
    alice.turnsTo(toBob.message());
    refers(alice, toCarol.referTo(sip("carol")));
    alice.receives(202, REFER);
    hears(alice, 100);
    carol.receives(INVITE);
    carol.answers(200);
    bob.receives(INVITE);
  }

  @Test
  void targetHangsUpWhileItIsJoined() {
    phones("sipJs", "udp", "jsSip");
    transfereeIsAsked();
    carol.sends(BYE);
    settle();
    bob.answers(200);
    // It was reached, if for a moment only; nobody is left to talk to.
    List<SipText> end = bob.receivesInAnyOrder(ACK, BYE);
    bob.answers(end.get(1), 200);
    allIsOver();
  }

  @Test
  void transfereeHangsUpWhileItIsJoined() {
    phones("sipJs", "udp", "jsSip");
    transfereeIsAsked();
    bob.sends(BYE);
    bob.receives(200, BYE);
    settle();
    bob.answers(487, INVITE);
    bob.receives(ACK);
    assertThat(carol.receives(ACK).bodyText()).contains("m=audio");
    settle();
    carol.sends(BYE); // Alice has her again
    carol.receives(200, BYE);
    allIsOver();
  }

  private void allIsOver() {
    await().until(() -> gateway.gateway().calls().running().isEmpty());
  }
}
