package dev.tandem.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.call.CallEffect.AbandonCallee;
import dev.tandem.gateway.call.CallEffect.AckCallee;
import dev.tandem.gateway.call.CallEffect.AnswerCaller;
import dev.tandem.gateway.call.CallEffect.CancelCallee;
import dev.tandem.gateway.call.CallEffect.CancelRequest;
import dev.tandem.gateway.call.CallEffect.Finish;
import dev.tandem.gateway.call.CallEffect.HangUp;
import dev.tandem.gateway.call.CallEffect.InviteCallee;
import dev.tandem.gateway.call.CallEffect.PrackCallee;
import dev.tandem.gateway.call.CallEffect.Redirect;
import dev.tandem.gateway.call.CallEffect.RefuseCaller;
import dev.tandem.gateway.call.CallEffect.Respond;
import dev.tandem.gateway.call.CallEffect.SendAck;
import dev.tandem.gateway.call.CallEffect.SendRequest;
import dev.tandem.gateway.call.CallEffect.StartTimer;
import dev.tandem.gateway.call.CallEffect.StopTimer;
import dev.tandem.gateway.call.CallEvent.HungUp;
import dev.tandem.gateway.call.CallEvent.LegLost;
import dev.tandem.gateway.call.CallEvent.RequestReceived;
import dev.tandem.gateway.call.CallEvent.TimerFired;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What holds even for an adapter that breaks its promises: nothing is done twice or too late. */
final class EffectCount {
  private static final List<Object> FINAL = List.of("final");

  private final Set<List<Object>> done = new HashSet<>();
  private final Set<LegId> over = new HashSet<>();
  private final Map<List<Object>, Integer> waiting = new HashMap<>();
  private final Set<CallTimer> timers = EnumSet.noneOf(CallTimer.class);
  private boolean finished;

  boolean isFinished() {
    return finished;
  }

  void happened(CallEvent event) {
    if (event instanceof HungUp e) {
      over.add(e.leg());
    } else if (event instanceof LegLost e) {
      over.add(e.leg());
    } else if (event instanceof RequestReceived e) {
      waiting.merge(List.of(e.leg(), e.exchange()), 1, Integer::sum);
    } else if (event instanceof TimerFired e) {
      timers.remove(e.timer());
    }
  }

  void judge(List<CallEffect> effects) {
    for (CallEffect effect : effects) {
      assertThat(finished).as("nothing comes after Finish").isFalse();
      judge(effect);
    }
  }

  private void judge(CallEffect effect) {
    if (effect instanceof InviteCallee e) {
      over.remove(e.leg()); // what was said of it before it was there means nothing
    } else if (effect instanceof AnswerCaller || effect instanceof RefuseCaller) {
      once(FINAL.get(0));
    } else if (effect instanceof InviteCallee e) {
      alive(e.leg());
      once("invite", e.leg());
      assertThat(done).as("nobody is invited after the final response").doesNotContain(FINAL);
    } else if (effect instanceof Redirect e) {
      alive(e.refused().leg());
      once("redirect", e.refused().leg());
    } else if (effect instanceof CancelCallee e) {
      alive(e.leg());
      once("cancel", e.leg());
    } else if (effect instanceof AbandonCallee e) {
      alive(e.leg());
      once("cancel", e.leg());
      over.add(e.leg());
    } else if (effect instanceof PrackCallee e) {
      alive(e.leg());
      once("prack", e.leg());
    } else if (effect instanceof AckCallee e) {
      alive(e.leg());
      once("ack", e.leg());
    } else if (effect instanceof HangUp e) {
      alive(e.leg());
      over.add(e.leg());
    } else if (effect instanceof SendRequest e) {
      alive(e.leg());
      once("send", e.exchange());
    } else if (effect instanceof CancelRequest e) {
      alive(e.leg());
      once("cancel", e.exchange());
    } else if (effect instanceof SendAck e) {
      alive(e.leg());
      once("ack", e.exchange());
    } else if (effect instanceof Respond e) {
      alive(e.leg());
      assertThat(waiting.merge(List.of(e.leg(), e.exchange()), -1, Integer::sum))
          .as("answers beyond the requests")
          .isGreaterThanOrEqualTo(0);
    } else if (effect instanceof StartTimer e) {
      assertThat(timers.add(e.timer())).as("started once").isTrue();
    } else if (effect instanceof StopTimer e) {
      assertThat(timers.remove(e.timer())).as("stopped while it ran").isTrue();
    } else if (effect instanceof Finish) {
      finished = true;
      assertThat(timers).isEmpty();
    }
  }

  private void alive(LegId leg) {
    assertThat(over).as("legs that are over").doesNotContain(leg);
  }

  private void once(Object... what) {
    assertThat(done.add(List.of(what))).as("done once: %s", List.of(what)).isTrue();
  }
}
