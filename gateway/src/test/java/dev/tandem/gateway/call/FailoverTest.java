package dev.tandem.gateway.call;

import static dev.tandem.gateway.call.CallEnd.By.CALLEE;
import static dev.tandem.gateway.call.CallEnd.By.CALLER;
import static dev.tandem.gateway.call.CallScript.*;

import dev.tandem.gateway.call.CallEvent.CalleeRefused;
import dev.tandem.gateway.call.CallEvent.CalleeRefused.Why;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trunks one after the other, each by a rule. */
class FailoverTest {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Failover RULE = new Failover(Set.of(5, 408), true, true, PATIENCE, false);
  private static final Failover HOLDING = new Failover(Set.of(5), true, true, PATIENCE, true);
  private static final CallEffect WAITS = startTimer(CallTimer.NEXT_ROUND, PATIENCE);
  private static final CallEffect WAITS_NO_MORE = stopTimer(CallTimer.NEXT_ROUND);
  private static final Cause SILENT =
      Cause.of(408, "No response", "Q.850;cause=102;text=\"No response\"");

  private static CallEvent fails(int leg, int status, Why why) {
    return new CalleeRefused(leg(leg), status, "Failed", NONE, why);
  }

  private static CallEvent tries(int leg) {
    return new CallEvent.CalleeTrying(leg(leg));
  }

  @Test
  void theNextIsTriedWhenOneFailsAsTheRuleSays() {
    hunting(RULE, 3)
        .then(startTimer(CallTimer.NO_ANSWER, NO_ANSWER), inviteCallee(1, OFFER), WAITS)
        .when(refuses(1, 503, "Service Unavailable"))
        .then(WAITS_NO_MORE, inviteCallee(2, OFFER), WAITS)
        .when(refuses(2, 408, "Request Timeout"))
        .then(WAITS_NO_MORE, inviteCallee(3, OFFER))
        .when(answers(3, ANSWER))
        .then(
            answerCaller(ANSWER),
            ackCallee(3, NONE),
            stopTimer(CallTimer.NO_ANSWER),
            startTimer(CallTimer.MAX_DURATION, MAX_DURATION));
  }

  @ParameterizedTest
  @CsvSource({
    "500, SAID, true", "599, SAID, true", "408, SAID, true", "486, SAID, false",
    "404, SAID, false", "603, SAID, false", "408, SILENCE, true", "480, TRANSPORT, true",
    "503, NOT_TRIED, true"
  })
  void theRuleDecides(int status, Why why, boolean followed) {
    CallScript call = hunting(RULE, 2).when(fails(1, status, why));
    if (followed) {
      call.then(WAITS_NO_MORE, inviteCallee(2, OFFER));
    } else {
      call.then(
          refuseCaller(status, "Failed"),
          stopTimer(CallTimer.NO_ANSWER),
          WAITS_NO_MORE,
          finish(
              CALLEE,
              false,
              Cause.of(status, "Failed", "SIP;cause=" + status + ";text=\"Failed\"")));
    }
  }

  @Test
  void withNothingInTheRuleNothingIsFollowed() {
    Failover never = new Failover(Set.of(), false, false, PATIENCE, false);
    hunting(never, 2)
        .then(startTimer(CallTimer.NO_ANSWER, NO_ANSWER), inviteCallee(1, OFFER))
        .when(fails(1, 480, Why.TRANSPORT))
        .is(CallState.ENDED);
    hunting(never, 2).when(fails(1, 408, Why.SILENCE)).is(CallState.ENDED);
    hunting(never, 2).when(fails(1, 503, Why.NOT_TRIED)).then(inviteCallee(2, OFFER));
  }

  @Test
  void silenceIsFollowedAndALateAnswerIsTheAdaptersToEnd() {
    hunting(RULE, 2)
        .when(fires(CallTimer.NEXT_ROUND))
        .then(abandonCallee(1, SILENT), inviteCallee(2, OFFER))
        .when(rings(2))
        .then(ring())
        .when(answers(1, ANSWER))
        .thenNothing()
        .is(CallState.OFFERED)
        .when(answers(2, ANSWER))
        .is(CallState.ANSWERED);
  }

  @Test
  void aCallDoesNotWaitForWhomItGaveUp() {
    hunting(RULE, 2)
        .when(fires(CallTimer.NEXT_ROUND))
        .when(answers(2, ANSWER))
        .when(acks(NONE))
        .when(answers(1, ANSWER))
        .thenNothing()
        .is(CallState.ESTABLISHED)
        .when(hangsUp(2))
        .is(CallState.ENDED);
  }

  @Test
  void whoSaysAnythingIsNotSilent() {
    hunting(RULE, 2).when(tries(1)).then(WAITS_NO_MORE).when(tries(1)).thenNothing();
    hunting(RULE, 2)
        .when(rings(1))
        .then(WAITS_NO_MORE, ring())
        .when(refuses(1, 500, "Server Internal Error"))
        .then(inviteCallee(2, OFFER))
        .when(rings(2))
        .then(ring());
  }

  @Test
  void theLastOneMayBeSilentForAsLongAsItsTransactionLasts() {
    hunting(RULE, 2).when(refuses(1, 500, "E")).then(WAITS_NO_MORE, inviteCallee(2, OFFER));
  }

  @Test
  void mediaThatTheCallerHearsSettleIt() {
    hunting(RULE, 2)
        .when(progresses(1, 183, "Session Progress", EARLY_MEDIA))
        .then(WAITS_NO_MORE, progress(183, "Session Progress", EARLY_MEDIA))
        .when(refuses(1, 503, "Service Unavailable"))
        .is(CallState.ENDED);
  }

  @Test
  void mediaThatAreHeldSettleNothing() {
    hunting(HOLDING, 2)
        .when(progresses(1, 183, "Session Progress", EARLY_MEDIA))
        .then(WAITS_NO_MORE, ring())
        .when(refuses(1, 503, "Service Unavailable"))
        .then(inviteCallee(2, OFFER))
        .when(progresses(2, 183, "Session Progress", EARLY_MEDIA))
        .then(progress(183, "Session Progress", EARLY_MEDIA));
  }

  @Test
  void theCallerMayGiveUpAtAnyTime() {
    hunting(RULE, 3)
        .when(fires(CallTimer.NEXT_ROUND))
        .when(cancels())
        .then(
            refuseCaller(487, "Request Terminated"),
            stopTimer(CallTimer.NO_ANSWER),
            WAITS_NO_MORE,
            cancelCallee(2, CHANGED_MIND))
        .when(refuses(2, 487, "Request Terminated"))
        .then(finish(CALLER, false, CHANGED_MIND))
        .when(answers(1, ANSWER))
        .thenNothing();
  }

  @Test
  void whenAllFailTheCallerHearsTheBest() {
    hunting(RULE, 2)
        .when(refuses(1, 503, "Service Unavailable"))
        .when(refuses(2, 503, "Service Unavailable"))
        .then(
            refuseCaller(500, "Server Internal Error"),
            stopTimer(CallTimer.NO_ANSWER),
            finish(
                CALLEE,
                false,
                Cause.of(
                    500, "Server Internal Error", "SIP;cause=500;text=\"Server Internal Error\"")));
  }
}
