package dev.tandem.gateway.bridge;

import dev.tandem.gateway.bridge.RelayedMedia.Outcome;
import dev.tandem.gateway.bridge.RelayedMedia.Recording;
import dev.tandem.gateway.bridge.RelayedMedia.Side;
import dev.tandem.gateway.call.Body;
import dev.tandem.gateway.call.CallEffect;
import dev.tandem.gateway.call.CallEvent;
import dev.tandem.gateway.call.CallEvent.CalleeRefused.Why;
import dev.tandem.gateway.call.CallState;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.call.ExchangeId;
import dev.tandem.gateway.call.LegId;
import dev.tandem.gateway.call.Method;
import dev.tandem.gateway.call.Payload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a call's effects and its legs: a description on its way to a leg passes the relay
 * first, which takes a while, and what is to go to that leg meanwhile waits behind it. So each leg
 * gets its messages in the order in which the machine gave them, and nobody else waits. Without a
 * relay between two legs nothing waits at all. On the call's executor.
 *
 * <p>When the relay fails, no leg hears of media that are not there: a branch counts as refused
 * with 503, a request inside the call is refused, and where the machine takes something for done
 * that cannot be done, the call ends.
 */
final class CallMedia {

  /** Two legs, and what is between them; null when nothing is. */
  private record Pair(Leg caller, Leg callee, @Nullable RelayedMedia media) {}

  /** Two legs, as the relay between them knows them. */
  private final class Both implements MediaRelay.Legs {
    private final Leg caller;
    private final Leg callee;

    Both(Leg caller, Leg callee) {
      this.caller = caller;
      this.callee = callee;
    }

    @Override
    public MediaWish wish() {
      return caller.mediaWish();
    }

    @Override
    public boolean areAnswered() {
      return call.state() == CallState.ANSWERED || call.state() == CallState.ESTABLISHED;
    }

    @Override
    public void end(Cause cause, Runnable ending) {
      whileTheyTalk(
          answered -> {
            ending.run();
            call.post(new CallEvent.EndRequested(cause));
          });
    }

    @Override
    public void pressed(Side by, Keypress key) {
      whileTheyTalk(
          answered ->
              call.post(
                  new CallEvent.RequestReceived(
                      by == Side.CALLER ? LegId.CALLER : answered,
                      new ExchangeId(--lastHeard),
                      Method.INFO,
                      Payload.of(key.body()))));
    }

    private void whileTheyTalk(Consumer<LegId> step) {
      call.executor()
          .execute(
              () -> {
                LegId answered = call.otherThan(LegId.CALLER);
                if (caller == call.leg(LegId.CALLER)
                    && !answered.isCaller()
                    && callee == call.leg(answered)) {
                  step.accept(answered);
                }
              });
    }
  }

  /** An effect that waits for its turn. */
  private static final class Waiting {
    private final CallEffect effect;
    private @Nullable CompletableFuture<Outcome> outcome;

    Waiting(CallEffect effect, @Nullable CompletableFuture<Outcome> outcome) {
      this.effect = effect;
      this.outcome = outcome;
    }

    boolean isReady() {
      CompletableFuture<Outcome> asked = outcome;
      return asked == null || asked.isDone();
    }
  }

  private record Named(LegId leg, ExchangeId exchange) {}

  private final RunningCall call;
  private final MediaRelay relay;
  private final Consumer<CallEffect> legs;
  private final List<Pair> pairs = new ArrayList<>(2);
  private final Map<LegId, Deque<Waiting>> queues = new HashMap<>(4);
  private final Set<Named> asking = new HashSet<>(4); // INVITEs received that want an offer
  private final Set<Named> unanswered = new HashSet<>(4); // those that the relay has made one for
  private final Set<Named> offered = new HashSet<>(4); // requests sent with an offer of the relay's
  private int lastHeard; // requests that a relay stands for; the legs know nothing of them
  private boolean invitedWithOffer;
  private @Nullable LegId heard; // the branch whose provisional responses the caller hears
  private boolean closed;

  /**
   * Makes one for a call that begins.
   *
   * @param legs carries out an effect on its leg
   */
  CallMedia(RunningCall call, MediaRelay relay, Consumer<CallEffect> legs) {
    this.call = call;
    this.relay = relay;
    this.legs = legs;
  }

