package dev.tandem.gateway.call;

import static dev.tandem.gateway.call.CallEnd.By.CALLER;
import static dev.tandem.gateway.call.CallScript.*;
import static dev.tandem.gateway.call.CallState.ESTABLISHED;
import static dev.tandem.gateway.call.CallTimer.GLARE_CALLEE;
import static dev.tandem.gateway.call.CallTimer.GLARE_CALLER;
import static dev.tandem.gateway.call.Method.INVITE;
import static dev.tandem.gateway.call.Method.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Two who change the session at once (RFC 3261 §14, RFC 3311 §5.2). */
class GlareTest {
  private static final Payload HOLD = Payload.of(Body.sdp("hold"));
  private static final Payload HELD = Payload.of(Body.sdp("held"));
  private static final String PENDING = "Request Pending";

  // What we refuse.

  @Test
  void aReInviteThatMeetsOursIs491() {
    established()
        .when(requests(0, 7, INVITE, HOLD))
        .when(requests(1, 3, INVITE, HOLD))
        .then(respond(1, 3, 491, PENDING, NONE));
  }

  @Test
  void anUpdateWithAnOfferThatMeetsOursIs491() {
    established()
        .when(requests(0, 7, INVITE, HOLD))
        .when(requests(1, 3, UPDATE, HOLD))
        .then(respond(1, 3, 491, PENDING, NONE));
    established()
        .when(requests(0, 7, UPDATE, HOLD))
        .when(requests(1, 3, INVITE, HOLD))
        .then(respond(1, 3, 491, PENDING, NONE));
  }

