package dev.tandem.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.call.CallEffect.AckCallee;
import dev.tandem.gateway.call.CallEffect.AnswerCaller;
import dev.tandem.gateway.call.CallEffect.CancelCallee;
import dev.tandem.gateway.call.CallEffect.CancelRequest;
import dev.tandem.gateway.call.CallEffect.Finish;
import dev.tandem.gateway.call.CallEffect.HangUp;
import dev.tandem.gateway.call.CallEffect.InviteCallee;
import dev.tandem.gateway.call.CallEffect.PrackCallee;
import dev.tandem.gateway.call.CallEffect.Progress;
import dev.tandem.gateway.call.CallEffect.RefuseCaller;
import dev.tandem.gateway.call.CallEffect.Respond;
import dev.tandem.gateway.call.CallEffect.SendAck;
import dev.tandem.gateway.call.CallEffect.SendRequest;
import dev.tandem.gateway.call.CallEffect.StartTimer;
import dev.tandem.gateway.call.CallEffect.StopTimer;
import dev.tandem.gateway.call.CallEvent.AckMissing;
import dev.tandem.gateway.call.CallEvent.AckReceived;
import dev.tandem.gateway.call.CallEvent.CalleeAgreed;
import dev.tandem.gateway.call.CallEvent.CalleeAnswered;
import dev.tandem.gateway.call.CallEvent.CalleeProgressed;
import dev.tandem.gateway.call.CallEvent.CalleeRefused;
import dev.tandem.gateway.call.CallEvent.CallerAckMissing;
import dev.tandem.gateway.call.CallEvent.CallerAcked;
import dev.tandem.gateway.call.CallEvent.CallerCancelled;
import dev.tandem.gateway.call.CallEvent.CallerPracked;
import dev.tandem.gateway.call.CallEvent.EndRequested;
import dev.tandem.gateway.call.CallEvent.HungUp;
import dev.tandem.gateway.call.CallEvent.LegLost;
import dev.tandem.gateway.call.CallEvent.RequestCancelled;
import dev.tandem.gateway.call.CallEvent.RequestReceived;
import dev.tandem.gateway.call.CallEvent.ResponseReceived;
import dev.tandem.gateway.call.CallEvent.TimerFired;
import java.time.Duration;
import java.util.List;

/**
 * A call told as a ladder: each line is one event and exactly the effects that it has. The static
 * methods are the words; events are told about the peers ({@code rings(1)}), effects are orders to
 * the adapter ({@code hangUp(1, cause)}). Leg 0 is the caller.
 */
final class CallScript {
  static final Duration NO_ANSWER = Duration.ofSeconds(60);
  static final Duration MAX_DURATION = Duration.ofHours(4);
  static final Duration ROUND_TIME = Duration.ofSeconds(20);
  static final CallSettings SETTINGS = new CallSettings(NO_ANSWER, MAX_DURATION);
  static final PeerFeatures TAKES_UPDATE = new PeerFeatures(true);

  static final Payload OFFER = Payload.of(Body.sdp("offer"));
  static final Payload ANSWER = Payload.of(Body.sdp("answer"));
  static final Payload EARLY_MEDIA = Payload.of(Body.sdp("early media"));
  static final Payload NONE = Payload.EMPTY;

  static final Cause BYE = Cause.of(200, "BYE", "Q.850;cause=16;text=\"Terminated\"");
  static final Cause CHANGED_MIND = Cause.of(487, "CANCEL", "SIP;cause=487;text=\"Changed mind\"");
  static final Cause FLOW_DIED = Cause.of(480, "Flow died");
  static final Cause LOST =
      Cause.of(480, "Flow died", "Q.850;cause=102;text=\"Recovery on timer expiry\"");
  static final Cause ELSEWHERE =
      Cause.of(200, "Call completed elsewhere", "SIP;cause=200;text=\"Call completed elsewhere\"");
  static final Cause DRAINED = Cause.of(503, "Going down", "SIP;cause=503;text=\"Going down\"");