  /** Before the machine hears of it. */
  void happens(CallEvent event) {
    if (event instanceof CallEvent.RequestReceived e
        && e.method() == Method.INVITE
        && !e.payload().hasBody()) {
      asking.add(new Named(e.leg(), e.exchange()));
    } else if (event instanceof CallEvent.ResponseReceived e
        && offered.remove(new Named(e.leg(), e.exchange()))
        && e.status() >= 300) {
      RelayedMedia media = between(e.leg());
      if (media != null) {
        media.refused();
      }
    } else if (event instanceof CallEvent.CalleeRefused e) {
      RelayedMedia media = between(e.leg());
      if (media != null) {
        media.close();
      }
    } else if (event instanceof CallEvent.CalleeProgressed e) {
      heard = e.leg();
    } else if (event instanceof CallEvent.AckReceived e
        && unanswered.remove(new Named(e.leg(), e.exchange()))
        && !e.payload().hasBody()) {
      RelayedMedia media = between(e.leg());
      if (media != null) {
        media.refused(); // an offer without an answer: who asked for it did not want it
      }
    }
  }

  /** Carries an effect out, now or in its turn. */
  void carryOut(CallEffect effect) {
    LegId leg = legOf(effect);
    if (leg == null) {
      legs.accept(effect);
      return;
    }
    Deque<Waiting> queue = queues.get(leg);
    if (effect instanceof CallEffect.CancelCallee e && isUninvited(queue)) {
      queues.remove(leg); // nobody has heard of it
      call.post(
          new CallEvent.CalleeRefused(
              e.leg(), 487, "Request Terminated", Payload.EMPTY, Why.NOT_TRIED));
      return;
    }
    Keypress pressed = keypress(effect);
    CompletableFuture<Outcome> outcome = pressed == null ? ask(effect, leg) : press(leg, pressed);
    if (queue == null && outcome == null) {
      legs.accept(effect);
      return;
    }
    Waiting waiting = new Waiting(effect, outcome);
    queues.computeIfAbsent(leg, any -> new ArrayDeque<>(4)).add(waiting);
    if (outcome != null && !outcome.isDone()) {
      var unused = outcome.whenComplete((done, never) -> call.executor().execute(() -> goOn(leg)));
    }
    goOn(leg);
  }

  private static boolean isUninvited(@Nullable Deque<Waiting> queue) {
    return queue != null && queue.element().effect instanceof CallEffect.InviteCallee;
  }

  /** Whether what this leg and the other side say to each other passes a relay. */
  boolean standsBefore(LegId leg) {
    return between(leg) != null;
  }

  /**
   * Ends the relays of all pairs but the one that talks: a leg may have left its place for good.
   */
  void forgetFormer() {
    Leg caller = call.leg(LegId.CALLER);
    LegId answered = call.otherThan(LegId.CALLER);
    Leg callee = answered.isCaller() ? null : call.leg(answered);
    pairs.removeIf(
        pair -> {
          boolean former = pair.caller() != caller || pair.callee() != callee;
          if (former) {
            close(pair);
          }
          return former;
        });
  }

  /** Ends every relay of the call. What still waits goes on to its leg. */
  void close() {
    closed = true;
    pairs.forEach(CallMedia::close);
  }

  private static void close(Pair pair) {
    RelayedMedia media = pair.media();
    if (media != null) {
      media.close();
    }
  }

  private void goOn(LegId leg) {
    Deque<Waiting> queue = queues.get(leg);
    while (queue != null && !queue.isEmpty() && queue.element().isReady()) {
      Waiting next = queue.remove();
      boolean hangsUp = queue.stream().anyMatch(w -> w.effect instanceof CallEffect.HangUp);
      if (queue.isEmpty()) {
        queues.remove(leg);
      }
      if (!(hangsUp && next.effect instanceof CallEffect.SendRequest)) {
        perform(next);
      }
      queue = queues.get(leg);
    }
  }

  private void perform(Waiting next) {
    CompletableFuture<Outcome> asked = next.outcome;
    if (asked == null) {
      legs.accept(next.effect);
      return;
    }
    Outcome outcome = asked.join();
    if (keypress(next.effect) != null) {
      pressed((CallEffect.SendRequest) next.effect, outcome);
      return;
    }
    Cause failure = outcome.failure();
    if (failure == null) {
      legs.accept(withBody(next.effect, outcome.body()));
    } else {
      failed(next.effect, failure);
    }
  }

