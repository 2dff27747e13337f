package dev.tandem.gateway.call;

import static dev.tandem.gateway.call.CallScript.ANSWER;
import static dev.tandem.gateway.call.CallScript.BYE;
import static dev.tandem.gateway.call.CallScript.NONE;
import static dev.tandem.gateway.call.CallScript.OFFER;
import static dev.tandem.gateway.call.CallScript.TAKES_UPDATE;
import static dev.tandem.gateway.call.CallScript.acks;
import static dev.tandem.gateway.call.CallScript.answered;
import static dev.tandem.gateway.call.CallScript.established;
import static dev.tandem.gateway.call.CallScript.leg;
import static dev.tandem.gateway.call.CallScript.ringing;

import dev.tandem.gateway.call.CallEffect.KeepLeg;
import dev.tandem.gateway.call.CallEffect.ReplaceLeg;
import dev.tandem.gateway.call.CallEvent.ReplacementOffered;
import org.junit.jupiter.api.Test;

/** A leg takes another's place when nobody is in the middle of anything. */
class ReplacementTest {
  private static final ExchangeId FROM_CALLER = new ExchangeId(1);
  private static final ExchangeId OURS = new ExchangeId(ExchangeId.FIRST_OURS);

  private static CallEvent offered(int leg) {
    return new ReplacementOffered(leg(leg), TAKES_UPDATE);
  }

  @Test
  void quietCallTakesItAtOnce() {
    established().when(offered(0)).then(new ReplaceLeg(leg(0)));
    established().when(offered(1)).then(new ReplaceLeg(leg(1)));
  }

  @Test
  void itWaitsForTheAckOfTheCall() {
    answered().when(offered(1)).thenNothing().when(acks(NONE)).then(new ReplaceLeg(leg(1)));
  }

  @Test
  void itWaitsForTheEndOfAReInviteAndNobodyBeginsAnother() {
    CallEvent hold = new CallEvent.RequestReceived(leg(0), FROM_CALLER, Method.INVITE, OFFER);
    CallEvent other =
        new CallEvent.RequestReceived(leg(1), new ExchangeId(1), Method.INVITE, OFFER);
    established()
        .when(hold)
        .when(offered(0))
        .thenNothing()
        .when(new CallEvent.ResponseReceived(leg(1), OURS, 200, "OK", ANSWER))
        .when(other)
        .then(new CallEffect.Respond(leg(1), new ExchangeId(1), 491, "Request Pending", NONE))
        .when(new CallEvent.AckReceived(leg(0), FROM_CALLER, NONE))
        .then(new ReplaceLeg(leg(0)));
  }

  @Test
  void theNewLegsFeaturesCount() {
    CallEvent update = new CallEvent.RequestReceived(leg(0), FROM_CALLER, Method.UPDATE, OFFER);
    established()
        .when(offered(1))
        .when(update)
        .then(new CallEffect.SendRequest(leg(1), OURS, Method.UPDATE, OFFER));
  }

  @Test
  void nobodyIsReplacedBeforeTheAnswer() {
    ringing(1).when(offered(1)).then(new KeepLeg(leg(1)));
    ringing(1).when(offered(0)).then(new KeepLeg(leg(0)));
  }

  @Test
  void theEndOfTheCallEndsTheWait() {
    answered()
        .when(offered(0))
        .when(new CallEvent.HungUp(leg(1), BYE))
        .then(new CallEffect.StopTimer(CallTimer.MAX_DURATION), new KeepLeg(leg(0)))
        .when(offered(1))
        .then(new KeepLeg(leg(1)));
  }
}
