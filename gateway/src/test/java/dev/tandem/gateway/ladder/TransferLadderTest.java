package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.NOTIFY;
import static dev.tandem.testkit.Sip.REFER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.call.CallState;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Alice talks to Bob and transfers him to Carol, whom she does not talk to (RFC 5589 §6). */
class TransferLadderTest extends LadderTest {
  private Phone alice;
  private Phone bob;
  private Phone carol;

  private void talk(String aliceKind, String bobKind, String carolKind) {
    alice = phone(aliceKind, "alice");
    bob = phone(bobKind, "bob");
    carol = phone(carolKind, "carol");
    bob.registers();
    carol.registers();
    call(alice, bob);
  }

  private void call(Phone caller, Phone callee) {
    caller.invites(callee.aor());
    callee.receives(INVITE);
    callee.answers(200);
    caller.receives(200);
    caller.sends(ACK);
    callee.receives(ACK);
    allTalk();
  }

  private void allTalk() {
    await()
        .until(
            () ->
                gateway.gateway().calls().running().stream()
                    .allMatch(call -> call.state() == CallState.ESTABLISHED));
  }

  static SipText refers(Phone who, String referTo) {
    return who.sends(
        REFER,
        refer ->
            refer
                .add("Contact", "<" + who.contactUri() + ">")
                .add("Refer-To", referTo)
                .add("Referred-By", "<" + who.aor() + ">"));
  }

  /** The next message is a NOTIFY with that line; it is answered. */
  static SipText hears(Phone who, int status) {
    SipText notify = who.receives(NOTIFY);
    assertThat(notify.header("Event")).startsWith("refer;id=");
    assertThat(notify.header("Content-Type")).startsWith("message/sipfrag");
    assertThat(notify.bodyText()).startsWith("SIP/2.0 " + status + " ");
    assertThat(notify.header("Contact")).contains("sip:");
    assertThat(notify.header("Subscription-State"))
        .startsWith(status < 200 ? "active;expires=" : "terminated");
    who.answers(200, NOTIFY);
    return notify;
  }

  private static void isHungUp(Phone who) {
    who.receives(BYE);
    who.answers(200, BYE);
  }

  private static void hangsUp(Phone who, Phone other) {
    who.sends(BYE);
    who.receives(200, BYE);
    isHungUp(other);
  }

  /** Bob's call changes over to her. */
  private void carolAnswersAndTalksToBob() {
    carol.answers(200, INVITE);
    bob.receives(INVITE);
    bob.answers(200);
    bob.receives(ACK);
    carol.receives(ACK);
  }

  /** From Alice's REFER until Carol rings. */
  private SipText carolRings(Phone transferor, Phone target) {
    refers(transferor, "<" + target.aor() + ">");
    transferor.receives(202, REFER);
    hears(transferor, 100);
    SipText invite = target.receives(INVITE);
    assertThat(invite.hasBody()).isFalse();
    target.answers(180);
    hears(transferor, 180);
    return invite;
  }

  /** From Carol's answer until she and Bob talk, and Alice is out. */
  private void carolAnswers(Phone transferor, Phone transferee, Phone target) {
    target.answers(200, INVITE);
    assertThat(transferee.receives(INVITE).bodyText()).contains(media(target));
    transferee.answers(200);
    transferee.receives(ACK);
    assertThat(target.receives(ACK).bodyText()).contains(media(transferee));
    hears(transferor, 200);
    isHungUpInTheEnd(transferor);
    allTalk();
  }

  /** What is only in this phone's SDP, whoever passes it on. */
  private static String media(Phone phone) {
    String sdp = phone.sdp();
    return sdp.substring(sdp.indexOf("m=audio"));
  }

  private void holdAndResume(Phone holder, Phone held) {
    holder.holds();
    assertThat(held.receives(INVITE).bodyText()).contains("a=sendonly");
    held.answers(200);
    holder.receives(200, INVITE);
    holder.sends(ACK);
    held.receives(ACK);
    settle();
    holder.resumes();
    held.receives(INVITE);
    held.answers(200);
    holder.receives(200, INVITE);
    holder.sends(ACK);
    held.receives(ACK);
    settle();
  }

