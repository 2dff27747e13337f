package dev.tandem.gateway.sip.leg;

import dev.tandem.gateway.bridge.Branches.Description;
import dev.tandem.gateway.bridge.CalleeLeg;
import dev.tandem.gateway.bridge.RunningCall;
import dev.tandem.gateway.call.CallEvent;
import dev.tandem.gateway.call.CallEvent.CalleeRefused.Why;
import dev.tandem.gateway.call.CallState;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.call.Failover;
import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.call.LegId;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.sdp.PeerMedia;
import dev.tandem.gateway.sip.header.Challenged;
import dev.tandem.gateway.sip.header.OutgoingHeaders;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.sip.header.Redirection;
import dev.tandem.gateway.sip.target.Device;
import dev.tandem.gateway.sip.target.Target;
import dev.tandem.gateway.trunk.Trunk;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.ua.Hops;
import dev.tandem.sip.ua.InviteDialog;
import dev.tandem.sip.ua.MessageEdit;
import dev.tandem.sip.ua.OutgoingInvite;
import dev.tandem.sip.ua.PeerCredentials;
import dev.tandem.sip.ua.ServerExchange;
import dev.tandem.sip.ua.UserAgent;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A branch to a callee who speaks SIP: we are its UAC. */
public final class SipCalleeLeg extends SipLeg implements CalleeLeg {

  private final UserAgent agent;
  private final Target target;
  private MessageEdit extras = MessageEdit.NONE;
  private Description description = Description.COMPLETE;
  private Function<SIPResponse, List<Header>> challenges = response -> List.of();
  private Payload full = Payload.EMPTY;
  private final boolean mayOfferEarly;
  private @Nullable Failover failover;
  private final ForkAnswers forks = new ForkAnswers();
  private boolean offered;
  private boolean searching; // for the way
  private @Nullable Cause abandonedFor; // what follows is not the call's any more

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

  @Override
  public PeerMedia media() {
    Device device = target.device();
    PeerMedia media = media(device != null && device.isBrowser());
    return outgoing().record() ? media.recorded() : media;
  }

  /** What this branch's INVITE says beside what crosses the call. Before it is invited. */
  public void saying(MessageEdit more) {
    extras = more;
  }

  @Override
  public @Nullable PeerCredentials credentials() {
    return target.credentials();
  }

  /** What the INVITE says of the session, when it is known. Before it is invited. */
  public void describedBy(Description what) {
    description = what;
  }

  /** What the caller is told when another call has just taken the last place. */
  void sayingWhenFull(Payload told) {
    full = told;
  }

  /** Which challenges of a refusal are for the caller to answer. Before it is invited. */
  void passing(Function<SIPResponse, List<Header>> which) {
    challenges = which;
  }

  @Override
  public void invite(RunningCall call, LegId self, Payload payload) {
    join(call, self);
    offered = payload.hasBody();
    if (!mayBegin()) {
      refuse(503, "Trunk Limit Reached", Why.NOT_TRIED, full);
      return;
    }
    if (mayHearNothingOf(payload)) {
      refuse(488, "No Codec In Common", Why.NOT_TRIED);
      return;
    }
    CompletableFuture<Payload> complete = description.complete(payload);
    if (complete.isDone()) {
      invite(complete.join());
    } else {
      searching = true;
      var unused =
          complete.thenAccept(
              whole ->
                  call.executor()
                      .execute(
                          () -> {
                            if (searching) { // or it was cancelled meanwhile
                              searching = false;
                              invite(whole);
                            }
                          }));
    }
  }

  private void invite(Payload payload) {
    Payload shown = session().offer(allowed(payload));
    OutgoingInvite outgoing =
        new OutgoingInvite(
            target.requestUri(),
            target.from(),
            target.to(),
            target.maxForwards(),
            message -> {
              target.path().apply(message);
              put(shown, message);
              extras.apply(message);
              OutgoingHeaders.add(outgoing(), message);
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
                  call().executor().execute(() -> found(outgoing, found.orElse(null), hops)));
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
      refuse(hops.failureStatus(), hops.failureReason(), Why.TRANSPORT);
    } else {
      speakIn(agent.invite(outgoing, flow, hops, call().executor(), this));
    }
  }

