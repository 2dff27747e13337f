package dev.tandem.gateway.call;

import static dev.tandem.gateway.call.CallEnd.By.CALLEE;
import static dev.tandem.gateway.call.CallEnd.By.CALLER;
import static dev.tandem.gateway.call.CallEnd.By.GATEWAY;
import static dev.tandem.gateway.call.CallScript.*;
import static dev.tandem.gateway.call.CallState.ESTABLISHED;
import static dev.tandem.gateway.call.Method.INFO;
import static dev.tandem.gateway.call.Method.INVITE;
import static dev.tandem.gateway.call.Method.MESSAGE;
import static dev.tandem.gateway.call.Method.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests inside the call that meet no other. */
class BridgedRequestTest {
  private static final Payload HOLD = Payload.of(Body.sdp("hold"));
  private static final Payload HELD = Payload.of(Body.sdp("held"));
  private static final Payload DTMF =
      Payload.of(new Body("application/dtmf-relay", "Signal=5".getBytes()));

  // re-INVITE.

  @Test
  void aReInviteWithAnOfferIsBridgedAndAckedAtOnce() {
    established()
        .when(requests(0, 7, INVITE, HOLD))
        .then(sendRequest(1, 1, INVITE, HOLD))
        .when(responds(1, 1, 200, "OK", HELD))
        .then(sendAck(1, 1, NONE), respond(0, 7, 200, "OK", HELD))
        .when(acksRequest(0, 7, NONE))
        .thenNothing()
        .is(ESTABLISHED);
  }

  @Test
  void aReInviteOfTheCalleeIsBridgedToo() {
    established()
        .when(requests(1, 7, INVITE, HOLD))
        .then(sendRequest(0, 1, INVITE, HOLD))
        .when(responds(0, 1, 200, "OK", HELD))
        .then(sendAck(0, 1, NONE), respond(1, 7, 200, "OK", HELD));
  }

  @Test
  void aReInviteWithoutAnOfferIsAckedWithTheAnswer() {
    established()
        .when(requests(0, 7, INVITE, NONE))
        .then(sendRequest(1, 1, INVITE, NONE))
        .when(responds(1, 1, 200, "OK", OFFER))
        .then(respond(0, 7, 200, "OK", OFFER))
        .when(acksRequest(0, 7, ANSWER))
        .then(sendAck(1, 1, ANSWER));
  }

  @Test
  void holdAndResumeFollowEachOther() {
    established()
        .when(requests(0, 7, INVITE, HOLD))
        .when(responds(1, 1, 200, "OK", HELD))
        .when(acksRequest(0, 7, NONE))
        .when(requests(0, 8, INVITE, OFFER))
        .then(sendRequest(1, 2, INVITE, OFFER));
  }

  @Test
  void aRefusedReInviteLeavesTheCallAsItWas() {
    established()
        .when(requests(0, 7, INVITE, HOLD))
        .when(responds(1, 1, 488, "Not Acceptable Here", payload("Warning", "304 gw \"no\"")))
        .then(respond(0, 7, 488, "Not Acceptable Here", payload("Warning", "304 gw \"no\"")))
        .is(ESTABLISHED);
  }

  @Test
  void aChallengeToAReInviteIsNotForTheRequester() {
    established()
        .when(requests(0, 7, INVITE, HOLD))
        .when(responds(1, 1, 401, "Unauthorized", NONE))
        .then(respond(0, 7, 403, "Forbidden", NONE));
  }

  @Test
  void aReInviteThatIsNeverAckedEndsTheCall() {
    established()
        .when(requests(0, 7, INVITE, HOLD))
        .when(responds(1, 1, 200, "OK", HELD))
        .when(neverAcksRequest(0, 7))
        .then(
            stopTimer(CallTimer.MAX_DURATION),
            hangUp(1, Causes.NO_ACK),
            hangUp(0, Causes.NO_ACK),
            finish(GATEWAY, true, Causes.NO_ACK));
  }

  @Test
  void theOtherLegIsAckedEvenWhenTheAnswerNeverCame() {
    established()
        .when(requests(0, 7, INVITE, NONE))
        .when(responds(1, 1, 200, "OK", OFFER))
        .when(neverAcksRequest(0, 7))
        .then(
            stopTimer(CallTimer.MAX_DURATION),
            sendAck(1, 1, NONE),
            hangUp(1, Causes.NO_ACK),
            hangUp(0, Causes.NO_ACK),
            finish(GATEWAY, true, Causes.NO_ACK));
  }

  // CANCEL of a re-INVITE.

  @Test
  void cancelOfAReInvitePassesAndIts487ComesBack() {
    established()
        .when(requests(0, 7, INVITE, HOLD))
        .when(cancelsRequest(0, 7))
        .then(cancelRequest(1, 1))
        .when(cancelsRequest(0, 7))
        .thenNothing()
        .when(responds(1, 1, 487, "Request Terminated", NONE))
        .then(respond(0, 7, 487, "Request Terminated", NONE))
        .is(ESTABLISHED);
  }