  @ParameterizedTest
  @CsvSource({
    "sipJs, jsSip, sipJs",
    "jsSip, sipJs, jsSip",
    "udp, sipJs, tcp",
    "sipJs, tcp, udp",
    "jsSip, jsSip, udp"
  })
  void blindTransferOfTheCallee(String aliceKind, String bobKind, String carolKind) {
    talk(aliceKind, bobKind, carolKind);
    SipText invite = carolRings(alice, carol);
    assertThat(invite.header("From")).contains("sip:bob@example.test");
    assertThat(invite.header("Referred-By")).isEqualTo("<sip:alice@example.test>");
    carolAnswers(alice, bob, carol);
    holdAndResume(bob, carol);
    holdAndResume(carol, bob);
    bob.sends(INFO);
    carol.receives(INFO);
    carol.answers(200);
    bob.receives(200, INFO);
    hangsUp(carol, bob);
    ladder.nothingMore();
  }

  @ParameterizedTest
  @CsvSource({"sipJs, jsSip, sipJs", "udp, tcp, jsSip"})
  void blindTransferOfTheCaller(String aliceKind, String bobKind, String carolKind) {
    talk(aliceKind, bobKind, carolKind);
    assertThat(carolRings(bob, carol).header("From")).contains("sip:alice@example.test");
    carolAnswers(bob, alice, carol);
    holdAndResume(carol, alice);
    hangsUp(alice, carol);
    ladder.nothingMore();
  }

  @Test
  void toANumberByATrunk() {
    talk("sipJs", "jsSip", "sipJs");
    refers(alice, "<sip:9100@example.test>");
    alice.receives(202, REFER);
    hears(alice, 100);
    carrier.receives(INVITE);
    carolAnswers(alice, bob, carrier);
    hangsUp(bob, carrier);
    ladder.nothingMore();
  }

  @ParameterizedTest
  @CsvSource({"sipJs, 486", "jsSip, 603", "udp, 480", "tcp, 488"})
  void refusalLeavesTheCallAsItWas(String aliceKind, int status) {
    talk(aliceKind, "jsSip", "sipJs");
    carolRings(alice, carol);
    carol.answers(status);
    carol.receives(ACK);
    hears(alice, status);
    settle();
    holdAndResume(alice, bob);
    holdAndResume(bob, alice);
    hangsUp(alice, bob);
    ladder.nothingMore();
  }

  @Test
  void aSecondAttemptMayFollowARefusal() {
    talk("jsSip", "sipJs", "sipJs");
    carolRings(alice, carol);
    carol.answers(486);
    carol.receives(ACK);
    hears(alice, 486);
    settle();
    carolRings(alice, carol);
    carolAnswers(alice, bob, carol);
    hangsUp(bob, carol);
    ladder.nothingMore();
  }

  @Test
  void nobodyAnswers() {
    talk("sipJs", "jsSip", "udp");
    carolRings(alice, carol);
    passes(Duration.ofSeconds(60));
    carol.receives(CANCEL);
    carol.answers(487, INVITE);
    carol.receives(ACK);
    hears(alice, 480);
    hangsUp(bob, alice);
    ladder.nothingMore();
  }

  @Test
  void targetIsOfflineOrUnknown() {
    alice = sipJs("alice");
    bob = jsSip("bob");
    bob.registers();
    call(alice, bob);
    refers(alice, "sip:carol@example.test");
    alice.receives(202, REFER);
    hears(alice, 100);
    hears(alice, 480);
    refers(alice, "sip:nobody@example.test");
    alice.receives(202, REFER);
    hears(alice, 100);
    hears(alice, 404);
    refers(alice, "sip:bob@elsewhere.test");
    alice.receives(202, REFER);
    hears(alice, 100);
    hears(alice, 404);
    hangsUp(alice, bob);
    ladder.nothingMore();
  }

  @Test
  void trunkMayNotTransferToATrunk() {
    alice = sipJs("alice");
    alice.registers();
    carrier.invites(sip("alice"));
    alice.receives(INVITE);
    alice.answers(200);
    carrier.receives(200);
    carrier.sends(ACK);
    alice.receives(ACK);
    allTalk();
    refers(carrier, "<sip:9200@example.test>");
    carrier.receives(202, REFER);
    hears(carrier, 100);
    hears(carrier, 403);
    hangsUp(alice, carrier);
    ladder.nothingMore();
  }

