package dev.tandem.gateway.bridge;

import dev.tandem.gateway.call.CallEvent;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.call.ExchangeId;
import dev.tandem.gateway.call.LegId;
import dev.tandem.gateway.call.Method;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.sdp.PeerMedia;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One end of a pipe between two calls: a leg of its own call, through which everything goes to the
 * leg at the other end, and so to the other call. Each call keeps its own legs, machine and
 * executor; an end is used on the executor of its call only, and what crosses is a task for the
 * other's. A pipe that is not open yet refuses what comes, and tells its owner of a hang-up.
 */
class PipeEnd implements Leg {

  /** Hears the final response to a request that an end brought to its call. */
  @FunctionalInterface
  interface Outcome {
    void done(int status, String reason, Payload payload);
  }

  private record Asked(Method method, Outcome outcome) {}

  private final Map<ExchangeId, Asked> asked = new HashMap<>(4); // by the name it has in our call
  private final Map<ExchangeId, ExchangeId> brought = new HashMap<>(4); // the other's name -> ours
  private @Nullable RunningCall call;
  private LegId self = LegId.CALLER;
  private @Nullable PipeEnd other;
  private String peer = "";
  private PeerMedia media = PeerMedia.AS_IT_IS;
  private boolean isNear;
  private int last;

  /** Whom the other end leads to, as {@link Leg#peer} says it. */
  final void leadsTo(String who) {
    peer = who;
  }

  /**
   * What crosses it is for peers with such media. Both ends say the same: of the two calls only one
   * has a relay between the two who talk.
   *
   * @param near whether it is the end in the call of the one who has such media: the other call has
   *     the relay, also where one is only wished for
   */
  final void carries(PeerMedia what, boolean near) {
    media = what;
    isNear = near;
  }

  /** Whether a relay between this end and a leg of its call would be a second one. */
  final boolean leavesRelayTo(Leg leg) {
    return isNear && !media.differsFrom(leg.media());
  }

  @Override
  public final PeerMedia media() {
    return media;
  }

  /** Before anything comes. */
  final void join(RunningCall joined, LegId as) {
    call = joined;
    self = as;
  }

  /** From now on everything crosses. Each end is opened on its own executor. */
  final void opensTo(PipeEnd end) {
    other = end;
  }

  final RunningCall call() {
    return present(call);
  }

  final LegId self() {
    return self;
  }

  private static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("the end of a pipe has not joined a call yet");
    }
    return value;
  }

  private void run(Runnable step) {
    call().executor().execute(step);
  }

  // What comes to our call from here.

  /** Brings a request to our call as one that this leg received. */
  final ExchangeId ask(Method method, Payload payload, Outcome outcome) {
    ExchangeId exchange = new ExchangeId(++last);
    asked.put(exchange, new Asked(method, outcome));
    call().post(new CallEvent.RequestReceived(self, exchange, method, payload));
    return exchange;
  }

  final void acknowledge(ExchangeId exchange, Payload payload) {
    asked.remove(exchange);
    call().post(new CallEvent.AckReceived(self, exchange, payload));
  }

  private void bring(PipeEnd from, ExchangeId theirs, Method method, Payload payload) {
    brought.put(
        theirs,
        ask(
            method,
            payload,
            (status, reason, answer) -> {
              if (status >= 300 || method != Method.INVITE) {
                brought.remove(theirs);
              }
              from.run(
                  () ->
                      from.call()
                          .post(
                              new CallEvent.ResponseReceived(
                                  from.self, theirs, status, reason, answer)));
            }));
  }

  // What our call sends through here.

  @Override
  public final void request(ExchangeId exchange, Method method, Payload payload) {
    PipeEnd end = other;
    if (end == null) {
      call()
          .post(
              new CallEvent.ResponseReceived(
                  self, exchange, 480, "Temporarily Unavailable", Payload.EMPTY));
    } else {
      end.run(() -> end.bring(this, exchange, method, payload));
    }
  }

  @Override
  public final void cancelRequest(ExchangeId exchange) {
    PipeEnd end = other;
    if (end != null) {
      end.run(
          () -> {
            ExchangeId theirs = end.brought.get(exchange);
            if (theirs != null) {
              end.call().post(new CallEvent.RequestCancelled(end.self, theirs));
            }
          });
    }
  }

  @Override
  public final void ackRequest(ExchangeId exchange, Payload payload) {
    PipeEnd end = other;
    if (end != null) {
      end.run(
          () -> {
            ExchangeId theirs = end.brought.remove(exchange);
            if (theirs != null) {
              end.acknowledge(theirs, payload);
            }
          });
    }
  }

  @Override
  public final void respond(ExchangeId exchange, int status, String reason, Payload payload) {
    Asked request = asked.get(exchange);
    if (request != null) {
      if (status >= 300 || request.method() != Method.INVITE) {
        asked.remove(exchange);
      }
      request.outcome().done(status, reason, payload);
    }
  }

  @Override
  public final void hangUp(Cause cause) {
    PipeEnd end = other;
    if (end == null) {
      hungUpEarly(cause);
    } else {
      end.run(() -> end.call().post(new CallEvent.HungUp(end.self, cause)));
    }
  }

  /** Our call has hung this end up, and the pipe was not open yet. */
  void hungUpEarly(Cause cause) {}

  @Override
  public final void becomes(LegId seat) {
    self = seat;
  }

  @Override
  public final void meetsAnother() {
    PipeEnd end = other;
    if (end != null) {
      end.run(() -> end.call().leg(end.call().otherThan(end.self)).meetsAnother());
    }
  }

  @Override
  public final String peer() {
    return peer;
  }
}