  @Test
  void anAnswerThatWinsAgainstTheCancelPasses() {
    established()
        .when(requests(0, 7, INVITE, HOLD))
        .when(cancelsRequest(0, 7))
        .when(responds(1, 1, 200, "OK", HELD))
        .then(sendAck(1, 1, NONE), respond(0, 7, 200, "OK", HELD));
  }

  @Test
  void cancelAfterTheAnswerHasNoEffect() {
    established()
        .when(requests(0, 7, INVITE, HOLD))
        .when(responds(1, 1, 200, "OK", HELD))
        .when(cancelsRequest(0, 7))
        .thenNothing();
  }

  // UPDATE.

  @Test
  void aSessionRefreshIsAnsweredHere() {
    established()
        .when(requests(0, 7, UPDATE, NONE))
        .then(respond(0, 7, 200, "OK", NONE))
        .when(requests(1, 3, UPDATE, NONE))
        .then(respond(1, 3, 200, "OK", NONE));
  }

  @Test
  void aSessionRefreshIsAnsweredWhileAReInviteIsOpen() {
    established()
        .when(requests(0, 7, INVITE, HOLD))
        .when(requests(0, 8, UPDATE, NONE))
        .then(respond(0, 8, 200, "OK", NONE));
  }

  @Test
  void anUpdateGoesAsAnInviteToAPeerThatKnowsNone() {
    established()
        .when(requests(0, 7, UPDATE, HOLD))
        .then(sendRequest(1, 1, INVITE, HOLD))
        .when(responds(1, 1, 200, "OK", HELD))
        .then(sendAck(1, 1, NONE), respond(0, 7, 200, "OK", HELD))
        .when(requests(1, 3, UPDATE, HOLD))
        .then(sendRequest(0, 2, INVITE, HOLD));
  }

  @Test
  void anUpdateGoesAsItIsToAPeerThatTakesIt() {
    CallScript script = ringing(1);
    script
        .when(new CallEvent.CalleeAnswered(leg(1), ANSWER, TAKES_UPDATE))
        .when(acks(NONE))
        .when(requests(0, 7, UPDATE, HOLD))
        .then(sendRequest(1, 1, UPDATE, HOLD))
        .when(responds(1, 1, 200, "OK", HELD))
        .then(respond(0, 7, 200, "OK", HELD));
  }

  @Test
  void anUpdateCannotBeCancelled() {
    established().when(requests(0, 7, UPDATE, HOLD)).when(cancelsRequest(0, 7)).thenNothing();
  }

  // INFO and MESSAGE.

  @ParameterizedTest
  @EnumSource(names = {"INFO", "MESSAGE"})
  void infoAndMessageAreBridgedAsTheyAre(Method method) {
    established()
        .when(requests(0, 7, method, DTMF))
        .then(sendRequest(1, 1, method, DTMF))
        .when(responds(1, 1, 200, "OK", NONE))
        .then(respond(0, 7, 200, "OK", NONE))
        .when(requests(1, 3, method, DTMF))
        .then(sendRequest(0, 2, method, DTMF))
        .when(responds(0, 2, 415, "Unsupported Media Type", payload("Accept", "text/plain")))
        .then(respond(1, 3, 415, "Unsupported Media Type", payload("Accept", "text/plain")));
  }

  @Test
  void quickDigitsOverlap() {
    established()
        .when(requests(0, 7, INFO, DTMF))
        .then(sendRequest(1, 1, INFO, DTMF))
        .when(requests(0, 8, INFO, DTMF))
        .then(sendRequest(1, 2, INFO, DTMF))
        .when(responds(1, 2, 200, "OK", NONE))
        .then(respond(0, 8, 200, "OK", NONE))
        .when(responds(1, 1, 200, "OK", NONE))
        .then(respond(0, 7, 200, "OK", NONE));
  }

  @Test
  void digitsPassWhileAReInviteIsOpenAndBeforeTheFirstAck() {
    established()
        .when(requests(1, 3, INVITE, HOLD))
        .when(requests(0, 7, INFO, DTMF))
        .then(sendRequest(1, 2, INFO, DTMF));
    answered().when(requests(0, 7, INFO, DTMF)).then(sendRequest(1, 1, INFO, DTMF));
  }

  @Test
  void aSilentPeerIsNotGoneForAnInfo() {
    established()
        .when(requests(0, 7, INFO, DTMF))
        .when(responds(1, 1, 408, "Request Timeout", NONE))
        .then(respond(0, 7, 408, "Request Timeout", NONE))
        .is(ESTABLISHED);
  }

