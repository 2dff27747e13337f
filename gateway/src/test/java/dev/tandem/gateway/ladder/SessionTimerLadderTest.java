package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.OPTIONS;
import static dev.tandem.testkit.Sip.TIMER_F;
import static dev.tandem.testkit.Sip.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Habit;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Session timers (RFC 4028), each leg by itself. */
class SessionTimerLadderTest extends LadderTest {
  private static final String EXPIRED = "SIP;cause=408;text=\"Session Expired\"";

  private static final Duration PROBE = Duration.ofMinutes(15);

  private Phone alice;
  private Phone bob;

  private SipText aliceCallsBob(String callerKind, String calleeKind) {
    alice = phone(callerKind, "alice");
    bob = phone(calleeKind, "bob");
    bob.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    SipText answer = alice.receives(200);
    alice.sends(ACK);
    bob.receives(ACK);
    return answer;
  }

  /** The carrier answers with these headers. */
  private void aliceCallsCarrier(String callerKind, Consumer<SipText> answer) {
    alice = phone(callerKind, "alice");
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    carrier.answers(200, answer);
    alice.receives(200);
    alice.sends(ACK);
    carrier.receives(ACK);
    bob = carrier;
  }

  private static Consumer<SipText> sessionExpires(String value) {
    return message -> message.add("Session-Expires", value);
  }

  private void hangUp() {
    alice.sends(BYE);
    alice.receives(200, BYE);
    bob.receives(BYE);
    bob.answers(200, BYE);
    ladder.nothingMore();
  }

  private void bothAreHungUp(String reason) {
    assertThat(alice.receives(BYE).header("Reason")).isEqualTo(reason);
    alice.answers(200, BYE);
    assertThat(bob.receives(BYE).header("Reason")).isEqualTo(reason);
    bob.answers(200, BYE);
    ladder.nothingMore();
  }

  // The peer refreshes.

  @Test
  void jsSipRefreshesByUpdateAndTheOtherHearsNothing() {
    SipText answer = aliceCallsBob("jsSip", "sipJs");
    assertThat(answer.header("Session-Expires")).isEqualTo("90;refresher=uac");
    assertThat(answer.header("Require")).isEqualTo("timer");
    for (int i = 0; i < 5; i++) {
      passes(Duration.ofSeconds(45));
      alice.sends(
          UPDATE, update -> update.addAfter("Contact", "Session-Expires", "90;refresher=uac"));
      SipText ok = alice.receives(200, UPDATE);
      assertThat(ok.header("Session-Expires")).isEqualTo("90;refresher=uac");
      assertThat(ok.hasBody()).isFalse();
    }
    hangUp();
  }

  @Test
  void jsSipThatRefreshesNoMoreIsFoundDead() {
    aliceCallsBob("jsSip", "sipJs");
    passes(Duration.ofSeconds(59));
    assertThat(alice.isIdle()).isTrue();
    passes(Duration.ofSeconds(1)); // a third of the interval before its end (§10)
    bothAreHungUp(EXPIRED);
  }

  @Test
  void jsSipThatIsAwayIsNotExpectedToRefresh() {
    alice = jsSip("alice");
    alice.registers();
    bob = sipJs("bob");
    bob.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    bob.receives(ACK);
    passes(Duration.ofSeconds(45));
    alice.losesConnection();
    isDetached(1);
    passes(Duration.ofSeconds(50));
    alice.connects();
    alice.registers();
    isDetached(0);
    passes(Duration.ofSeconds(2));
    assertThat(alice.receives(UPDATE).header("Session-Expires")).isEqualTo("90;refresher=uas");
    alice.answers(200, response -> response.add("Session-Expires", "90;refresher=uas"));
    passes(Duration.ofSeconds(59));
    assertThat(alice.isIdle()).isTrue();
    passes(Duration.ofSeconds(1)); // the interval began anew
    bothAreHungUp(EXPIRED);
  }

  @Test
  void jsSipThatWasCalledRefreshesAtOurInterval() {
    alice = sipJs("alice");
    bob = jsSip("bob");
    bob.registers();
    alice.invites(sip("bob"));
    SipText invite = bob.receives(INVITE);
    assertThat(invite.header("Session-Expires")).isEqualTo("1800");
    assertThat(invite.header("Supported")).contains("timer");
    bob.answers(200);
    assertThat(alice.receives(200).has("Session-Expires")).isFalse(); // SIP.js has no timers
    alice.sends(ACK);
    bob.receives(ACK);
    passes(Duration.ofSeconds(900));
    bob.sends(
        UPDATE, update -> update.addAfter("Contact", "Session-Expires", "1800;refresher=uac"));
    assertThat(bob.receives(200, UPDATE).header("Session-Expires")).isEqualTo("1800;refresher=uac");
    passes(Duration.ofSeconds(1768)); // 32 s before its end
    bothAreHungUp(EXPIRED);
  }

