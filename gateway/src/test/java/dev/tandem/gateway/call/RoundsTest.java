package dev.tandem.gateway.call;

import static dev.tandem.gateway.call.CallEnd.By.CALLEE;
import static dev.tandem.gateway.call.CallEnd.By.CALLER;
import static dev.tandem.gateway.call.CallScript.*;

import dev.tandem.gateway.call.CallEvent.CalleeRefused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Branches one after the other, and those that a 3xx leads to (RFC 3261 §16.6, §16.7). */
class RoundsTest {
  private static final CallEffect NEXT_ROUND = startTimer(CallTimer.NEXT_ROUND, ROUND_TIME);
  private static final Cause UNANSWERED =
      Cause.of(480, "No answer", "Q.850;cause=19;text=\"No answer\"");

  @Test
  void onlyTheFirstRoundRings() {
    inRounds(2, 1)
        .then(
            startTimer(CallTimer.NO_ANSWER, NO_ANSWER),
            inviteCallee(1, OFFER),
            inviteCallee(2, OFFER),
            NEXT_ROUND);
  }

  @Test
  void theNextRoundsTurnComesWhenAllHaveRefused() {
    inRounds(2, 1, 1)
        .when(refuses(1, 486, "Busy Here"))
        .thenNothing()
        .when(refuses(2, 480, "Temporarily Unavailable"))
        .then(stopTimer(CallTimer.NEXT_ROUND), inviteCallee(3, OFFER), NEXT_ROUND)
        .when(refuses(3, 404, "Not Found"))
        .then(stopTimer(CallTimer.NEXT_ROUND), inviteCallee(4, OFFER))
        .when(refuses(4, 480, "Temporarily Unavailable"))
        .then(
            refuseCaller(486, "Busy Here"),
            stopTimer(CallTimer.NO_ANSWER),
            finish(CALLEE, false, Cause.of(486, "Busy Here", "SIP;cause=486;text=\"Busy Here\"")));
  }

  @Test
  void theNextRoundsTurnComesWhenNobodyAnswers() {
    inRounds(1, 1)
        .when(rings(1))
        .then(ring())
        .when(fires(CallTimer.NEXT_ROUND))
        .then(cancelCallee(1, UNANSWERED), inviteCallee(2, OFFER))
        .when(refuses(1, 487, "Request Terminated"))
        .thenNothing()
        .when(rings(2))
        .then(ring())
        .when(answers(2, ANSWER))
        .then(
            answerCaller(ANSWER),
            ackCallee(2, NONE),
            stopTimer(CallTimer.NO_ANSWER),
            startTimer(CallTimer.MAX_DURATION, MAX_DURATION));
  }

  @Test
  void anAnswerThatCrossesTheCancelOfItsRoundIsTaken() {
    inRounds(1, 1)
        .when(fires(CallTimer.NEXT_ROUND))
        .when(answers(1, ANSWER))
        .then(
            answerCaller(ANSWER),
            ackCallee(1, NONE),
            cancelCallee(2, ELSEWHERE),
            stopTimer(CallTimer.NO_ANSWER),
            startTimer(CallTimer.MAX_DURATION, MAX_DURATION));
  }

  @Test
  void whoRangInVainCountsAsUnanswered() {
    String reason = UNANSWERED.reasons().get(0);
    inRounds(1, 1)
        .when(fires(CallTimer.NEXT_ROUND))
        .when(refuses(2, 408, "Request Timeout"))
        .then(
            refuseCaller(480, "Temporarily Unavailable", payload("Reason", reason)),
            stopTimer(CallTimer.NO_ANSWER))
        .is(CallState.ENDING)
        .when(refuses(1, 487, "Request Terminated"))
        .then(finish(CALLEE, false, Cause.of(480, "Temporarily Unavailable", reason)));
  }

  @Test
  void aDeclineEverywhereStopsTheRoundsThatWait() {
    inRounds(1, 1)
        .when(refuses(1, 603, "Decline"))
        .then(
            refuseCaller(603, "Decline"),
            stopTimer(CallTimer.NO_ANSWER),
            stopTimer(CallTimer.NEXT_ROUND),
            finish(CALLEE, false, Cause.of(603, "Decline", "SIP;cause=603;text=\"Decline\"")));
  }

  @Test
  void anAnswerStopsTheRoundsThatWait() {
    inRounds(1, 2)
        .when(answers(1, ANSWER))
        .then(
            answerCaller(ANSWER),
            ackCallee(1, NONE),
            stopTimer(CallTimer.NEXT_ROUND),
            stopTimer(CallTimer.NO_ANSWER),
            startTimer(CallTimer.MAX_DURATION, MAX_DURATION))
        .when(acks(NONE))
        .when(hangsUp(0))
        .then(stopTimer(CallTimer.MAX_DURATION), hangUp(1, BYE), finish(CALLER, true, BYE));
  }

  @Test
  void aCallerWhoGivesUpStopsTheRoundsThatWait() {
    inRounds(1, 1)
        .when(cancels())
        .then(
            refuseCaller(487, "Request Terminated"),
            stopTimer(CallTimer.NO_ANSWER),
            stopTimer(CallTimer.NEXT_ROUND),
            cancelCallee(1, CHANGED_MIND))
        .when(refuses(1, 487, "Request Terminated"))
        .then(finish(CALLER, false, CHANGED_MIND));
  }

