package dev.tandem.gateway.call;

import static dev.tandem.gateway.call.CallEnd.By.CALLEE;
import static dev.tandem.gateway.call.CallEnd.By.CALLER;
import static dev.tandem.gateway.call.CallEnd.By.GATEWAY;
import static dev.tandem.gateway.call.CallScript.*;
import static dev.tandem.gateway.call.CallState.ANSWERED;
import static dev.tandem.gateway.call.CallState.ENDED;
import static dev.tandem.gateway.call.CallState.ENDING;
import static dev.tandem.gateway.call.CallState.ESTABLISHED;
import static dev.tandem.gateway.call.CallState.OFFERED;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** One caller, one branch. */
class BasicCallTest {

  @Test
  void aCallIsInvitedAnsweredAckedAndHungUp() {
    invite(OFFER, 1)
        .then(startTimer(CallTimer.NO_ANSWER, NO_ANSWER), inviteCallee(1, OFFER))
        .is(OFFERED)
        .when(rings(1))
        .then(ring())
        .when(answers(1, ANSWER))
        .then(
            answerCaller(ANSWER),
            ackCallee(1, NONE),
            stopTimer(CallTimer.NO_ANSWER),
            startTimer(CallTimer.MAX_DURATION, MAX_DURATION))
        .is(ANSWERED)
        .when(acks(NONE))
        .thenNothing()
        .is(ESTABLISHED)
        .when(hangsUp(0))
        .then(stopTimer(CallTimer.MAX_DURATION), hangUp(1, BYE), finish(CALLER, true, BYE))
        .is(ENDED);
  }

  @Test
  void theCalleeMayHangUpToo() {
    established()
        .when(hangsUp(1))
        .then(stopTimer(CallTimer.MAX_DURATION), hangUp(0, BYE), finish(CALLEE, true, BYE));
  }

  @Test
  void aCallWithoutLimitStartsNoTimerWhenAnswered() {
    Call call =
        Call.start(new CallSettings(NO_ANSWER, null), OFFER, PeerFeatures.NONE, 1, 42).call();
    assertThat(call.on(answers(1, ANSWER)).effects())
        .containsExactly(answerCaller(ANSWER), ackCallee(1, NONE), stopTimer(CallTimer.NO_ANSWER));
  }

  @Test
  void queriesTellTheStory() {
    CallScript script = invite(OFFER, 1);
    assertThat(script.call().isRinging()).isFalse();
    script.when(rings(1));
    assertThat(script.call().isRinging()).isTrue();
    assertThat(script.call().answeredLeg()).isNull();
    script.when(answers(1, ANSWER));
    assertThat(script.call().isRinging()).isFalse();
    assertThat(script.call().answeredLeg()).isEqualTo(leg(1));
    assertThat(script.call().end()).isNull();
    script.when(hangsUp(1));
    assertThat(script.call().end()).isEqualTo(new CallEnd(CALLEE, true, BYE));
  }

  // Provisional responses.

  @Test
  void everyProvisionalOfTheOnlyBranchPassesWithItsBody() {
    invite(OFFER, 1)
        .when(progresses(1, 183, "Session Progress", EARLY_MEDIA))
        .then(progress(183, "Session Progress", EARLY_MEDIA))
        .when(progresses(1, 182, "Queued, 2 before you", NONE))
        .then(progress(182, "Queued, 2 before you", NONE));
  }

  @Test
  void aRepeated180PassesSoThatProxiesKeepWaiting() {
    ringing(1).when(rings(1)).then(ring());
  }

  @Test
  void earlyDialogTerminatedStaysHere() {
    invite(OFFER, 1).when(progresses(1, 199, "Early Dialog Terminated", NONE)).thenNothing();
  }

  @Test
  void ringingAfterTheAnswerIsIgnored() {
    answered().when(rings(1)).thenNothing();
  }

  // No offer in the INVITE.

  @Test
  void aLateOffersAnswerTravelsInTheAck() {
    invite(NONE, 1)
        .when(answers(1, OFFER))
        .then(
            answerCaller(OFFER),
            stopTimer(CallTimer.NO_ANSWER),
            startTimer(CallTimer.MAX_DURATION, MAX_DURATION))
        .when(acks(ANSWER))
        .then(ackCallee(1, ANSWER))
        .is(ESTABLISHED);
  }

  @Test
  void aLateOfferThatGetsNoAnswerEndsTheCall() {
    invite(NONE, 1)
        .when(answers(1, OFFER))
        .when(acks(NONE))
        .then(
            ackCallee(1, NONE),
            stopTimer(CallTimer.MAX_DURATION),
            hangUp(1, Causes.NO_ANSWER_IN_ACK),
            hangUp(0, Causes.NO_ANSWER_IN_ACK),
            finish(GATEWAY, true, Causes.NO_ANSWER_IN_ACK));
  }

  // Refusals.