  @Test
  void refreshOfAPbxByReInviteIsAnsweredWithOurLastDescription() {
    aliceCallsCarrier("udp", sessionExpires("1800;refresher=uas"));
    for (int i = 0; i < 3; i++) {
      passes(Duration.ofSeconds(900));
      alice.receives(UPDATE); // her leg has a timer of its own
      alice.answers(200);
      carrier.describes(carrier.sdp()).sends(INVITE, sessionExpires("1800;refresher=uac"));
      SipText ok = carrier.receives(200, INVITE);
      assertThat(ok.bodyText()).isEqualTo(alice.sdp());
      assertThat(ok.header("Session-Expires")).isEqualTo("1800;refresher=uac");
      carrier.sends(ACK);
      settle();
    }
    assertThat(alice.isIdle()).isTrue();
    carrier.holds(); // this is news
    alice.receives(INVITE);
    alice.answers(200);
    carrier.receives(200, INVITE);
    carrier.sends(ACK);
    alice.receives(ACK);
    hangUp();
  }

  @Test
  void refreshByUpdateWithTheSameDescriptionIsAnsweredToo() {
    aliceCallsCarrier("udp", sessionExpires("1800;refresher=uas"));
    carrier.updates(carrier.sdp());
    assertThat(carrier.receives(200, UPDATE).bodyText()).isEqualTo(alice.sdp());
    hangUp();
  }

  @Test
  void browserWhoseOfferLeftTheDtlsRoleOpenIsAsked() {
    aliceCallsCarrier("sipJs", sessionExpires("1800;refresher=uas"));
    carrier.describes(carrier.sdp()).sends(INVITE);
    alice.receives(INVITE);
    alice.answers(200);
    carrier.receives(200, INVITE);
    carrier.sends(ACK);
    alice.receives(ACK);
    hangUp();
  }

  @Test
  void refreshThatIsNotAcknowledgedEndsTheCall() {
    aliceCallsCarrier("udp", answer -> {});
    carrier.describes(carrier.sdp()).sends(INVITE);
    carrier.receives(200, INVITE);
    passes(TIMER_F);
    alice.receives(BYE);
    alice.answers(200, BYE);
    for (int i = 0; i < 10; i++) {
      carrier.receives(200, INVITE);
    }
    carrier.receives(BYE);
    carrier.answers(200, BYE);
    ladder.nothingMore();
  }

  // We refresh.

  @Test
  void weRefreshByUpdate() {
    aliceCallsCarrier("sipJs", sessionExpires("600;refresher=uac"));
    for (int i = 0; i < 3; i++) {
      passes(Duration.ofSeconds(300));
      SipText update = carrier.receives(UPDATE);
      assertThat(update.header("Session-Expires")).isEqualTo("600;refresher=uac");
      assertThat(update.hasBody()).isFalse();
      carrier.answers(200, sessionExpires("600;refresher=uac"));
    }
    assertThat(alice.isIdle()).isTrue();
    hangUp();
  }

  @Test
  void weRefreshByReInviteWithTheSameDescriptionWhereUpdateIsUnknown() {
    aliceCallsCarrier("sipJs", pbxWithoutUpdate("600;refresher=uac"));
    for (int i = 0; i < 3; i++) {
      passes(Duration.ofSeconds(300));
      SipText invite = carrier.receives(INVITE);
      assertThat(invite.header("Session-Expires")).isEqualTo("600;refresher=uac");
      assertThat(invite.bodyText()).isEqualTo(alice.sdp());
      carrier.describes(carrier.sdp()).answers(200, pbxWithoutUpdate("600;refresher=uac"));
      carrier.receives(ACK);
    }
    assertThat(alice.isIdle()).isTrue();
    hangUp();
  }

  @Test
  void callerWhoKnowsTimersAndAsksForNothingIsRefreshed() {
    bob = sipJs("bob");
    bob.registers();
    carrier.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    SipText ok = carrier.receives(200);
    assertThat(ok.header("Session-Expires")).isEqualTo("1800;refresher=uas");
    assertThat(ok.header("Require")).isEqualTo("timer");
    carrier.sends(ACK);
    bob.receives(ACK);
    passes(Duration.ofSeconds(900));
    carrier.receives(UPDATE);
    carrier.answers(200);
    alice = carrier;
    hangUp();
  }