  @Test
  void aFloodOfRequestsIsBounded() {
    CallScript script = established();
    for (int id = 1; id <= Bridge.MAX_OPEN; id++) {
      script.when(requests(0, id, MESSAGE, DTMF)).then(sendRequest(1, id, MESSAGE, DTMF));
    }
    script.when(requests(0, 99, MESSAGE, DTMF));
    assertThat(script.effects())
        .singleElement()
        .isInstanceOfSatisfying(
            CallEffect.Respond.class, it -> assertThat(it.status()).isEqualTo(500));
    script
        .when(responds(1, 1, 200, "OK", NONE))
        .when(requests(0, 100, MESSAGE, DTMF))
        .then(sendRequest(1, Bridge.MAX_OPEN + 1, MESSAGE, DTMF));
  }

  @Test
  void theSameRequestTwiceIsOneRequest() {
    established().when(requests(0, 7, INFO, DTMF)).when(requests(0, 7, INFO, DTMF)).thenNothing();
  }

  // A dialog that is gone (RFC 3261 §12.2.1.2).

  @Test
  void a481ToAnythingEndsTheCall() {
    Cause gone = Cause.of(481, "Call Does Not Exist", "SIP;cause=481;text=\"Call Does Not Exist\"");
    established()
        .when(requests(0, 7, INFO, DTMF))
        .when(responds(1, 1, 481, "Call Does Not Exist", NONE))
        .then(
            respond(0, 7, 481, "Call Does Not Exist", NONE),
            stopTimer(CallTimer.MAX_DURATION),
            hangUp(1, gone),
            hangUp(0, gone),
            finish(GATEWAY, true, gone));
  }

  @Test
  void silenceToAReInviteEndsTheCall() {
    Cause gone = Cause.of(408, "Request Timeout", "SIP;cause=408;text=\"Request Timeout\"");
    established()
        .when(requests(1, 3, INVITE, HOLD))
        .when(responds(0, 1, 408, "Request Timeout", NONE))
        .then(
            respond(1, 3, 408, "Request Timeout", NONE),
            stopTimer(CallTimer.MAX_DURATION),
            hangUp(1, gone),
            hangUp(0, gone),
            finish(GATEWAY, true, gone));
  }

  // The end while requests are open.

  @Test
  void byeAnswersWhatTheOtherLegWaitsFor() {
    established()
        .when(requests(1, 3, INVITE, HOLD))
        .when(requests(1, 4, INFO, DTMF))
        .when(requests(0, 7, INFO, DTMF))
        .when(hangsUp(0))
        .then(
            stopTimer(CallTimer.MAX_DURATION),
            respond(1, 3, 487, "Request Terminated", NONE),
            respond(1, 4, 481, "Call Does Not Exist", NONE),
            hangUp(1, BYE),
            finish(CALLER, true, BYE));
  }

  @Test
  void byeOfTheRequesterLeavesItsRequestToTheAdapter() {
    established()
        .when(requests(1, 3, INVITE, HOLD))
        .when(hangsUp(1))
        .then(stopTimer(CallTimer.MAX_DURATION), hangUp(0, BYE), finish(CALLEE, true, BYE))
        .when(responds(0, 1, 200, "OK", HELD))
        .thenNothing();
  }

  @Test
  void byeOfTheRequesterBeforeItsAnswerStillAcksTheOtherLeg() {
    established()
        .when(requests(0, 7, INVITE, NONE))
        .when(responds(1, 1, 200, "OK", OFFER))
        .when(hangsUp(0))
        .then(
            stopTimer(CallTimer.MAX_DURATION),
            sendAck(1, 1, NONE),
            hangUp(1, BYE),
            finish(CALLER, true, BYE));
  }

  @Test
  void aRequestInACallThatIsEndingIs481() {
    answered()
        .when(hangsUp(1))
        .when(requests(0, 7, INFO, DTMF))
        .then(respond(0, 7, 481, "Call Does Not Exist", NONE));
  }

  // Before the answer.

  @Test
  void anEarlySessionRefreshIsAnsweredHere() {
    ringing(1)
        .when(requests(0, 7, UPDATE, NONE))
        .then(respond(0, 7, 200, "OK", NONE))
        .when(requests(1, 3, UPDATE, NONE))
        .then(respond(1, 3, 200, "OK", NONE));
  }

  @Test
  void anEarlyOfferWaitsForTheFirst() {
    CallScript script = ringing(1);
    script.when(requests(1, 3, UPDATE, HOLD)).then(respond(1, 3, 491, "Request Pending", NONE));
    script.when(requests(0, 7, UPDATE, HOLD));
    assertThat(script.effects())
        .singleElement()
        .isInstanceOfSatisfying(
            CallEffect.Respond.class,
            it -> {
              assertThat(it.status()).isEqualTo(500);
              assertThat(it.payload().headers().get(0).name()).isEqualTo("Retry-After");
            });
  }

  @Test
  void anInfoBeforeThereIsAnEarlyDialogHasNowhereToGo() {
    invite(OFFER, 1)
        .when(requests(0, 7, INFO, DTMF))
        .then(respond(0, 7, 480, "Temporarily Unavailable", NONE));
  }
}