  @Test
  void aSecondReInviteOfTheSameLegIs500WithRetryAfter() {
    CallScript script = established().when(requests(0, 7, INVITE, HOLD));
    Set<String> waits = new HashSet<>();
    for (int id = 8; id < 400; id++) {
      script.when(requests(0, id, INVITE, HOLD));
      CallEffect.Respond refusal = (CallEffect.Respond) script.effects().get(0);
      assertThat(refusal.status()).isEqualTo(500);
      waits.add(refusal.payload().headers().get(0).value());
    }
    assertThat(waits)
        .containsExactlyInAnyOrder("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
  }

  @Test
  void aReInviteThatOvertakesTheFirstAckWaitsForIt() {
    answered()
        .when(requests(1, 3, INVITE, HOLD))
        .thenNothing()
        .when(acks(NONE))
        .then(sendRequest(0, 1, INVITE, HOLD))
        .when(responds(0, 1, 200, "OK", HELD))
        .then(sendAck(0, 1, NONE), respond(1, 3, 200, "OK", HELD));
  }

  @Test
  void soDoesAnUpdateAndOneOfTheCallerItself() {
    answered()
        .when(requests(0, 7, UPDATE, HOLD))
        .thenNothing()
        .when(acks(NONE))
        .then(sendRequest(1, 1, INVITE, HOLD));
  }

  @Test
  void ofTwoThatWaitForTheAckTheLaterIs491() {
    answered()
        .when(requests(1, 3, INVITE, HOLD))
        .when(requests(0, 7, INVITE, OFFER))
        .thenNothing()
        .when(acks(NONE))
        .then(respond(0, 7, 491, PENDING, NONE), sendRequest(0, 1, INVITE, HOLD));
  }

  @Test
  void onlyOneOfALegWaitsForTheAck() {
    CallScript script =
        answered().when(requests(1, 3, INVITE, HOLD)).when(requests(1, 4, INVITE, OFFER));
    assertThat(((CallEffect.Respond) script.effects().get(0)).status()).isEqualTo(500);
  }

  @Test
  void whatWaitsForTheAckMayBeCancelled() {
    answered()
        .when(requests(1, 3, INVITE, HOLD))
        .when(cancelsRequest(1, 3))
        .then(respond(1, 3, 487, "Request Terminated", NONE))
        .when(acks(NONE))
        .thenNothing();
  }

  @Test
  void whatWaitsForAnAckThatNeverComesIsAnsweredAtTheEnd() {
    CallScript script = answered().when(requests(1, 3, INVITE, HOLD)).when(neverAcks());
    assertThat(script.effects())
        .contains(respond(1, 3, 487, "Request Terminated", NONE))
        .noneMatch(CallEffect.SendRequest.class::isInstance);
  }

  @Test
  void aReInviteWhileAnAnswerIsDueInTheAckIs491() {
    established()
        .when(requests(0, 7, INVITE, NONE))
        .when(responds(1, 1, 200, "OK", OFFER))
        .when(requests(1, 3, INVITE, HOLD))
        .then(respond(1, 3, 491, PENDING, NONE))
        .when(requests(0, 8, INVITE, HOLD))
        .then(respond(0, 8, 491, PENDING, NONE));
  }

  @Test
  void aReInviteThatOvertakesTheAckOfTheLastIs491() {
    established()
        .when(requests(0, 7, INVITE, HOLD))
        .when(responds(1, 1, 200, "OK", HELD))
        .when(requests(0, 8, INVITE, OFFER))
        .then(respond(0, 8, 491, PENDING, NONE))
        .when(acksRequest(0, 7, NONE))
        .when(requests(0, 9, INVITE, OFFER))
        .then(sendRequest(1, 2, INVITE, OFFER));
  }

  @Test
  void theOtherLegNeedNotWaitForThatAck() {
    established()
        .when(requests(0, 7, INVITE, HOLD))
        .when(responds(1, 1, 200, "OK", HELD))
        .when(requests(1, 3, INVITE, OFFER))
        .then(sendRequest(0, 2, INVITE, OFFER));
  }

  // What we are refused.

  @Test
  void a491OfTheCalleeIsWaitedOutAndTheRequestRepeated() {
    CallScript script =
        established().when(requests(0, 7, INVITE, HOLD)).when(responds(1, 1, 491, PENDING, NONE));
    assertThat(delay(script, GLARE_CALLEE))
        .isBetween(Duration.ofMillis(2100), Duration.ofSeconds(4));
    script
        .when(fires(GLARE_CALLEE))
        .then(sendRequest(1, 2, INVITE, HOLD))
        .when(responds(1, 2, 200, "OK", HELD))
        .then(sendAck(1, 2, NONE), respond(0, 7, 200, "OK", HELD))
        .is(ESTABLISHED);
  }

  @Test
  void a491OfTheCallerIsWaitedOutForLess() {
    CallScript script =
        established().when(requests(1, 3, INVITE, HOLD)).when(responds(0, 1, 491, PENDING, NONE));
    assertThat(delay(script, GLARE_CALLER))
        .isBetween(Duration.ofMillis(200), Duration.ofSeconds(2));
    script.when(fires(GLARE_CALLER)).then(sendRequest(0, 2, INVITE, HOLD));
  }

  @Test
  void waitingTimesAreMultiplesOf10msAndDifferFromCallToCall() {
    Set<Duration> waits = new HashSet<>();
    for (long seed = 0; seed < 200; seed++) {
      Call call = Call.start(SETTINGS, OFFER, PeerFeatures.NONE, 1, seed).call();
      call = call.on(answers(1, ANSWER)).call().on(acks(NONE)).call();
      call = call.on(requests(0, 7, INVITE, HOLD)).call();
      CallEffect.StartTimer timer =
          (CallEffect.StartTimer) call.on(responds(1, 1, 491, PENDING, NONE)).effects().get(0);
      assertThat(timer.delay()).isBetween(Duration.ofMillis(2100), Duration.ofSeconds(4));
      assertThat(timer.delay().toMillis() % 10).isZero();
      waits.add(timer.delay());
    }
    assertThat(waits).hasSizeGreaterThan(50);
  }

  @Test
  void after3TriesTheRequesterGetsThe491() {
    established()
        .when(requests(0, 7, INVITE, HOLD))
        .when(responds(1, 1, 491, PENDING, NONE))
        .when(fires(GLARE_CALLEE))
        .when(responds(1, 2, 491, PENDING, NONE))
        .when(fires(GLARE_CALLEE))
        .then(sendRequest(1, 3, INVITE, HOLD))
        .when(responds(1, 3, 491, PENDING, NONE))
        .then(respond(0, 7, 491, PENDING, NONE))
        .is(ESTABLISHED);
  }

  @Test
  void bothWhoCollidedGetThrough() {
    // The callee's INVITE was on the wire when ours arrived: it refuses ours, and we refuse its.
    CallScript script =
        established()
            .when(requests(0, 7, INVITE, HOLD))
            .when(requests(1, 3, INVITE, OFFER))
            .then(respond(1, 3, 491, PENDING, NONE))
            .when(responds(1, 1, 491, PENDING, NONE));
    // It tries again first, while the caller's still waits: no way to send that on.
    script.when(requests(1, 4, INVITE, OFFER)).then(respond(1, 4, 491, PENDING, NONE));
    script
        .when(fires(GLARE_CALLEE))
        .then(sendRequest(1, 2, INVITE, HOLD))
        .when(responds(1, 2, 200, "OK", HELD))
        .when(acksRequest(0, 7, NONE));
    script
        .when(requests(1, 5, INVITE, OFFER))
        .then(sendRequest(0, 3, INVITE, OFFER))
        .when(responds(0, 3, 200, "OK", ANSWER))
        .then(sendAck(0, 3, NONE), respond(1, 5, 200, "OK", ANSWER));
  }

  @Test
  void a491ToAnUpdateGoesBackToTheRequester() {
    ringing(1)
        .when(new CallEvent.CalleeAnswered(leg(1), ANSWER, TAKES_UPDATE))
        .when(acks(NONE))
        .when(requests(0, 7, UPDATE, HOLD))
        .when(responds(1, 1, 491, PENDING, NONE))
        .then(respond(0, 7, 491, PENDING, NONE));
  }

  // While the timer runs.

  @Test
  void theRequesterMayCancelWhileItWaits() {
    established()
        .when(requests(0, 7, INVITE, HOLD))
        .when(responds(1, 1, 491, PENDING, NONE))
        .when(cancelsRequest(0, 7))
        .then(stopTimer(GLARE_CALLEE), respond(0, 7, 487, "Request Terminated", NONE))
        .when(fires(GLARE_CALLEE))
        .thenNothing();
  }

  @Test
  void a491ThatCrossesTheCancelIsNotRepeated() {
    established()
        .when(requests(0, 7, INVITE, HOLD))
        .when(cancelsRequest(0, 7))
        .when(responds(1, 1, 491, PENDING, NONE))
        .then(respond(0, 7, 487, "Request Terminated", NONE));
  }

  @Test
  void theRequesterMayHangUpWhileItWaits() {
    CallScript script =
        established()
            .when(requests(0, 7, INVITE, HOLD))
            .when(responds(1, 1, 491, PENDING, NONE))
            .when(hangsUp(0));
    assertThat(script.effects())
        .containsExactlyInAnyOrder(
            stopTimer(CallTimer.MAX_DURATION),
            stopTimer(GLARE_CALLEE),
            hangUp(1, BYE),
            finish(CALLER, true, BYE));
  }

  @Test
  void theOtherMayHangUpWhileTheRequesterWaits() {
    CallScript script =
        established()
            .when(requests(0, 7, INVITE, HOLD))
            .when(responds(1, 1, 491, PENDING, NONE))
            .when(hangsUp(1));
    assertThat(script.effects())
        .contains(
            stopTimer(GLARE_CALLEE),
            respond(0, 7, 487, "Request Terminated", NONE),
            hangUp(0, BYE));
  }

  private static Duration delay(CallScript script, CallTimer timer) {
    assertThat(script.effects()).hasSize(1);
    CallEffect.StartTimer start = (CallEffect.StartTimer) script.effects().get(0);
    assertThat(start.timer()).isEqualTo(timer);
    return start.delay();
  }
}