  @Test
  void peerThatDoesNotAnswerARefreshIsFoundDead() {
    aliceCallsCarrier("sipJs", sessionExpires("600;refresher=uac"));
    passes(Duration.ofSeconds(300));
    carrier.receives(UPDATE);
    passes(TIMER_F);
    assertThat(alice.receives(BYE).header("Reason")).contains("cause=408");
    alice.answers(200, BYE);
    SipText last = carrier.receivesAny();
    while (last.method().equals(UPDATE)) {
      last = carrier.receivesAny();
    }
    assertThat(last.method()).isEqualTo(BYE);
    carrier.answers(200, BYE);
    ladder.nothingMore();
  }

  @Test
  void peerThatKnowsTheDialogNoMoreIsFoundDead() {
    aliceCallsCarrier("jsSip", sessionExpires("600;refresher=uac"));
    passes(Duration.ofSeconds(45));
    alice.sends(UPDATE, sessionExpires("600;refresher=uac"));
    alice.receives(200, UPDATE);
    passes(Duration.ofSeconds(255));
    carrier.receives(UPDATE);
    carrier.answers(481);
    bothAreHungUp("SIP;cause=481;text=\"Session Refresh Failed\"");
  }

  @Test
  void refusedRefreshIsTriedAgainWhileTheSessionLasts() {
    aliceCallsCarrier("sipJs", sessionExpires("90;refresher=uac"));
    passes(Duration.ofSeconds(45));
    carrier.receives(UPDATE);
    carrier.answers(500);
    passesUntilReceived(carrier, Duration.ofSeconds(5));
    carrier.receives(UPDATE);
    carrier.answers(200);
    passes(Duration.ofSeconds(45));
    carrier.receives(UPDATE);
    carrier.answers(200);
    hangUp();
  }

  @Test
  void refreshGoesOnByReInviteWhenUpdateIsNotAllowedAfterAll() {
    aliceCallsCarrier("sipJs", sessionExpires("90;refresher=uac"));
    passes(Duration.ofSeconds(45));
    carrier.receives(UPDATE);
    carrier.answers(405);
    passesUntilReceived(carrier, Duration.ofSeconds(5));
    assertThat(carrier.receives(INVITE).bodyText()).isEqualTo(alice.sdp());
    carrier.answers(200, sessionExpires("90;refresher=uac"));
    carrier.receives(ACK);
    hangUp();
  }

  @Test
  void holdThatMeetsOurRefreshWaitsForIt() {
    aliceCallsCarrier("sipJs", pbxWithoutUpdate("600;refresher=uac"));
    passes(Duration.ofSeconds(300));
    carrier.receives(INVITE);
    alice.holds();
    settle();
    carrier.holds();
    carrier.receives(491, INVITE);
    carrier.answers(200, pbxWithoutUpdate("600;refresher=uac"));
    carrier.receives(ACK);
    passesUntilReceived(carrier, Duration.ofSeconds(5));
    assertThat(carrier.receives(INVITE).bodyText()).isEqualTo(alice.sdp());
    carrier.answers(200, pbxWithoutUpdate("600;refresher=uac"));
    carrier.receives(ACK);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    hangUp();
  }

  private static Consumer<SipText> pbxWithoutUpdate(String sessionExpires) {
    return answer ->
        answer
            .set("Allow", "INVITE, ACK, CANCEL, OPTIONS, BYE, INFO")
            .add("Session-Expires", sessionExpires);
  }

  // Bargaining.

  @Test
  void intervalBelowOursIsRefusedWithOurs() {
    bob = sipJs("bob");
    bob.registers();
    carrier.invites(sip("bob"), sessionExpires("60"));
    assertThat(carrier.receives(422).header("Min-SE")).isEqualTo("90");
    ladder.nothingMore();
  }

  @Test
  void intervalBelowTheCalleesIsRaised() {
    alice = sipJs("alice");
    alice.invites(sip("95550100"));
    SipText first = carrier.receives(INVITE);
    carrier.answers(422, response -> response.add("Min-SE", "3600"));
    carrier.receives(ACK);
    SipText second = carrier.receives(INVITE);
    assertThat(second.header("Session-Expires")).isEqualTo("3600");
    assertThat(second.header("Min-SE")).isEqualTo("3600");
    assertThat(second.callId()).isEqualTo(first.callId());
    assertThat(second.fromTag()).isEqualTo(first.fromTag());
    assertThat(second.cseqNumber()).isEqualTo(first.cseqNumber() + 1);
    assertThat(second.bodyText()).isEqualTo(first.bodyText());
    carrier.answers(200, sessionExpires("3600;refresher=uac"));
    alice.receives(200);
    alice.sends(ACK);
    carrier.receives(ACK);
    bob = carrier;
    hangUp();
  }

