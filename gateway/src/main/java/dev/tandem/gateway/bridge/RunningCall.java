package dev.tandem.gateway.bridge;

import dev.tandem.gateway.call.Call;
import dev.tandem.gateway.call.CallEffect;
import dev.tandem.gateway.call.CallEnd;
import dev.tandem.gateway.call.CallEvent;
import dev.tandem.gateway.call.CallSettings;
import dev.tandem.gateway.call.CallState;
import dev.tandem.gateway.call.CallTimer;
import dev.tandem.gateway.call.LegId;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.call.PeerFeatures;
import dev.tandem.gateway.call.Round;
import dev.tandem.sip.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A call that goes on: the {@link Call} value, its legs, its timers, and the one executor that all
 * of them share. Everything that happens to it comes in through {@link #post}.
 */
public final class RunningCall {
  private final Calls calls;
  private final CallInfo info;
  private final Mailbox mailbox = new Mailbox();
  private final CallerLeg caller;
  private final Callees hunt;
  private final List<CalleeLeg> callees = new ArrayList<>(2);
  private final Map<CallTimer, Timers.Timer> timers = new EnumMap<>(CallTimer.class);
  private @Nullable Call call;
  private final long beganAt;
  private @Nullable Long answeredAt;
  private boolean rang;
  private @Nullable Map<LegId, Leg> newcomers; // legs that took the place of others
  private @Nullable Map<LegId, Aside> asides; // those that had it
  private @Nullable Place reserved;
  private final @Nullable CallMedia media; // null when no relay is configured
  private volatile int transfers;
  private volatile CallState state = CallState.OFFERED;

  RunningCall(Calls calls, CallInfo info, CallerLeg caller, Callees found) {
    this.calls = calls;
    this.beganAt = calls.timers().millis();
    this.info = info;
    this.caller = caller;
    this.hunt = found;
    this.media =
        calls.relay() == MediaRelay.NONE
            ? null
            : new CallMedia(this, calls.relay(), this::carryOutNow);
  }

  /** The executor that the legs of this call share with it. */
  public Executor executor() {
    return mailbox;
  }

  public CallInfo info() {
    return info;
  }

  /** For gauges and lists; from any thread. */
  public CallState state() {
    return state;
  }

  /** Something happened. From any thread; taken in the order in which it comes. */
  public void post(CallEvent event) {
    mailbox.execute(
        () -> {
          Call now = call;
          if (now != null && !concernsTransfer(event)) {
            if (media != null) {
              media.happens(event);
            }
            take(now.on(event));
          }
        });
  }

  // What adapters tell of a leg's connection, on the executor: no event of the call, which goes on.

  public void legDetached(LegId leg, String why) {
    calls.observer().detached(info, leg, why);
  }

  public void legReturned(LegId leg) {
    calls.observer().returned(info, leg);
  }

  public void legGone(LegId leg) {
    calls.observer().gone(info, leg);
  }

  /** What a client says of how the call sounded. */
  public void legSounded(LegId leg, String summary) {
    calls.observer().sounded(info, leg, summary);
  }

  /** What became of the wish to record a call. */
  public enum Recorded {
    DONE,
    /** No relay carries the media of this call, or nobody has answered it. */
    NOT_RELAYED,
    /** The relay cannot. */
    REFUSED
  }

  /** Begins or stops to record what both say. From any thread; completes on any. */
  public CompletableFuture<Recorded> record(RelayedMedia.Recording wish) {
    CompletableFuture<Recorded> done = new CompletableFuture<>();
    mailbox.execute(
        () -> {
          CompletableFuture<RelayedMedia.Outcome> asked = media == null ? null : media.record(wish);
          if (asked == null) {
            done.complete(Recorded.NOT_RELAYED);
          } else {
            var unused =
                asked.thenAccept(
                    outcome ->
                        done.complete(
                            outcome.failure() == null ? Recorded.DONE : Recorded.REFUSED));
          }
        });
    return done;
  }

  // Transfers, on the executor.

  /** How many transfers this call and those joined to it come from. From any thread. */
  public int transfers() {
    return transfers;
  }

  void isAfter(int transfersBefore) {
    transfers = transfersBefore;
  }

  Calls calls() {
    return calls;
  }

  /** False when a place is reserved already, or nobody talks. */
  boolean reserve(Place place) {
    if (reserved != null || (state != CallState.ANSWERED && state != CallState.ESTABLISHED)) {
      return false;
    }
    reserved = place;
    return true;
  }

  void release(Place place) {
    if (reserved == place) {
      reserved = null;
      if (media != null) {
        media.forgetFormer();
      }
    }
  }

  PeerFeatures features(LegId leg) {
    Call now = call;
    return now == null ? PeerFeatures.NONE : now.features(leg);
  }

  /** The leg that one of the two who talk talks to. */
  public LegId otherThan(LegId leg) {
    LegId answered = call == null ? null : call.answeredLeg();
    return leg.isCaller() && answered != null ? answered : LegId.CALLER;
  }

  /** Whether a relay carries the media between a leg and the other side, or is to. */
  public boolean isRelayed(LegId leg) {
    return media != null && media.standsBefore(leg);
  }

  /** The place that a leg has among the two who talk; null when it has none. */
  @Nullable LegId placeOf(Leg leg) {
    LegId callee = otherThan(LegId.CALLER);
    return leg(LegId.CALLER) == leg
        ? LegId.CALLER
        : !callee.isCaller() && leg(callee) == leg ? callee : null;
  }

  /** Puts a leg in the place of another, which has a name of its own from now on. */
  Aside swap(LegId id, Leg newcomer, boolean gone) {
    Leg there = leg(id);
    Aside former = new Aside(there, gone);
    Map<LegId, Aside> all = asides;
    if (all == null) {
      all = new HashMap<>(4);
      asides = all;
    }
    LegId name = LegId.aside(all.size() + 1);
    all.put(name, former);
    there.becomes(name);
    seat(id, newcomer);
    leg(otherThan(id)).meetsAnother();
    return former;
  }

  void swapBack(LegId id, Aside former) {
    former.leg().becomes(id);
    seat(id, former.leg());
  }

  private void seat(LegId id, Leg leg) {
    Map<LegId, Leg> all = newcomers;
    if (all == null) {
      all = new HashMap<>(4);
      newcomers = all;
    }
    all.put(id, leg);
  }

  private boolean concernsTransfer(CallEvent event) {
    Map<LegId, Aside> aside = asides;
    LegId from =
        event instanceof CallEvent.RequestReceived e
            ? e.leg()
            : event instanceof CallEvent.HungUp h
                ? h.leg()
                : event instanceof CallEvent.LegLost l ? l.leg() : null;
    if (aside != null && from != null && from.isAside()) {
      Aside leg = aside.get(from);
      if (leg != null) {
        leg.takes(event);
      }
      return true;
    }
    Place place = reserved;
    return place != null && place.takes(event);
  }

  void start(CallSettings settings, Payload invite, PeerFeatures callerFeatures, long seed) {
    List<Round> rounds = join(hunt.rounds());
    calls.observer().began(info, callees.size());
    take(Call.start(settings, invite, callerFeatures, rounds, seed));
  }

  /** Takes in new branches, and tells of each round. */
  private List<Round> join(List<List<CalleeLeg>> rounds) {
    rounds.forEach(callees::addAll);
    return rounds.stream().map(round -> new Round(round.size(), round.get(0).failover())).toList();
  }

  private void redirect(CallEffect.Redirect effect) {
    CallEvent.CalleeRefused refused = effect.refused();
    List<List<CalleeLeg>> rounds = hunt.redirected(callee(refused.leg()), refused, effect.limit());
    post(new CallEvent.Redirected(refused, join(rounds)));
  }

  private void take(Call.Step step) {
    call = step.call();
    CallState before = state;
    state = step.call().state();
    if (before != state) {
      calls.observer().moved(info, before, state);
      if (state == CallState.ANSWERED) {
        answeredAt = calls.timers().millis();
        calls.observer().answered(info, sinceBegan());
      }
    }
    Place place = reserved;
    CallEnd end = step.call().end();
    if (place != null && end != null) {
      place.callEnds(end.cause());
    }
    for (CallEffect effect : step.effects()) {
      carryOut(effect);
    }
  }

  private void carryOut(CallEffect effect) {
    if (media == null) {
      carryOutNow(effect);
    } else {
      media.carryOut(effect);
    }
  }

  private void carryOutNow(CallEffect effect) {
    if (effect instanceof CallEffect.InviteCallee e) {
      callee(e.leg()).invite(this, e.leg(), e.payload());
    } else if (effect instanceof CallEffect.Progress e) {
      progress(e);
    } else if (effect instanceof CallEffect.AnswerCaller e) {
      caller.answer(e.payload());
    } else if (effect instanceof CallEffect.AckCallee e) {
      callee(e.leg()).ack(e.payload());
    } else if (effect instanceof CallEffect.PrackCallee e) {
      callee(e.leg()).prack(e.payload());
    } else if (effect instanceof CallEffect.HangUp e) {
      leg(e.leg()).hangUp(e.cause());
    } else if (effect instanceof CallEffect.RefuseCaller e) {
      caller.refuse(e.status(), e.reason(), e.payload());
    } else if (effect instanceof CallEffect.CancelCallee e) {
      callee(e.leg()).cancel(e.cause());
    } else if (effect instanceof CallEffect.AbandonCallee e) {
      callee(e.leg()).abandon(e.cause());
    } else if (effect instanceof CallEffect.SendRequest e) {
      leg(e.leg()).request(e.exchange(), e.method(), e.payload());
    } else if (effect instanceof CallEffect.Respond e) {
      leg(e.leg()).respond(e.exchange(), e.status(), e.reason(), e.payload());
    } else if (effect instanceof CallEffect.SendAck e) {
      leg(e.leg()).ackRequest(e.exchange(), e.payload());
    } else if (effect instanceof CallEffect.CancelRequest e) {
      leg(e.leg()).cancelRequest(e.exchange());
    } else if (effect instanceof CallEffect.Redirect e) {
      redirect(e);
    } else if (effect instanceof CallEffect.ReplaceLeg) {
      replaceLeg();
    } else if (effect instanceof CallEffect.StartTimer e) {
      startTimer(e.timer(), e.delay());
    } else if (effect instanceof CallEffect.StopTimer e) {
      stopTimer(e.timer());
    } else if (effect instanceof CallEffect.Finish e) {
      finish(e);
    }
  }

  private void replaceLeg() {
    Place place = reserved;
    if (place != null) {
      place.replaced();
    }
  }

  private void progress(CallEffect.Progress effect) {
    if (!rang) {
      rang = true;
      calls.observer().ringing(info, sinceBegan());
    }
    caller.progress(effect.status(), effect.reason(), effect.payload());
  }

  private void startTimer(CallTimer timer, Duration delay) {
    stopTimer(timer);
    timers.put(timer, calls.timers().schedule(delay, () -> post(new CallEvent.TimerFired(timer))));
  }

  private void stopTimer(CallTimer timer) {
    Timers.Timer running = timers.remove(timer);
    if (running != null) {
      running.cancel();
    }
  }

  private void finish(CallEffect.Finish effect) {
    if (media != null) {
      media.close();
    }
    calls.forget(this);
    Long answered = answeredAt;
    Duration talked =
        answered == null ? Duration.ZERO : Duration.ofMillis(calls.timers().millis() - answered);
    calls.observer().ended(info, effect.end(), talked);
  }

  private Duration sinceBegan() {
    return Duration.ofMillis(calls.timers().millis() - beganAt);
  }

  /** The leg that has this place now. */
  public Leg leg(LegId id) {
    Leg newcomer = newcomers == null ? null : newcomers.get(id);
    return newcomer != null ? newcomer : id.isCaller() ? caller : callee(id);
  }

  private CalleeLeg callee(LegId id) {
    return callees.get(id.number() - 1);
  }
}