  // What a description is, and whose.

  private @Nullable CompletableFuture<Outcome> ask(CallEffect effect, LegId leg) {
    Body body = sdp(effect);
    boolean wantsOffer =
        effect instanceof CallEffect.Respond e && asking.remove(new Named(e.leg(), e.exchange()));
    if (effect instanceof CallEffect.InviteCallee) {
      invitedWithOffer = body != null;
    }
    if (body == null || closed) {
      return null;
    }
    RelayedMedia media = between(leg);
    if (media == null) {
      return null;
    }
    if (wantsOffer && effect instanceof CallEffect.Respond e) {
      unanswered.add(new Named(e.leg(), e.exchange()));
    }
    if (effect instanceof CallEffect.SendRequest e) {
      offered.add(new Named(e.leg(), e.exchange()));
    }
    Side by = leg.isCaller() ? Side.CALLEE : Side.CALLER;
    return isOffer(effect, wantsOffer) ? media.offer(by, body) : media.answer(by, body);
  }

  private boolean isOffer(CallEffect effect, boolean wantsOffer) {
    return effect instanceof CallEffect.InviteCallee
        || effect instanceof CallEffect.SendRequest
        || wantsOffer
        || (!invitedWithOffer
            && (effect instanceof CallEffect.Progress
                || effect instanceof CallEffect.AnswerCaller));
  }

  /** What is between a leg and the one that it talks to; null when nothing is. */
  private @Nullable RelayedMedia between(LegId leg) {
    LegId callee = leg.isCaller() ? talkingTo() : leg;
    if (callee == null || callee.isAside()) {
      return null;
    }
    Leg caller = call.leg(LegId.CALLER);
    Leg other = call.leg(callee);
    for (Pair pair : pairs) {
      if (pair.caller() == caller && pair.callee() == other) {
        return pair.media();
      }
    }
    RelayedMedia media =
        isElsewhere(caller, other) || isElsewhere(other, caller)
            ? null
            : relay.between(call.info(), new Both(caller, other), caller.media(), other.media());
    pairs.add(new Pair(caller, other, media));
    return media;
  }

  private static boolean isElsewhere(Leg one, Leg other) {
    return one instanceof PipeEnd end && end.leavesRelayTo(other);
  }

  private @Nullable LegId talkingTo() {
    LegId answered = call.otherThan(LegId.CALLER);
    return answered.isCaller() ? heard : answered;
  }

  // Keys of telephones.

  private static @Nullable Keypress keypress(CallEffect effect) {
    return effect instanceof CallEffect.SendRequest e && e.method() == Method.INFO
        ? Keypress.of(e.payload().body())
        : null;
  }

  private @Nullable CompletableFuture<Outcome> press(LegId to, Keypress pressed) {
    RelayedMedia media = closed ? null : between(to);
    return media == null ? null : media.press(to.isCaller() ? Side.CALLEE : Side.CALLER, pressed);
  }

  /** Who sent the INFO is told that it was done, unless the other has to be told by it. */
  private void pressed(CallEffect.SendRequest info, Outcome outcome) {
    if (outcome.failure() != null) {
      legs.accept(info);
    } else {
      call.post(
          new CallEvent.ResponseReceived(info.leg(), info.exchange(), 200, "OK", Payload.EMPTY));
    }
  }

  /** Null when no relay carries the media of the two who talk. */
  @Nullable CompletableFuture<Outcome> record(Recording wish) {
    LegId answered = call.otherThan(LegId.CALLER);
    RelayedMedia media = closed || answered.isCaller() ? null : between(answered);
    return media == null ? null : media.record(wish);
  }

  // When there is no relay to be had.