  @Test
  void calleeThatIsNeverContentEndsTheBargain() {
    alice = sipJs("alice");
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    carrier.answers(422, response -> response.add("Min-SE", "3600"));
    carrier.receives(ACK);
    carrier.receives(INVITE);
    carrier.answers(422, response -> response.add("Min-SE", "3600"));
    carrier.receives(ACK);
    alice.receives(422, INVITE);
    ladder.nothingMore();
  }

  @Test
  void intervalThatIsRaisedInTheCallDelaysAHold() {
    aliceCallsCarrier("sipJs", sessionExpires("600;refresher=uac"));
    alice.holds();
    assertThat(carrier.receives(INVITE).header("Session-Expires")).startsWith("600;");
    carrier.answers(422, response -> response.add("Min-SE", "1200"));
    carrier.receives(ACK);
    passesUntilReceived(carrier, Duration.ofSeconds(5));
    SipText again = carrier.receives(INVITE);
    assertThat(again.header("Session-Expires")).startsWith("1200;");
    assertThat(again.bodyText()).isEqualTo(alice.sdp());
    carrier.answers(200, sessionExpires("1200;refresher=uac"));
    carrier.receives(ACK);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    hangUp();
  }

  @Test
  void longerIntervalThanOursIsShortened() {
    alice = phone("udp", "alice");
    bob = sipJs("bob");
    bob.registers();
    alice.invites(sip("bob"), sessionExpires("7200;refresher=uas"));
    bob.receives(INVITE);
    bob.answers(200);
    assertThat(alice.receives(200).header("Session-Expires")).isEqualTo("1800;refresher=uas");
    alice.sends(ACK);
    bob.receives(ACK);
    hangUp();
  }

  @Test
  void sipJsHasNoTimersAndIsLeftInPeace() {
    assertThat(aliceCallsBob("sipJs", "sipJs").has("Session-Expires")).isFalse();
    passes(Duration.ofHours(2));
    hangUp();
  }

  @Test
  void timerIsAnExtensionThatMayBeRequired() {
    alice = phone("udp", "alice");
    bob = sipJs("bob");
    bob.registers();
    alice.invites(
        sip("bob"), invite -> invite.add("Require", "timer").add("Session-Expires", "1800"));
    bob.receives(INVITE);
    bob.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    bob.receives(ACK);
    hangUp();
  }

  // A peer without them.

  private void aliceTalksToACarrierWithoutTimers() {
    alice = sipJs("alice");
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    carrier.answers(200, answer -> answer.set("Supported", "replaces"));
    alice.receives(200);
    alice.sends(ACK);
    carrier.receives(ACK);
    bob = carrier;
  }

  @Test
  void peerWithoutTimersIsAskedWhetherItIsThere() {
    aliceTalksToACarrierWithoutTimers();
    for (int status : new int[] {200, 405}) {
      passes(PROBE);
      carrier.receives(OPTIONS);
      carrier.answers(status, OPTIONS);
    }
    settle();
    hangUp();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void peerThatDoesNotKnowTheCallAnyMoreEndsIt(boolean silently) {
    aliceTalksToACarrierWithoutTimers();
    passes(PROBE);
    carrier.receives(OPTIONS);
    if (silently) {
      carrier.with(Habit.NEVER_RESPONDS);
      passes(TIMER_F);
    } else {
      carrier.answers(481, OPTIONS);
    }
    assertThat(alice.receives(BYE).header("Reason")).contains("Peer Is Gone");
    alice.answers(200, BYE);
  }

  @Test
  void answerToARefreshThatChangesTheSessionIsTold() {
    aliceCallsCarrier(
        "sipJs",
        answer ->
            answer
                .set("Allow", "INVITE, ACK, BYE, CANCEL")
                .add("Session-Expires", "1800;refresher=uac"));
    passes(Duration.ofMinutes(15));
    carrier.receives(INVITE);
    carrier.answers(
        200,
        answer ->
            answer.sdp(answer.bodyText().replace("c=IN IP4", "c=IN IP4 192.0.2.99\r\na=was:")));
    carrier.receives(ACK);
    assertThat(alice.receives(INVITE).bodyText()).contains("c=IN IP4 192.0.2.99");
    alice.answers(200);
    alice.receives(ACK);
    settle();
    hangUp();
  }
}