  @Test
  void transferorHangsUpWhileTheTargetRings() {
    talk("sipJs", "jsSip", "udp");
    carolRings(alice, carol);
    alice.sends(BYE);
    alice.receives(200, BYE);
    settle();
    carolAnswersAndTalksToBob();
    hangsUp(bob, carol);
    ladder.nothingMore();
  }

  @Test
  void transferorHangsUpAndTheTargetRefuses() {
    talk("jsSip", "sipJs", "udp");
    carolRings(alice, carol);
    alice.sends(BYE);
    alice.receives(200, BYE);
    settle();
    carol.answers(486);
    carol.receives(ACK);
    assertThat(bob.receives(BYE).header("Reason")).contains("486");
    bob.answers(200);
    ladder.nothingMore();
  }

  @Test
  void transfereeHangsUpWhileTheTargetRings() {
    talk("sipJs", "jsSip", "udp");
    carolRings(alice, carol);
    settle();
    bob.sends(BYE);
    bob.receives(200, BYE);
    carol.receives(CANCEL);
    carol.answers(487, INVITE);
    carol.receives(ACK);
    alice.receivesInAnyOrder(NOTIFY, BYE);
    alice.answers(200, NOTIFY);
    alice.answers(200, BYE);
    ladder.nothingMore();
  }

  @Test
  void targetHangsUpBeforeTheyAreJoined() {
    talk("sipJs", "jsSip", "udp");
    carolRings(alice, carol);
    carol.answers(200, INVITE);
    bob.receives(INVITE);
    settle();
    carol.sends(BYE); // before she has an ACK, but she must not wait for ever
    carol.receives(200, BYE);
    settle();
    bob.answers(200, INVITE);
    bob.receives(ACK);
    hears(alice, 200);
    isHungUp(bob);
    isHungUpInTheEnd(alice);
    ladder.nothingMore();
  }

  @Test
  void transfereeDoesNotTakeTheTargetsOffer() {
    talk("jsSip", "sipJs", "udp");
    carolRings(alice, carol);
    carol.answers(200, INVITE);
    bob.receives(INVITE);
    bob.answers(488);
    bob.receives(ACK);
    carol.receives(ACK);
    isHungUp(carol);
    hears(alice, 488);
    settle();
    holdAndResume(alice, bob);
    hangsUp(bob, alice);
    ladder.nothingMore();
  }

  @Test
  void twoTransfersInARow() {
    talk("sipJs", "jsSip", "udp");
    carolRings(alice, carol);
    carolAnswers(alice, bob, carol);
    // Now Carol transfers Bob on.
    alice.registers();
    SipText invite = carolRings(carol, alice);
    assertThat(invite.header("From")).contains("sip:bob@example.test");
    assertThat(invite.header("Referred-By")).isEqualTo("<sip:carol@example.test>");
    carolAnswers(carol, bob, alice);
    holdAndResume(bob, alice);
    holdAndResume(alice, bob);
    hangsUp(bob, alice);
    ladder.nothingMore();
  }

  @Test
  void transferWhileTheOtherIsHeld() {
    talk("jsSip", "sipJs", "udp");
    alice.holds();
    bob.receives(INVITE);
    bob.answers(200);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    bob.receives(ACK);
    settle();
    carolRings(alice, carol);
    carolAnswers(alice, bob, carol);
    hangsUp(bob, carol);
    ladder.nothingMore();
  }

  @Test
  void reInviteThatIsOpenIsFinishedFirst() {
    talk("sipJs", "udp", "jsSip");
    carolRings(alice, carol);
    bob.holds();
    alice.receives(INVITE);
    carol.answers(200, INVITE);
    settle();
    alice.answers(200, INVITE);
    bob.receives(200, INVITE);
    bob.sends(ACK);
    alice.receives(ACK);
    bob.receives(INVITE);
    bob.answers(200);
    bob.receives(ACK);
    carol.receives(ACK);
    hears(alice, 200);
    isHungUpInTheEnd(alice);
    hangsUp(bob, carol);
    ladder.nothingMore();
  }

  @Test
  void glareWithTheTransfereesOwnReInvite() {
    talk("sipJs", "udp", "jsSip");
    carolRings(alice, carol);
    carol.answers(200, INVITE);
    bob.receives(INVITE);
    bob.holds();
    bob.receives(491, INVITE);
    bob.answers(491, INVITE);
    bob.receives(ACK);
    passesUntilReceived(bob, Duration.ofSeconds(5));
    bob.receives(INVITE);
    bob.answers(200);
    bob.receives(ACK);
    carol.receives(ACK);
    hears(alice, 200);
    isHungUpInTheEnd(alice);
    hangsUp(carol, bob);
    ladder.nothingMore();
  }