  private void failed(CallEffect effect, Cause cause) {
    Payload why = new Payload(null, cause.headers());
    if (effect instanceof CallEffect.InviteCallee e) {
      call.post(
          new CallEvent.CalleeRefused(e.leg(), cause.status(), cause.text(), why, Why.NOT_TRIED));
    } else if (effect instanceof CallEffect.SendRequest e) {
      offered.remove(new Named(e.leg(), e.exchange()));
      call.post(
          new CallEvent.ResponseReceived(e.leg(), e.exchange(), cause.status(), cause.text(), why));
    } else if (effect instanceof CallEffect.AnswerCaller) {
      legs.accept(new CallEffect.RefuseCaller(cause.status(), cause.text(), why));
      call.post(new CallEvent.CallerUnanswerable(cause));
    } else if (effect instanceof CallEffect.Respond e) {
      legs.accept(new CallEffect.Respond(e.leg(), e.exchange(), cause.status(), cause.text(), why));
      call.post(new CallEvent.EndRequested(cause));
    } else {
      legs.accept(withBody(effect, null));
      call.post(new CallEvent.EndRequested(cause));
    }
  }

  // Effects.

  private static @Nullable LegId legOf(CallEffect effect) {
    if (effect instanceof CallEffect.Progress
        || effect instanceof CallEffect.AnswerCaller
        || effect instanceof CallEffect.RefuseCaller) {
      return LegId.CALLER;
    } else if (effect instanceof CallEffect.InviteCallee e) {
      return e.leg();
    } else if (effect instanceof CallEffect.CancelCallee e) {
      return e.leg();
    } else if (effect instanceof CallEffect.PrackCallee e) {
      return e.leg();
    } else if (effect instanceof CallEffect.AckCallee e) {
      return e.leg();
    } else if (effect instanceof CallEffect.SendRequest e) {
      return e.leg();
    } else if (effect instanceof CallEffect.CancelRequest e) {
      return e.leg();
    } else if (effect instanceof CallEffect.Respond e) {
      return e.leg();
    } else if (effect instanceof CallEffect.SendAck e) {
      return e.leg();
    } else if (effect instanceof CallEffect.HangUp e) {
      return e.leg();
    } else if (effect instanceof CallEffect.ReplaceLeg e) {
      return e.leg();
    }
    return null;
  }

  private static @Nullable Body sdp(CallEffect effect) {
    Payload payload = payload(effect);
    Body body = payload == null ? null : payload.body();
    return body != null && body.isSdp() ? body : null;
  }

  /** Of those effects that may describe the session. */
  private static @Nullable Payload payload(CallEffect effect) {
    if (effect instanceof CallEffect.InviteCallee e) {
      return e.payload();
    } else if (effect instanceof CallEffect.Progress e) {
      return e.payload();
    } else if (effect instanceof CallEffect.AnswerCaller e) {
      return e.payload();
    } else if (effect instanceof CallEffect.PrackCallee e) {
      return e.payload();
    } else if (effect instanceof CallEffect.AckCallee e) {
      return e.payload();
    } else if (effect instanceof CallEffect.SendRequest e) {
      return e.payload();
    } else if (effect instanceof CallEffect.Respond e) {
      return e.status() < 300 ? e.payload() : null;
    } else if (effect instanceof CallEffect.SendAck e) {
      return e.payload();
    }
    return null;
  }

  private static CallEffect withBody(CallEffect effect, @Nullable Body body) {
    Payload was = payload(effect);
    Payload payload = new Payload(body, was == null ? List.of() : was.headers());
    if (effect instanceof CallEffect.InviteCallee e) {
      return new CallEffect.InviteCallee(e.leg(), payload);
    } else if (effect instanceof CallEffect.Progress e) {
      return new CallEffect.Progress(e.status(), e.reason(), payload);
    } else if (effect instanceof CallEffect.AnswerCaller) {
      return new CallEffect.AnswerCaller(payload);
    } else if (effect instanceof CallEffect.PrackCallee e) {
      return new CallEffect.PrackCallee(e.leg(), payload);
    } else if (effect instanceof CallEffect.AckCallee e) {
      return new CallEffect.AckCallee(e.leg(), payload);
    } else if (effect instanceof CallEffect.SendRequest e) {
      return new CallEffect.SendRequest(e.leg(), e.exchange(), e.method(), payload);
    } else if (effect instanceof CallEffect.Respond e) {
      return new CallEffect.Respond(e.leg(), e.exchange(), e.status(), e.reason(), payload);
    } else if (effect instanceof CallEffect.SendAck e) {
      return new CallEffect.SendAck(e.leg(), e.exchange(), payload);
    }
    return effect;
  }
}
