package dev.tandem.gateway.sip.leg;

import dev.tandem.gateway.bridge.CalleeLeg;
import dev.tandem.gateway.bridge.RunningCall;
import dev.tandem.gateway.call.CallEvent;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.call.LegId;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.sip.header.Challenged;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.sip.header.Redirection;
import dev.tandem.gateway.sip.target.Target;
import dev.tandem.gateway.trunk.Trunk;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.ua.Hops;
import dev.tandem.sip.ua.InviteDialog;
import dev.tandem.sip.ua.MessageEdit;
import dev.tandem.sip.ua.OutgoingInvite;
import dev.tandem.sip.ua.ServerExchange;
import dev.tandem.sip.ua.UserAgent;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A branch to a callee who speaks SIP: we are its UAC. */
public final class SipCalleeLeg extends SipLeg implements CalleeLeg {

  private final UserAgent agent;
  private final Target target;
  private MessageEdit extras = MessageEdit.NONE;
  private final boolean mayOfferEarly;
  private final ForkAnswers forks = new ForkAnswers();
  private boolean offered;
  private boolean searching; // for the way

  /**
   * A branch not yet invited.
   *
   * @param mayOfferEarly an offer in a reliable provisional response can be answered
   */
  SipCalleeLeg(
      UserAgent agent, Target target, Devices devices, Referring referring, boolean mayOfferEarly) {
    super(target.callee(), referring, devices, target.device());
    this.agent = agent;
    this.target = target;
    this.mayOfferEarly = mayOfferEarly;
  }

  /** What this branch's INVITE says beside what crosses the call. Before it is invited. */
  public void saying(MessageEdit more) {
    extras = more;
  }

  @Override
  public void invite(RunningCall call, LegId self, Payload payload) {
    join(call, self);
    offered = payload.hasBody();
    Payload shown = session().offer(payload);
    OutgoingInvite outgoing =
        new OutgoingInvite(
            target.requestUri(),
            target.from(),
            target.to(),
            target.maxForwards(),
            message -> {
              Payloads.apply(shown, message);
              extras.apply(message);
              if (!offered && !mayOfferEarly) {
                Payloads.withoutReliable(message);
              }
            });
    Hops hops = target.hops().get();
    CompletableFuture<Optional<Flow>> way = hops.next(() -> agent.length(outgoing));
    if (way.isDone()) {
      send(outgoing, way.join().orElse(null), hops);
    } else {
      searching = true;
      var unused =
          way.whenComplete(
              (found, never) ->
                  call.executor().execute(() -> found(outgoing, found.orElse(null), hops)));
    }
  }

  private void found(OutgoingInvite outgoing, @Nullable Flow flow, Hops hops) {
    if (searching) { // or it was cancelled meanwhile
      searching = false;
      send(outgoing, flow, hops);
    }
  }

  private void send(OutgoingInvite outgoing, @Nullable Flow flow, Hops hops) {
    if (flow == null) {
      leavesTrunk();
      refuse(hops.failureStatus(), hops.failureReason());
    } else {
      speakIn(agent.invite(outgoing, flow, hops, call().executor(), this));
    }
  }

  private void refuse(int status, String reason) {
    call().post(new CallEvent.CalleeRefused(self(), status, reason, Payload.EMPTY));
  }

  @Override
  public void cancel(Cause cause) {
    InviteDialog pending = dialog();
    if (pending != null) {
      pending.cancel(message -> Payloads.apply(cause, message));
    } else if (searching) {
      searching = false; // nobody has heard of it
      leavesTrunk();
      refuse(487, "Request Terminated");
    }
  }

  @Override
  public void ack(Payload payload) {
    InviteDialog answered = dialog();
    if (answered != null) {
      Payload shown = session().answer(payload);
      answered.ack(message -> Payloads.apply(shown, message));
    }
  }

  @Override
  public void progressed(SIPResponse response) {
    Payload payload = Payloads.of(response);
    if (offered) {
      forks.progressed(response, payload);
    }
    call()
        .post(
            new CallEvent.CalleeProgressed(
                self(), response.getStatusCode(), phrase(response), payload));
    if (offered && Payloads.isReliable(response) && payload.hasBody()) {
      call().post(new CallEvent.CalleeAgreed(self(), Payloads.features(response)));
    }
  }

  @Override
  public void prack(Payload payload) {
    inDialog().prack(message -> Payloads.apply(payload, message));
  }

  @Override
  public void pracked(ServerExchange prack) {
    throw new IllegalStateException("a callee's leg received no INVITE to begin with");
  }

  @Override
  public void answered(SIPResponse response) {
    tellTrunk(true, response.getStatusCode());
    call()
        .post(
            new CallEvent.CalleeAnswered(
                self(),
                forks.complete(response, Payloads.of(response)),
                Payloads.features(response)));
  }

  @Override
  public void refused(int status, String reason, @Nullable SIPResponse response) {
    leavesTrunk();
    if (response != null || status != 487) {
      tellTrunk(response != null, status);
    }
    Payload payload = response == null ? Payload.EMPTY : refusal(response);
    call()
        .post(
            new CallEvent.CalleeRefused(
                self(),
                Challenged.told(status),
                Challenged.told(status, reason),
                Challenged.told(status, payload)));
  }

  private void tellTrunk(boolean answeredAtAll, int status) {
    Trunk trunk = party().trunk();
    if (trunk != null) {
      trunk.called(answeredAtAll, status);
    }
  }

  private static Payload refusal(SIPResponse response) {
    return Redirection.with(Payloads.of(response), response);
  }

  private static String phrase(SIPResponse response) {
    String phrase = response.getReasonPhrase();
    return phrase == null ? "" : phrase;
  }

  @Override
  public void cancelled(SIPRequest cancel) {
    throw new IllegalStateException("a callee's leg received no INVITE to begin with");
  }
}