  @Test
  void oneTransferAtATime() {
    talk("sipJs", "jsSip", "udp");
    carolRings(alice, carol);
    refers(alice, "<sip:9100@example.test>");
    alice.receives(491, REFER);
    refers(bob, "<sip:9100@example.test>");
    bob.receives(491, REFER);
    carolAnswers(alice, bob, carol);
    hangsUp(bob, carol);
    ladder.nothingMore();
  }

  @Test
  void malformedReferIsRefused() {
    talk("udp", "jsSip", "sipJs");
    alice.sends(REFER);
    alice.receives(400, REFER);
    refers(alice, "<mailto:carol@example.test>");
    alice.receives(400, REFER);
    refers(alice, "<sip:carol@example.test;method=BYE>");
    alice.receives(400, REFER);
    refers(alice, "<sip:carol@example.test?Replaces=nonsense>");
    alice.receives(400, REFER);
    alice.asks(REFER, sip("carol"), refer -> refer.add("Refer-To", "<sip:bob@example.test>"));
    alice.receives(405, REFER);
    hangsUp(alice, bob);
    ladder.nothingMore();
  }

  @Test
  void withoutSubscriptionNothingIsTold() {
    talk("udp", "jsSip", "sipJs");
    alice.sends(
        REFER,
        refer ->
            refer
                .add("Refer-To", "<sip:carol@example.test>")
                .add("Refer-Sub", "false")
                .add("Supported", "norefersub"));
    assertThat(alice.receives(202, REFER).header("Refer-Sub")).isEqualTo("false");
    carol.receives(INVITE);
    carolAnswersAndTalksToBob();
    isHungUpInTheEnd(alice);
    hangsUp(bob, carol);
    ladder.nothingMore();
  }

  @Test
  void transferorWhoHangsUpByItselfIsNotHungUp() {
    talk("jsSip", "sipJs", "udp");
    carolRings(alice, carol);
    carolAnswersAndTalksToBob();
    SipText notify = alice.receives(NOTIFY);
    alice.sends(BYE); // as apps do when they read the 200
    alice.receives(200, BYE);
    alice.answers(notify, 200);
    passes(Duration.ofSeconds(2));
    hangsUp(carol, bob);
    ladder.nothingMore();
  }

  /** Asterisk's dial plan goes on when the channel is hung up, and would not know how it went. */
  @Test
  void transferorHasTimeToHangUpByItself() {
    talk("udp", "sipJs", "jsSip");
    carolRings(alice, carol);
    carolAnswersAndTalksToBob();
    hears(alice, 200);
    passes(Duration.ofMillis(900));
    assertThat(alice.isIdle()).isTrue();
    alice.sends(BYE);
    alice.receives(200, BYE);
    passes(Duration.ofSeconds(2));
    assertThat(alice.isIdle()).isTrue();
    hangsUp(carol, bob);
    ladder.nothingMore();
  }

  @Test
  void whoHasEndedTheSubscriptionHearsNoMore() {
    talk("udp", "jsSip", "sipJs");
    refers(alice, "<sip:carol@example.test>");
    alice.receives(202, REFER);
    alice.receives(NOTIFY);
    alice.answers(481, NOTIFY);
    carol.receives(INVITE);
    carol.answers(180);
    settle();
    carolAnswersAndTalksToBob();
    isHungUpInTheEnd(alice);
    hangsUp(carol, bob);
    ladder.nothingMore();
  }

  @Test
  void connectionsLostWhileTheTargetRings() {
    talk("sipJs", "jsSip", "udp");
    carolRings(alice, carol);
    settle();
    bob.losesConnection();
    passesUntilReceived(carol, Duration.ofMinutes(2));
    carol.receives(CANCEL);
    carol.answers(487, INVITE);
    carol.receives(ACK);
    // Carol's time may be up before Bob's.
    alice.receives(NOTIFY);
    alice.answers(200, NOTIFY);
    passesUntilReceived(alice, Duration.ofMinutes(2));
    isHungUp(alice);
    ladder.nothingMore();
  }
}
