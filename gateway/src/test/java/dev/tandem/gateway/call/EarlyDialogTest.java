package dev.tandem.gateway.call;

import static dev.tandem.gateway.call.CallScript.*;
import static dev.tandem.gateway.call.CallState.ANSWERED;
import static dev.tandem.gateway.call.CallState.ESTABLISHED;
import static dev.tandem.gateway.call.CallState.OFFERED;
import static dev.tandem.gateway.call.Method.INFO;
import static dev.tandem.gateway.call.Method.MESSAGE;
import static dev.tandem.gateway.call.Method.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What the two can do before the answer (RFC 3262 §5, RFC 3311 §5, RFC 6337 §2). */
class EarlyDialogTest {
  private static final Payload HOLD = Payload.of(Body.sdp("hold"));
  private static final Payload HELD = Payload.of(Body.sdp("held"));
  private static final PeerFeatures UPDATES = new PeerFeatures(true, true);

  /** Both ends have the callee's answer in their early dialogs. */
  private static CallScript agreed(PeerFeatures caller, PeerFeatures callee) {
    return CallScript.invite(OFFER, caller)
        .when(progresses(1, 183, "Session Progress", EARLY_MEDIA))
        .then(progress(183, "Session Progress", EARLY_MEDIA))
        .when(agrees(1, callee))
        .thenNothing()
        .when(pracks(NONE))
        .thenNothing();
  }

  @Test
  void anEarlyUpdatePassesFromTheCaller() {
    agreed(PeerFeatures.NONE, UPDATES)
        .when(requests(0, 7, UPDATE, HOLD))
        .then(sendRequest(1, 1, UPDATE, HOLD))
        .when(responds(1, 1, 200, "OK", HELD))
        .then(respond(0, 7, 200, "OK", HELD))
        .is(OFFERED);
  }

  @Test
  void anEarlyUpdatePassesFromTheCallee() {
    agreed(UPDATES, PeerFeatures.NONE)
        .when(requests(1, 3, UPDATE, HOLD))
        .then(sendRequest(0, 1, UPDATE, HOLD))
        .when(responds(0, 1, 488, "Not Acceptable Here", NONE))
        .then(respond(1, 3, 488, "Not Acceptable Here", NONE))
        .is(OFFERED);
  }

  @Test
  void whoTakesNoUpdateIsAskedLater() {
    isAskedLater(agreed(PeerFeatures.NONE, UPDATES).when(requests(1, 3, UPDATE, HOLD)));
    isAskedLater(agreed(UPDATES, PeerFeatures.NONE).when(requests(0, 7, UPDATE, HOLD)));
  }

  @Test
  void whileTheCallerHasNoAnswerTheCalleesOfferWaits() {
    CallScript script =
        CallScript.invite(OFFER, UPDATES)
            .when(progresses(1, 183, "Session Progress", EARLY_MEDIA))
            .when(agrees(1, UPDATES));
    isAskedLater(script.when(requests(1, 3, UPDATE, HOLD)));
  }

  @Test
  void earlyOffersThatMeetAre491AndTwoOfOneLegAre500() {
    CallScript script =
        agreed(UPDATES, UPDATES)
            .when(requests(0, 7, UPDATE, HOLD))
            .when(requests(1, 3, UPDATE, HOLD))
            .then(respond(1, 3, 491, "Request Pending", NONE));
    isAskedLater(script.when(requests(0, 8, UPDATE, HOLD)));
  }

  @Test
  void anEarlyUpdateGoesOnAfterTheAnswer() {
    agreed(UPDATES, UPDATES)
        .when(requests(0, 7, UPDATE, HOLD))
        .when(answers(1, NONE))
        .is(ANSWERED)
        .when(responds(1, 1, 200, "OK", HELD))
        .then(respond(0, 7, 200, "OK", HELD))
        .when(acks(NONE))
        .is(ESTABLISHED);
  }

  @Test
  void whoWaitsForABranchThatRefusesIsAnswered() {
    CallScript script =
        agreed(UPDATES, UPDATES)
            .when(requests(0, 7, UPDATE, HOLD))
            .when(refuses(1, 486, "Busy Here"));
    assertThat(script.effects())
        .contains(
            respond(0, 7, 480, "Temporarily Unavailable", NONE), refuseCaller(486, "Busy Here"));
  }

  @Test
  void anEarlyUpdateThatNobodyKnowsEndsNothing() {
    agreed(UPDATES, UPDATES)
        .when(requests(0, 7, UPDATE, HOLD))
        .when(responds(1, 1, 481, "Gone", NONE))
        .then(respond(0, 7, 481, "Gone", NONE))
        .is(OFFERED);
  }

  @Test
  void infoAndMessagePassBetweenEarlyDialogs() {
    ringing(1)
        .when(requests(0, 7, INFO, NONE))
        .then(sendRequest(1, 1, INFO, NONE))
        .when(requests(1, 3, MESSAGE, NONE))
        .then(sendRequest(0, 2, MESSAGE, NONE))
        .when(responds(1, 1, 200, "OK", NONE))
        .then(respond(0, 7, 200, "OK", NONE));
  }

  @Test
  void ofSeveralThatRingNobodyIsSpokenTo() {
    ringing(2)
        .when(requests(0, 7, INFO, NONE))
        .then(respond(0, 7, 480, "Temporarily Unavailable", NONE));
  }

  // The callee makes the offer.

  @Test
  void anOfferInAProvisionalResponseIsAnsweredInThePrack() {
    CallScript.invite(NONE, 1)
        .when(progresses(1, 183, "Session Progress", OFFER))
        .then(progress(183, "Session Progress", OFFER))
        .when(pracks(ANSWER))
        .then(prackCallee(1, ANSWER))
        .when(answers(1, NONE))
        .is(ANSWERED)
        .when(acks(NONE))
        .is(ESTABLISHED);
  }

  @Test
  void whoHasTheCallersAnswerIsTheLastToBeAsked() {
    CallScript.invite(NONE, 1)
        .when(progresses(1, 183, "Session Progress", OFFER))
        .when(pracks(ANSWER))
        .when(refuses(1, 302, "Moved", payload("Contact", "<sip:carol@example.test>")))
        .is(CallState.ENDED);
  }

  @Test
  void offersOfSeveralAreNotHeard() {
    CallScript.invite(NONE, 2)
        .when(progresses(2, 183, "Session Progress", OFFER))
        .then(progress(180, "Ringing", NONE))
        .when(pracks(ANSWER))
        .thenNothing();
  }

  @Test
  void theOfferOfTheLastThatIsLeftIsHeard() {
    CallScript.invite(NONE, 2)
        .when(refuses(1, 486, "Busy Here"))
        .when(progresses(2, 183, "Session Progress", OFFER))
        .then(progress(183, "Session Progress", OFFER))
        .when(pracks(ANSWER))
        .then(prackCallee(2, ANSWER));
  }

  private static void isAskedLater(CallScript script) {
    List<CallEffect> effects = script.effects();
    assertThat(effects)
        .singleElement()
        .isInstanceOfSatisfying(
            CallEffect.Respond.class,
            it -> {
              assertThat(it.status()).isEqualTo(500);
              assertThat(it.payload().headers().get(0).name()).isEqualTo("Retry-After");
            });
  }
}