  private Call call;
  private List<CallEffect> effects;

  private CallScript(Call.Step start) {
    call = start.call();
    effects = start.effects();
  }

  /** A call whose branches ring in rounds of these sizes, 20 s each. */
  static CallScript inRounds(Integer... rounds) {
    return new CallScript(Call.start(SETTINGS, OFFER, PeerFeatures.NONE, Round.of(rounds), 42));
  }

  /** A call that follows 3xx responses to so many targets. */
  static CallScript following(int redirects, Integer... rounds) {
    CallSettings settings = new CallSettings(NO_ANSWER, MAX_DURATION, ROUND_TIME, redirects);
    return new CallScript(Call.start(settings, OFFER, PeerFeatures.NONE, Round.of(rounds), 42));
  }

  /** A call that tries so many trunks, one after the other. */
  static CallScript hunting(Failover rule, int trunks) {
    List<Round> rounds = java.util.Collections.nCopies(trunks, new Round(1, rule));
    return new CallScript(Call.start(SETTINGS, OFFER, PeerFeatures.NONE, rounds, 42));
  }

  static CallScript invite(Payload invite, int branches) {
    return new CallScript(Call.start(SETTINGS, invite, PeerFeatures.NONE, branches, 42));
  }

  static CallScript invite(Payload invite, PeerFeatures caller) {
    return new CallScript(Call.start(SETTINGS, invite, caller, 1, 42));
  }

  /** A call that rings at so many branches. */
  static CallScript ringing(int branches) {
    CallScript script = invite(OFFER, branches);
    for (int leg = 1; leg <= branches; leg++) {
      script.when(rings(leg));
    }
    return script;
  }

  /** A call with one branch, answered with an answer to the caller's offer, and not yet ACKed. */
  static CallScript answered() {
    return ringing(1).when(answers(1, ANSWER));
  }

  /** The same, with the ACK. */
  static CallScript established() {
    return answered().when(acks(NONE));
  }

  CallScript when(CallEvent event) {
    Call.Step step = call.on(event);
    assertThat(call.on(event)).as("the same event, the same step").isEqualTo(step);
    call = step.call();
    effects = step.effects();
    return this;
  }

  CallScript then(CallEffect... expected) {
    assertThat(effects).containsExactly(expected);
    return this;
  }

  CallScript thenNothing() {
    assertThat(effects).isEmpty();
    return this;
  }

  CallScript is(CallState state) {
    assertThat(call.state()).isEqualTo(state);
    return this;
  }

  Call call() {
    return call;
  }

  List<CallEffect> effects() {
    return effects;
  }

  static LegId leg(int number) {
    return new LegId(number);
  }

  static Payload payload(String header, String value) {
    return new Payload(null, List.of(new Header(header, value)));
  }

  // Events.

  static CallEvent rings(int leg) {
    return progresses(leg, 180, "Ringing", NONE);
  }

  static CallEvent progresses(int leg, int status, String reason, Payload payload) {
    return new CalleeProgressed(leg(leg), status, reason, payload);
  }

  static CallEvent answers(int leg, Payload payload) {
    return new CalleeAnswered(leg(leg), payload, PeerFeatures.NONE);
  }

  static CallEvent agrees(int leg, PeerFeatures features) {
    return new CalleeAgreed(leg(leg), features);
  }

  static CallEvent pracks(Payload payload) {
    return new CallerPracked(payload);
  }

  static CallEvent refuses(int leg, int status, String reason) {
    return new CalleeRefused(leg(leg), status, reason, NONE);
  }

  static CallEvent refuses(int leg, int status, String reason, Payload payload) {
    return new CalleeRefused(leg(leg), status, reason, payload);
  }

  /** 302 with a Contact. */
  static CalleeRefused moved(int leg) {
    return new CalleeRefused(
        leg(leg), 302, "Moved Temporarily", payload("Contact", "<sip:carol@example.test>"));
  }

  static CallEvent redirected(CalleeRefused moved, Integer... rounds) {
    return new CallEvent.Redirected(moved, Round.of(rounds));
  }