  @Test
  void theCallerHearsNoMediaWhileAnotherMayStillAnswer() {
    inRounds(1, 1)
        .when(progresses(1, 183, "Session Progress", EARLY_MEDIA))
        .then(ring())
        .when(refuses(1, 486, "Busy Here"))
        .when(progresses(2, 183, "Session Progress", EARLY_MEDIA))
        .then(progress(183, "Session Progress", EARLY_MEDIA));
  }

  // 3xx.

  @Test
  void aRedirectIsFollowed() {
    CalleeRefused moved = moved(1);
    following(5, 1)
        .when(moved)
        .then(redirect(moved, 5))
        .when(redirected(moved, 2))
        .then(inviteCallee(2, OFFER), inviteCallee(3, OFFER))
        .when(refuses(2, 486, "Busy Here"))
        .thenNothing()
        .when(answers(3, ANSWER))
        .then(
            answerCaller(ANSWER),
            ackCallee(3, NONE),
            stopTimer(CallTimer.NO_ANSWER),
            startTimer(CallTimer.MAX_DURATION, MAX_DURATION));
  }

  @Test
  void contactsOfLowerPreferenceWait() {
    CalleeRefused moved = moved(1);
    following(5, 1)
        .when(moved)
        .when(redirected(moved, 1, 1))
        .then(inviteCallee(2, OFFER), NEXT_ROUND)
        .when(refuses(2, 480, "Temporarily Unavailable"))
        .then(stopTimer(CallTimer.NEXT_ROUND), inviteCallee(3, OFFER))
        .when(refuses(3, 486, "Busy Here"))
        .then(
            refuseCaller(486, "Busy Here"),
            stopTimer(CallTimer.NO_ANSWER),
            finish(CALLEE, false, Cause.of(486, "Busy Here", "SIP;cause=486;text=\"Busy Here\"")));
  }

  @Test
  void aRedirectGoesBeforeTheRoundsThatWait() {
    CalleeRefused moved = moved(1);
    following(5, 2, 1)
        .when(moved)
        .then(redirect(moved, 5))
        .when(redirected(moved, 1, 1))
        .then(stopTimer(CallTimer.NEXT_ROUND), inviteCallee(4, OFFER), NEXT_ROUND)
        .when(fires(CallTimer.NEXT_ROUND))
        .then(
            cancelCallee(2, UNANSWERED),
            cancelCallee(4, UNANSWERED),
            inviteCallee(5, OFFER),
            NEXT_ROUND)
        .when(refuses(5, 486, "Busy Here"))
        .then(stopTimer(CallTimer.NEXT_ROUND), inviteCallee(3, OFFER));
  }

  @Test
  void aRedirectThatLeadsNowhereIsARefusal() {
    CalleeRefused moved = moved(1);
    following(5, 1)
        .when(moved)
        .when(redirected(moved))
        .then(
            refuseCaller(302, "Moved Temporarily", moved.payload()),
            stopTimer(CallTimer.NO_ANSWER),
            finish(CALLEE, false, MOVED));
  }

  private static final Cause MOVED =
      Cause.of(302, "Moved Temporarily", "SIP;cause=302;text=\"Moved Temporarily\"");

  @Test
  void aFollowedRedirectIsNotTheBestRefusal() {
    CalleeRefused moved = moved(1);
    following(5, 1)
        .when(moved)
        .when(redirected(moved, 1))
        .when(refuses(2, 404, "Not Found"))
        .then(
            refuseCaller(404, "Not Found"),
            stopTimer(CallTimer.NO_ANSWER),
            finish(CALLEE, false, Cause.of(404, "Not Found", "SIP;cause=404;text=\"Not Found\"")));
  }

  @Test
  void redirectsHaveALimit() {
    CalleeRefused first = moved(1);
    CalleeRefused second = moved(2);
    CalleeRefused third = moved(3);
    following(2, 1)
        .when(first)
        .then(redirect(first, 2))
        .when(redirected(first, 1))
        .when(second)
        .then(redirect(second, 1))
        .when(redirected(second, 1))
        .when(third)
        .then(
            refuseCaller(302, "Moved Temporarily", third.payload()),
            stopTimer(CallTimer.NO_ANSWER),
            finish(CALLEE, false, MOVED));
  }

  @ParameterizedTest
  @ValueSource(ints = {305, 380, 399})
  void otherRedirectsPass(int status) {
    following(5, 1)
        .when(refuses(1, status, "R", payload("Contact", "<sip:carol@example.test>")))
        .is(CallState.ENDED);
  }

  @Test
  void aRedirectWithoutContactPasses() {
    following(5, 1).when(refuses(1, 302, "Moved")).is(CallState.ENDED);
  }

  @Test
  void aLookUpThatEndsAfterTheCallDoesNothing() {
    CalleeRefused moved = moved(1);
    following(5, 1)
        .when(moved)
        .when(cancels())
        .then(
            refuseCaller(487, "Request Terminated"),
            stopTimer(CallTimer.NO_ANSWER),
            finish(CALLER, false, CHANGED_MIND))
        .when(redirected(moved, 1))
        .thenNothing();
  }

  @Test
  void aLookUpThatEndsAfterTheAnswerDoesNothing() {
    CalleeRefused moved = moved(1);
    following(5, 2)
        .when(moved)
        .when(answers(2, ANSWER))
        .when(redirected(moved, 1))
        .thenNothing()
        .is(CallState.ANSWERED);
  }
}