  @Test
  void aRefusalPassesWithItsReasonPhraseAndHeaders() {
    Payload wait = payload("Retry-After", "120");
    ringing(1)
        .when(refuses(1, 486, "Besetzt", wait))
        .then(
            refuseCaller(486, "Besetzt", wait),
            stopTimer(CallTimer.NO_ANSWER),
            finish(CALLEE, false, Cause.of(486, "Besetzt", "SIP;cause=486;text=\"Besetzt\"")));
  }

  @Test
  void theReasonThatCameWithARefusalIsTheCauseOfTheEnd() {
    Payload reason = payload("Reason", "Q.850;cause=17;text=\"User busy\"");
    ringing(1)
        .when(refuses(1, 486, "Busy Here", reason))
        .then(
            refuseCaller(486, "Busy Here", reason),
            stopTimer(CallTimer.NO_ANSWER),
            finish(CALLEE, false, Cause.of(486, "Busy Here", "Q.850;cause=17;text=\"User busy\"")));
  }

  @Test
  void aPhraseWithQuotesStaysAValidReason() {
    CallScript script = ringing(1).when(refuses(1, 480, "gone \"home\" \\o/"));
    assertThat(script.call().end().cause().reasons())
        .containsExactly("SIP;cause=480;text=\"gone \\\"home\\\" \\\\o/\"");
  }

  @Test
  void aRedirectionPassesAsItIs() {
    Payload contact = payload("Contact", "<sip:bob@elsewhere.example>");
    CallScript script = ringing(1).when(refuses(1, 302, "Moved Temporarily", contact));
    assertThat(script.effects()).contains(refuseCaller(302, "Moved Temporarily", contact));
  }

  @Test
  void aCalleesChallengeIsNotForTheCaller() {
    assertThat(ringing(1).when(refuses(1, 401, "Unauthorized")).effects())
        .contains(refuseCaller(403, "Forbidden"));
    assertThat(ringing(1).when(refuses(1, 407, "Proxy Authentication Required")).effects())
        .contains(refuseCaller(403, "Forbidden"));
  }

  @Test
  void a487ThatNobodyAskedForIs480() {
    assertThat(ringing(1).when(refuses(1, 487, "Request Terminated")).effects())
        .contains(refuseCaller(480, "Temporarily Unavailable"));
  }

  @Test
  void a503OfTheOnlyBranchStays503() {
    assertThat(ringing(1).when(refuses(1, 503, "Service Unavailable")).effects())
        .contains(refuseCaller(503, "Service Unavailable"));
  }

  @Test
  void nobodyToCallIs480() {
    invite(OFFER, 0)
        .then(
            refuseCaller(480, "Temporarily Unavailable"),
            finish(GATEWAY, false, Cause.of(480, "Temporarily Unavailable")))
        .is(ENDED);
  }

  // CANCEL.

  @Test
  void cancelEndsTheInviteAtOnceAndWaitsForTheBranch() {
    ringing(1)
        .when(cancels())
        .then(
            refuseCaller(487, "Request Terminated"),
            stopTimer(CallTimer.NO_ANSWER),
            cancelCallee(1, CHANGED_MIND))
        .is(ENDING)
        .when(refuses(1, 487, "Request Terminated"))
        .then(finish(CALLER, false, CHANGED_MIND));
  }

  @Test
  void anAnswerThatCrossesTheCancelIsAckedAndHungUp() {
    ringing(1)
        .when(cancels())
        .when(answers(1, ANSWER))
        .then(ackCallee(1, NONE), hangUp(1, CHANGED_MIND), finish(CALLER, false, CHANGED_MIND));
  }

  @Test
  void ringingAfterTheCancelIsIgnored() {
    ringing(1).when(cancels()).when(rings(1)).thenNothing();
  }

  @Test
  void cancelAfterTheAnswerHasNoEffect() {
    answered().when(cancels()).thenNothing().is(ANSWERED);
  }

  @Test
  void aSecondCancelHasNoEffect() {
    ringing(1).when(cancels()).when(cancels()).thenNothing();
  }

  @Test
  void byeInTheEarlyDialogMeansCancel() {
    ringing(1)
        .when(hangsUp(0))
        .then(
            refuseCaller(487, "Request Terminated"),
            stopTimer(CallTimer.NO_ANSWER),
            cancelCallee(1, BYE));
  }

  // Nobody answers.

  @Test
  void ringingEndsWhenNobodyAnswers() {
    ringing(1)
        .when(fires(CallTimer.NO_ANSWER))
        .then(
            refuseCaller(
                480,
                "Temporarily Unavailable",
                payload("Reason", "Q.850;cause=19;text=\"No answer\"")),
            cancelCallee(1, Causes.NO_ANSWER))
        .when(refuses(1, 487, "Request Terminated"))
        .then(finish(GATEWAY, false, Causes.NO_ANSWER));
  }

  @Test
  void aTimerThatFiresWhileItIsStoppedHasNoEffect() {
    answered().when(fires(CallTimer.NO_ANSWER)).thenNothing();
  }

  // Lost legs.

  @Test
  void aCallerLostWhileRingingGetsNoResponse() {
    ringing(1)
        .when(isLost(0))
        .then(stopTimer(CallTimer.NO_ANSWER), cancelCallee(1, LOST))
        .when(refuses(1, 487, "Request Terminated"))
        .then(finish(CALLER, false, LOST));
  }

