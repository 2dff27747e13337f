package dev.tandem.gateway.bridge;

import dev.tandem.gateway.call.Call;
import dev.tandem.gateway.call.CallEffect;
import dev.tandem.gateway.call.CallEvent;
import dev.tandem.gateway.call.CallSettings;
import dev.tandem.gateway.call.CallState;
import dev.tandem.gateway.call.CallTimer;
import dev.tandem.gateway.call.LegId;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.call.PeerFeatures;
import dev.tandem.sip.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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
  private @Nullable Instant answeredAt;
  private boolean rang;
  private volatile CallState state = CallState.OFFERED;

  RunningCall(Calls calls, CallInfo info, CallerLeg caller, Callees found) {
    this.calls = calls;
    this.info = info;
    this.caller = caller;
    this.hunt = found;
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
          if (now != null) {
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

  void start(CallSettings settings, Payload invite, PeerFeatures callerFeatures, long seed) {
    List<Integer> rounds = join(hunt.rounds());
    calls.observer().began(info, callees.size());
    take(Call.start(settings, invite, callerFeatures, rounds, seed));
  }

  /** Takes in new branches, and tells how many are in each round. */
  private List<Integer> join(List<List<CalleeLeg>> rounds) {
    rounds.forEach(callees::addAll);
    return rounds.stream().map(List::size).toList();
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
        Instant now = calls.timers().now();
        answeredAt = now;
        calls.observer().answered(info, Duration.between(info.began(), now));
      }
    }
    for (CallEffect effect : step.effects()) {
      carryOut(effect);
    }
  }

  private void carryOut(CallEffect effect) {
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
    } else if (effect instanceof CallEffect.StartTimer e) {
      startTimer(e.timer(), e.delay());
    } else if (effect instanceof CallEffect.StopTimer e) {
      stopTimer(e.timer());
    } else if (effect instanceof CallEffect.Finish e) {
      finish(e);
    }
  }

  private void progress(CallEffect.Progress effect) {
    if (!rang) {
      rang = true;
      calls.observer().ringing(info, Duration.between(info.began(), calls.timers().now()));
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
    calls.forget(this);
    Instant answered = answeredAt;
    Duration talked =
        answered == null ? Duration.ZERO : Duration.between(answered, calls.timers().now());
    calls.observer().ended(info, effect.end(), talked);
  }

  private Leg leg(LegId id) {
    return id.isCaller() ? caller : callee(id);
  }

  private CalleeLeg callee(LegId id) {
    return callees.get(id.number() - 1);
  }
}