  private void refuse(int status, String reason, Why why) {
    refuse(status, reason, why, Payload.EMPTY);
  }

  private void refuse(int status, String reason, Why why, Payload told) {
    ended();
    call().post(new CallEvent.CalleeRefused(self(), status, reason, told, why));
  }

  /** When the next branch is tried in place of this one. Before it is invited. */
  public void failingOver(Failover rule) {
    failover = rule;
  }

  @Override
  public @Nullable Failover failover() {
    return failover;
  }

  @Override
  public void trying() {
    if (failover != null) {
      call().post(new CallEvent.CalleeTrying(self()));
    }
  }

  /** A silent trunk has failed now, not only when its transaction gives up (Timer B). */
  @Override
  public void abandon(Cause cause) {
    abandonedFor = cause;
    if (dialog() != null) {
      tellTrunk(false, cause.status());
    }
    cancel(cause);
    ended();
  }

  @Override
  public void cancel(Cause cause) {
    if (call().state() != CallState.OFFERED) {
      ended(); // even an answer that is on its way takes no place again: it is hung up
    }
    InviteDialog pending = dialog();
    if (pending != null) {
      pending.cancel(message -> Payloads.apply(cause, message));
    } else if (searching) {
      searching = false; // nobody has heard of it
      refuse(487, "Request Terminated", Why.NOT_TRIED);
    }
  }

  @Override
  public void ack(Payload payload) {
    InviteDialog answered = dialog();
    if (answered != null) {
      Payload shown = session().answer(allowed(payload));
      answered.ack(message -> put(shown, message));
    }
  }

  @Override
  public void progressed(SIPResponse response) {
    learn(response);
    Payload payload = heard(response);
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
    Payload shown = allowed(payload);
    inDialog().prack(message -> put(shown, message));
  }

  @Override
  public void pracked(ServerExchange prack) {
    throw new IllegalStateException("a callee's leg received no INVITE to begin with");
  }

  @Override
  public void answered(SIPResponse response) {
    learn(response);
    tellTrunk(true, response.getStatusCode());
    Cause unwanted = abandonedFor;
    if (unwanted != null) {
      ack(Payload.EMPTY);
      hangUp(unwanted);
      return;
    }
    call()
        .post(
            new CallEvent.CalleeAnswered(
                self(), forks.complete(response, heard(response)), Payloads.features(response)));
  }

  @Override
  public void refused(int status, String reason, @Nullable SIPResponse response) {
    boolean known = response == null && (status == 487 || abandonedFor != null);
    if (!known) {
      tellTrunk(response != null, status);
    }
    if (response == null) {
      refuse(status, reason, status == 408 ? Why.SILENCE : Why.TRANSPORT);
      return;
    }
    ended();
    Payload payload = refusal(response);
    boolean forCaller = !challenges.apply(response).isEmpty();
    call()
        .post(
            new CallEvent.CalleeRefused(
                self(),
                forCaller ? status : Challenged.told(status),
                forCaller ? reason : Challenged.told(status, reason),
                forCaller ? payload : Challenged.told(status, payload, party().trunk() != null)));
  }

  private void tellTrunk(boolean answeredAtAll, int status) {
    Trunk trunk = party().trunk();
    if (trunk != null) {
      trunk.called(answeredAtAll, status);
    }
  }

  private Payload refusal(SIPResponse response) {
    boolean isPhone = party().trunk() == null;
    Payload said =
        Redirection.with(
            Payloads.of(response),
            response,
            isPhone ? party().address().getURI().toString() : null);
    List<Header> asked = challenges.apply(response);
    if (asked.isEmpty()) {
      return said;
    }
    List<Header> headers = new ArrayList<>(said.headers());
    headers.addAll(asked);
    return new Payload(said.body(), headers);
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