  static CallEvent cancels() {
    return new CallerCancelled(CHANGED_MIND);
  }

  static CallEvent acks(Payload payload) {
    return new CallerAcked(payload);
  }

  static CallEvent neverAcks() {
    return new CallerAckMissing();
  }

  static CallEvent hangsUp(int leg) {
    return new HungUp(leg(leg), BYE);
  }

  static CallEvent isLost(int leg) {
    return new LegLost(leg(leg), FLOW_DIED);
  }

  static CallEvent fires(CallTimer timer) {
    return new TimerFired(timer);
  }

  static CallEvent endRequested() {
    return new EndRequested(DRAINED);
  }

  static CallEvent requests(int leg, int id, Method method, Payload payload) {
    return new RequestReceived(leg(leg), new ExchangeId(id), method, payload);
  }

  static CallEvent cancelsRequest(int leg, int id) {
    return new RequestCancelled(leg(leg), new ExchangeId(id));
  }

  static CallEvent responds(int leg, int ours, int status, String reason, Payload payload) {
    return new ResponseReceived(leg(leg), ours(ours), status, reason, payload);
  }

  static CallEvent acksRequest(int leg, int id, Payload payload) {
    return new AckReceived(leg(leg), new ExchangeId(id), payload);
  }

  static CallEvent neverAcksRequest(int leg, int id) {
    return new AckMissing(leg(leg), new ExchangeId(id));
  }

  // Effects.

  static CallEffect inviteCallee(int leg, Payload payload) {
    return new InviteCallee(leg(leg), payload);
  }

  static CallEffect cancelCallee(int leg, Cause cause) {
    return new CancelCallee(leg(leg), cause);
  }

  static CallEffect abandonCallee(int leg, Cause cause) {
    return new CallEffect.AbandonCallee(leg(leg), cause);
  }

  static CallEffect prackCallee(int leg, Payload payload) {
    return new PrackCallee(leg(leg), payload);
  }

  static CallEffect ackCallee(int leg, Payload payload) {
    return new AckCallee(leg(leg), payload);
  }

  static CallEffect redirect(CalleeRefused moved, int limit) {
    return new CallEffect.Redirect(moved, limit);
  }

  static CallEffect progress(int status, String reason, Payload payload) {
    return new Progress(status, reason, payload);
  }

  static CallEffect ring() {
    return progress(180, "Ringing", NONE);
  }

  static CallEffect answerCaller(Payload payload) {
    return new AnswerCaller(payload);
  }

  static CallEffect refuseCaller(int status, String reason) {
    return new RefuseCaller(status, reason, NONE);
  }

  static CallEffect refuseCaller(int status, String reason, Payload payload) {
    return new RefuseCaller(status, reason, payload);
  }

  static CallEffect hangUp(int leg, Cause cause) {
    return new HangUp(leg(leg), cause);
  }

  /** The first request of ours is number 1. */
  static CallEffect sendRequest(int leg, int ours, Method method, Payload payload) {
    return new SendRequest(leg(leg), ours(ours), method, payload);
  }

  static CallEffect cancelRequest(int leg, int ours) {
    return new CancelRequest(leg(leg), ours(ours));
  }

  static CallEffect respond(int leg, int id, int status, String reason, Payload payload) {
    return new Respond(leg(leg), new ExchangeId(id), status, reason, payload);
  }

  static CallEffect sendAck(int leg, int ours, Payload payload) {
    return new SendAck(leg(leg), ours(ours), payload);
  }

  static CallEffect startTimer(CallTimer timer, Duration delay) {
    return new StartTimer(timer, delay);
  }

  static CallEffect stopTimer(CallTimer timer) {
    return new StopTimer(timer);
  }

  static CallEffect finish(CallEnd.By by, boolean answered, Cause cause) {
    return new Finish(new CallEnd(by, answered, cause));
  }

  private static ExchangeId ours(int number) {
    return new ExchangeId(ExchangeId.FIRST_OURS - 1 + number);
  }
}
