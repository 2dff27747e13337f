package dev.tandem.gateway.call;

import dev.tandem.gateway.call.CallEffect.AckCallee;
import dev.tandem.gateway.call.CallEffect.CancelCallee;
import dev.tandem.gateway.call.CallEffect.Finish;
import dev.tandem.gateway.call.CallEffect.HangUp;
import dev.tandem.gateway.call.CallEffect.RefuseCaller;
import dev.tandem.gateway.call.CallEffect.Respond;
import dev.tandem.gateway.call.CallEffect.SendAck;
import dev.tandem.gateway.call.CallEffect.StartTimer;
import dev.tandem.gateway.call.CallEffect.StopTimer;
import dev.tandem.gateway.call.CallEnd.By;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call on its way from one value to the next: a working copy of its {@link Memory}, which lives
 * for one event, and the effects so far. It keeps the rules that hold whatever happens: nothing
 * goes to a leg that is over, a call ends in one way only, and {@link Finish} comes last.
 */
final class Turn {
  private static final CallTimer[] TIMERS = CallTimer.values();

  final CallSettings settings;
  boolean offered;
  PeerFeatures callerFeatures;
  CallState state;
  int ringing;
  Early early;
  CallEvent.@Nullable CalleeRefused best;
  int answered;
  PeerFeatures calleeFeatures;
  CallEvent.@Nullable ReplacementOffered replacing;

  Untried untried;

  private LegState[] legs;
  private List<Exchange> exchanges;
  private int lastExchange;
  private int timers;
  private long dice;
  private @Nullable CallEnd end;
  private final List<CallEffect> effects = new ArrayList<>(4);

  Turn(Memory memory) {
    settings = memory.settings();
    offered = memory.offered();
    callerFeatures = memory.callerFeatures();
    state = memory.state();
    legs = memory.legs().toArray(new LegState[0]);
    untried = memory.untried();
    ringing = memory.ringing();
    early = memory.early();
    best = memory.best();
    answered = memory.answered();
    calleeFeatures = memory.calleeFeatures();
    exchanges = memory.exchanges();
    replacing = memory.replacing();
    lastExchange = memory.lastExchange();
    timers = memory.timers();
    dice = memory.dice();
    end = memory.end();
  }

  Call.Step step() {
    Replacement.replaceIfQuiet(this);
    if (state == CallState.ENDING && allLegsOver()) {
      state = CallState.ENDED;
      effects.add(new Finish(whyEnding()));
    }
    Memory memory =
        new Memory(
            settings,
            offered,
            callerFeatures,
            state,
            List.of(legs),
            untried,
            ringing,
            early,
            best,
            answered,
            calleeFeatures,
            exchanges,
            replacing,
            lastExchange,
            timers,
            dice,
            end);
    return new Call.Step(new Call(memory), List.copyOf(effects));
  }

  void emit(CallEffect effect) {
    effects.add(effect);
  }

  // Legs.

  /** A leg that was never there is over as well. */
  LegState leg(LegId leg) {
    int number = leg.number();
    return number >= 0 && number < legs.length ? legs[number] : LegState.OVER;
  }

  /** The same, of a callee's branch; the caller's leg is none. */
  LegState branch(LegId leg) {
    return leg.isCaller() ? LegState.OVER : leg(leg);
  }

  void leg(LegId leg, LegState next) {
    legs[leg.number()] = next;
  }

  int branches() {
    return legs.length - 1;
  }

  /** More branches, whose turn has not come; returns the number of the first. */
  int addBranches(int count) {
    int first = legs.length;
    legs = Arrays.copyOf(legs, first + count);
    Arrays.fill(legs, first, legs.length, LegState.WAITING);
    return first;
  }

  /** Branches that may still be answered, without those whose turn has not come. */
  int pendingBranches() {
    return count(LegState.PENDING) + count(LegState.REDIRECTING);
  }

  /** All that may still be answered. */
  int hopefulBranches() {
    return pendingBranches() + count(LegState.WAITING);
  }

  /** Every other branch is over. */
  boolean isOnlyBranch(LegId branch) {
    for (int i = 1; i < legs.length; i++) {
      if (i != branch.number() && legs[i] != LegState.OVER) {
        return false;
      }
    }
    return true;
  }

  private int count(LegState state) {
    int count = 0;
    for (int i = 1; i < legs.length; i++) {
      if (legs[i] == state) {
        count++;
      }
    }
    return count;
  }

  /** Nobody new is invited any more. */
  void dropUntriedBranches() {
    untried = Untried.NONE;
    for (int i = 1; i < legs.length; i++) {
      if (legs[i] == LegState.WAITING || legs[i] == LegState.REDIRECTING) {
        legs[i] = LegState.OVER;
      }
    }
  }

  /** The same, while one is still pending that may be redirected. */
  void dropWaitingBranches() {
    stop(CallTimer.NEXT_ROUND);
    untried = untried.withRounds(List.of());
    for (int i = 1; i < legs.length; i++) {
      if (legs[i] == LegState.WAITING) {
        legs[i] = LegState.OVER;
      }
    }
  }

  void cancelPendingBranches(Cause cause) {
    for (int i = 1; i < legs.length; i++) {
      if (legs[i] == LegState.PENDING) {
        legs[i] = LegState.CANCELLED;
        emit(new CancelCallee(new LegId(i), cause));
      }
    }
  }

  /** The final response that refuses the call; the caller's leg is over with it. */
  void refuseCaller(int status, String reason, Payload payload) {
    leg(LegId.CALLER, LegState.OVER);
    emit(new RefuseCaller(status, reason, payload));
  }

