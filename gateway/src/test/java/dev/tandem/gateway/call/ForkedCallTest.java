package dev.tandem.gateway.call;

import static dev.tandem.gateway.call.CallEnd.By.CALLEE;
import static dev.tandem.gateway.call.CallEnd.By.CALLER;
import static dev.tandem.gateway.call.CallScript.*;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One caller, many branches (RFC 3261 §16.7, as a user agent). */
class ForkedCallTest {

  @Test
  void everyBranchIsInvited() {
    invite(OFFER, 3)
        .then(
            startTimer(CallTimer.NO_ANSWER, NO_ANSWER),
            inviteCallee(1, OFFER),
            inviteCallee(2, OFFER),
            inviteCallee(3, OFFER));
  }

  @Test
  void theFirstAnswerWinsAndTheOthersLearnOfIt() {
    ringing(3)
        .when(answers(2, ANSWER))
        .then(
            answerCaller(ANSWER),
            ackCallee(2, NONE),
            cancelCallee(1, ELSEWHERE),
            cancelCallee(3, ELSEWHERE),
            stopTimer(CallTimer.NO_ANSWER),
            startTimer(CallTimer.MAX_DURATION, MAX_DURATION));
  }

  @Test
  void aLateSecondAnswerIsAckedAndHungUp() {
    ringing(2)
        .when(answers(2, ANSWER))
        .when(answers(1, ANSWER))
        .then(ackCallee(1, NONE), hangUp(1, ELSEWHERE))
        .when(acks(NONE))
        .when(hangsUp(0))
        .then(stopTimer(CallTimer.MAX_DURATION), hangUp(2, BYE), finish(CALLER, true, BYE));
  }

  @Test
  void theCallFinishesOnlyWhenEveryLoserHasSaidSo() {
    ringing(3)
        .when(answers(2, ANSWER))
        .when(acks(NONE))
        .when(hangsUp(0))
        .then(stopTimer(CallTimer.MAX_DURATION), hangUp(2, BYE))
        .when(refuses(1, 487, "Request Terminated"))
        .thenNothing()
        .when(answers(3, ANSWER))
        .then(ackCallee(3, NONE), hangUp(3, ELSEWHERE), finish(CALLER, true, BYE));
  }

  @Test
  void theCallerHearsOneSteadyRinging() {
    invite(OFFER, 2)
        .when(progresses(1, 183, "Session Progress", EARLY_MEDIA))
        .then(ring())
        .when(rings(2))
        .thenNothing()
        .when(rings(1))
        .then(ring());
  }

  @Test
  void theLastBranchLeftIsHeardAsItIs() {
    invite(OFFER, 2)
        .when(rings(1))
        .when(refuses(1, 486, "Busy Here"))
        .thenNothing()
        .when(progresses(2, 183, "Session Progress", EARLY_MEDIA))
        .then(progress(183, "Session Progress", EARLY_MEDIA));
  }

  @Test
  void anotherBranchIsHeardWhenTheOneThatRangFirstIsGone() {
    invite(OFFER, 3)
        .when(rings(1))
        .then(ring())
        .when(refuses(1, 480, "Temporarily Unavailable"))
        .when(rings(3))
        .then(ring())
        .when(rings(2))
        .thenNothing();
  }

  @Test
  void refusalsAreCollectedAndTheBestPasses() {
    ringing(3)
        .when(refuses(1, 480, "Temporarily Unavailable"))
        .thenNothing()
        .when(refuses(2, 486, "Busy Here"))
        .thenNothing()
        .when(refuses(3, 408, "Request Timeout"))
        .then(
            refuseCaller(486, "Busy Here"),
            stopTimer(CallTimer.NO_ANSWER),
            finish(CALLEE, false, Cause.of(486, "Busy Here", "SIP;cause=486;text=\"Busy Here\"")));
  }

  @Test
  void a6xxEndsAllBranchesAtOnce() {
    Cause declined = Cause.of(603, "Decline", "SIP;cause=603;text=\"Decline\"");
    ringing(2)
        .when(refuses(1, 603, "Decline"))
        .then(
            refuseCaller(603, "Decline"), stopTimer(CallTimer.NO_ANSWER), cancelCallee(2, declined))
        .when(answers(2, ANSWER))
        .then(ackCallee(2, NONE), hangUp(2, declined), finish(CALLEE, false, declined));
  }

  @ParameterizedTest
  @CsvSource({
    "503, 503, 500", "503, 486, 486", "480, 486, 486", "486, 480, 486", "404, 484, 484",
    "401, 404, 404", "408, 404, 404", "407, 401, 403", "302, 486, 302", "500, 404, 404",
    "503, 500, 500", "488, 486, 488", "487, 480, 480", "503, 504, 504",
  })
  void theBestOfTwoRefusalsIsChosen(int first, int second, int passed) {
    CallScript script = ringing(2).when(refuses(1, first, "A")).when(refuses(2, second, "B"));
    assertThat(script.effects().get(0))
        .isInstanceOfSatisfying(
            CallEffect.RefuseCaller.class, it -> assertThat(it.status()).isEqualTo(passed));
  }

  @Test
  void aLostBranchIsNeverCountedTwice() {
    ringing(2)
        .when(isLost(1))
        .thenNothing()
        .when(refuses(1, 480, "Temporarily Unavailable"))
        .thenNothing()
        .when(answers(2, ANSWER))
        .then(
            answerCaller(ANSWER),
            ackCallee(2, NONE),
            stopTimer(CallTimer.NO_ANSWER),
            startTimer(CallTimer.MAX_DURATION, MAX_DURATION));
  }

  @Test
  void cancelReachesEveryBranchThatStillRings() {
    ringing(3)
        .when(refuses(2, 486, "Busy Here"))
        .when(cancels())
        .then(
            refuseCaller(487, "Request Terminated"),
            stopTimer(CallTimer.NO_ANSWER),
            cancelCallee(1, CHANGED_MIND),
            cancelCallee(3, CHANGED_MIND))
        .when(isLost(1))
        .thenNothing()
        .when(refuses(3, 487, "Request Terminated"))
        .then(finish(CALLER, false, CHANGED_MIND));
  }

  @Test
  void aLoserOfALateOfferIsAckedWithoutAnAnswer() {
    invite(NONE, 2)
        .when(answers(1, OFFER))
        .when(answers(2, OFFER))
        .then(ackCallee(2, NONE), hangUp(2, ELSEWHERE));
  }
}