  @Test
  void aLostBranchCountsAs480() {
    ringing(1)
        .when(isLost(1))
        .then(
            refuseCaller(480, "Temporarily Unavailable"),
            stopTimer(CallTimer.NO_ANSWER),
            finish(
                CALLEE,
                false,
                Cause.of(
                    480,
                    "Temporarily Unavailable",
                    "SIP;cause=480;text=\"Temporarily Unavailable\"")));
  }

  @Test
  void aLegLostInTheCallHangsUpTheOther() {
    established()
        .when(isLost(0))
        .then(stopTimer(CallTimer.MAX_DURATION), hangUp(1, LOST), finish(CALLER, true, LOST));
    established()
        .when(isLost(1))
        .then(stopTimer(CallTimer.MAX_DURATION), hangUp(0, LOST), finish(CALLEE, true, LOST));
  }

  // The ACK.

  @Test
  void aCallThatIsNeverAckedIsHungUp() {
    answered()
        .when(neverAcks())
        .then(
            stopTimer(CallTimer.MAX_DURATION),
            hangUp(1, Causes.NO_ACK),
            hangUp(0, Causes.NO_ACK),
            finish(GATEWAY, true, Causes.NO_ACK));
  }

  @Test
  void byeOfTheCalleeWaitsForTheCallersAck() {
    answered()
        .when(hangsUp(1))
        .then(stopTimer(CallTimer.MAX_DURATION))
        .is(ENDING)
        .when(acks(NONE))
        .then(hangUp(0, BYE), finish(CALLEE, true, BYE));
  }

  @Test
  void byeOfTheCalleeWaitsNoLongerThanForTheAck() {
    answered().when(hangsUp(1)).when(neverAcks()).then(hangUp(0, BYE), finish(CALLEE, true, BYE));
  }

  @Test
  void byeOfTheCalleeCrossesThatOfTheCallerWhoNeverAcked() {
    answered().when(hangsUp(1)).when(hangsUp(0)).then(finish(CALLEE, true, BYE));
  }

  @Test
  void byeOfTheCallerMayComeBeforeItsAck() {
    answered()
        .when(hangsUp(0))
        .then(stopTimer(CallTimer.MAX_DURATION), hangUp(1, BYE), finish(CALLER, true, BYE))
        .when(acks(NONE))
        .thenNothing();
  }

  @Test
  void aLateOfferIsAckedBeforeItsDialogIsHungUp() {
    invite(NONE, 1)
        .when(answers(1, OFFER))
        .when(hangsUp(0))
        .then(
            stopTimer(CallTimer.MAX_DURATION),
            ackCallee(1, NONE),
            hangUp(1, BYE),
            finish(CALLER, true, BYE));
  }

  @Test
  void theAckOfACalleeThatHungUpALateOfferGoesNowhere() {
    invite(NONE, 1)
        .when(answers(1, OFFER))
        .when(hangsUp(1))
        .when(acks(ANSWER))
        .then(hangUp(0, BYE), finish(CALLEE, true, BYE));
  }

  @Test
  void aSecondAckHasNoEffect() {
    established().when(acks(NONE)).thenNothing();
  }

  // Ends from the gateway.

  @Test
  void theLongestCallEnds() {
    established()
        .when(fires(CallTimer.MAX_DURATION))
        .then(
            hangUp(1, Causes.TOO_LONG),
            hangUp(0, Causes.TOO_LONG),
            finish(GATEWAY, true, Causes.TOO_LONG));
  }

  @Test
  void anEndRequestedWhileRingingRefusesTheCaller() {
    ringing(1)
        .when(endRequested())
        .then(
            refuseCaller(503, "Going down", payload("Reason", "SIP;cause=503;text=\"Going down\"")),
            stopTimer(CallTimer.NO_ANSWER),
            cancelCallee(1, DRAINED))
        .when(refuses(1, 487, "Request Terminated"))
        .then(finish(GATEWAY, false, DRAINED));
  }

  @Test
  void anEndRequestedWithoutARefusalStatusIs503() {
    CallScript script = ringing(1).when(new CallEvent.EndRequested(Cause.of(200, "Bye")));
    assertThat(script.effects()).contains(refuseCaller(503, "Service Unavailable"));
  }

  @Test
  void anEndRequestedInTheCallHangsUpBoth() {
    established()
        .when(endRequested())
        .then(
            stopTimer(CallTimer.MAX_DURATION),
            hangUp(1, DRAINED),
            hangUp(0, DRAINED),
            finish(GATEWAY, true, DRAINED));
  }

  @Test
  void nothingFollowsTheEnd() {
    CallScript script = established().when(hangsUp(0)).is(ENDED);
    script.when(hangsUp(1)).thenNothing();
    script.when(isLost(0)).thenNothing();
    script.when(endRequested()).thenNothing();
    script.when(fires(CallTimer.MAX_DURATION)).thenNothing().is(ENDED);
  }
}