  /** ACKs a 2xx of a branch that nobody waits for, and ends the dialog that it made. */
  void hangUpUnwanted(LegId branch, Cause cause) {
    leg(branch, LegState.ACK_DUE);
    hangUp(branch, cause);
  }

  /**
   * BYE to a dialog of ours. The caller's waits for the ACK to our 2xx, or for the certainty that
   * none comes (RFC 3261 §15); the callee's is acknowledged first if that is still due.
   */
  private void hangUp(LegId leg, Cause cause) {
    LegState now = leg(leg);
    if (now == LegState.ACK_DUE && !leg.isCaller()) {
      emit(new AckCallee(leg, Payload.EMPTY));
    } else if (now != LegState.UP) {
      return;
    }
    leg(leg, LegState.OVER);
    emit(new HangUp(leg, cause));
  }

  private boolean allLegsOver() {
    for (LegState leg : legs) {
      if (leg != LegState.OVER) {
        return false;
      }
    }
    return true;
  }

  // The end.

  /**
   * Begins the end, once: cancels what rings, answers what is open, hangs up what is up. A caller
   * who still waits for a final response must have been refused before.
   */
  void end(By by, Cause cause) {
    if (end == null) {
      end = new CallEnd(by, answered != 0, cause);
    }
    state = CallState.ENDING;
    for (CallTimer timer : TIMERS) {
      stop(timer);
    }
    dropUntriedBranches();
    cancelPendingBranches(cause);
    closeExchanges();
    Replacement.drop(this);
    for (int i = legs.length - 1; i >= 0; i--) {
      hangUp(new LegId(i), cause);
    }
  }

  /** Hangs up the caller when its ACK has come, or never will, in a call that is ending. */
  void hangUpCallerAtLast() {
    leg(LegId.CALLER, LegState.UP);
    hangUp(LegId.CALLER, whyEnding().cause());
  }

  CallEnd whyEnding() {
    if (end == null) {
      throw new IllegalStateException("ending without a reason in state " + state);
    }
    return end;
  }

  private void closeExchanges() {
    for (Exchange exchange : exchanges) {
      if (exchange.isUnanswered() && leg(exchange.from()) != LegState.OVER) {
        boolean invite = exchange.method() == Method.INVITE;
        respond(
            exchange,
            invite ? 487 : 481,
            invite ? "Request Terminated" : "Call Does Not Exist",
            Payload.EMPTY);
      }
      if (exchange.stage() == Exchange.Stage.ACK_OWED && leg(exchange.to()) != LegState.OVER) {
        emit(new SendAck(exchange.to(), exchange.sent(), Payload.EMPTY));
      }
    }
    exchanges = List.of();
  }

  // Exchanges: nearly always none or one, so a list that is copied is the quickest map.

  List<Exchange> exchanges() {
    return exchanges;
  }

  void add(Exchange exchange) {
    if (exchanges.isEmpty()) {
      exchanges = List.of(exchange);
      return;
    }
    List<Exchange> more = new ArrayList<>(exchanges.size() + 1);
    more.addAll(exchanges);
    more.add(exchange);
    exchanges = List.copyOf(more);
  }

  void remove(Exchange exchange) {
    if (exchanges.size() == 1 && exchanges.get(0).equals(exchange)) {
      exchanges = List.of();
      return;
    }
    List<Exchange> fewer = new ArrayList<>(exchanges.size());
    for (Exchange each : exchanges) {
      if (!each.equals(exchange)) {
        fewer.add(each);
      }
    }
    exchanges = List.copyOf(fewer);
  }

  void replace(Exchange old, Exchange next) {
    remove(old);
    add(next);
  }

  /**
   * A branch is out before the answer: who waits for its response waits no more.
   *
   * @param over it has its final response, and what it asked is the adapter's to end
   */
  void dropExchanges(LegId branch, boolean over) {
    for (Exchange exchange : exchanges) {
      boolean itsOwn = exchange.from().equals(branch);
      if (itsOwn || exchange.to().equals(branch)) {
        remove(exchange);
        if (exchange.isUnanswered() && !(itsOwn && over)) {
          respond(exchange, 480, "Temporarily Unavailable", Payload.EMPTY);
        }
      }
    }
    if (early.branch() == branch.number()) {
      early = Early.NONE;
    }
  }

  ExchangeId nextExchange() {
    return new ExchangeId(++lastExchange);
  }

  void respond(Exchange exchange, int status, String reason, Payload payload) {
    emit(new Respond(exchange.from(), exchange.received(), status, reason, payload));
  }

  // Timers.

  void start(CallTimer timer, Duration delay) {
    timers |= bit(timer);
    emit(new StartTimer(timer, delay));
  }

  void stop(CallTimer timer) {
    if ((timers & bit(timer)) != 0) {
      timers &= ~bit(timer);
      emit(new StopTimer(timer));
    }
  }

  /** False for a timer that fired just when it was stopped. */
  boolean fires(CallTimer timer) {
    boolean ran = (timers & bit(timer)) != 0;
    timers &= ~bit(timer);
    return ran;
  }

  private static int bit(CallTimer timer) {
    return switch (timer) {
      case NO_ANSWER -> 1;
      case MAX_DURATION -> 2;
      case GLARE_CALLER -> 4;
      case GLARE_CALLEE -> 8;
      case NEXT_ROUND -> 16;
    };
  }

  /** 0 to {@code most}, by SplitMix64: the same seed gives the same call. */
  int roll(int most) {
    dice += 0x9E3779B97F4A7C15L;
    long z = dice;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return (int) Long.remainderUnsigned(z ^ (z >>> 31), most + 1L);
  }
}
