package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.call.Body;
import dev.tandem.gateway.call.ExchangeId;
import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.call.Method;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.sdp.Directions;
import dev.tandem.sip.time.Timers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The session between one client and the other side of its call: who has described what, which
 * offer waits for its answer, and who is held. Offers of both sides never meet: the client's gives
 * way. Used on the call's executor.
 */
final class Negotiation {
  /** How long a client may think about an offer. */
  private static final Duration ANSWER_TIME = Duration.ofSeconds(30);

  /** An offer of the other side's that the client is to answer, or one that it is to make. */
  private record Pending(ExchangeId exchange, int rev, boolean offered) {}

  /** A change that the client wants while another is under way. */
  private record Waiting(Reply reply, Runnable change) {}

  private static final int MOST_WAITING = 8;

  private final JsonLeg leg;
  private final Deque<Waiting> waiting = new ArrayDeque<>(0);
  private boolean offering; // an offer of the client's is on its way
  private final List<JsonNode> beforehand = new ArrayList<>(0); // found before it is described
  private int rev = 1;
  private @Nullable Gathering gathering;
  private @Nullable String said; // the client's last description that counts
  private @Nullable String told; // what it was told last
  private @Nullable String holding; // the direction of what the client sends to who is held
  private boolean heldThere;
  private @Nullable Pending pending;
  private Timers.@Nullable Timer patience; // with the client that is to answer
  private @Nullable Reply answerDue; // waits for the answer to the offer in it

  Negotiation(JsonLeg leg) {
    this.leg = leg;
  }

  private boolean isActive() {
    return leg.phase() == JsonLeg.Phase.ACTIVE;
  }

  /** The number of the last offer and answer. */
  int rev() {
    return rev;
  }

  /** A new description of the client's, whose candidates may still come. */
  Gathering describes(String sdp, boolean trickles) {
    Gathering before = gathering;
    if (before != null) {
      before.drop();
    }
    Gathering next =
        new Gathering(
            sdp,
            trickles,
            leg.parts().timers(),
            leg.call().executor(),
            leg.parts().config().gatherTime(),
            leg.parts().config().gatherQuiet());
    beforehand.forEach(next::add);
    beforehand.clear();
    gathering = next;
    return next;
  }

  /** What the other end is to be told: at once if it can do without candidates, else with all. */
  CompletableFuture<Payload> described(String sdp, List<Header> headers) {
    return described(sdp, headers, leg.partner() != null || leg.isRelayed());
  }

  /** The same of an answer: who takes candidates by INFO knows then that they belong to it. */
  CompletableFuture<Payload> answering(String sdp, List<Header> headers) {
    return described(
        sdp, headers, leg.partner() != null || leg.isRelayed() || leg.tricklesFar() != null);
  }

  private CompletableFuture<Payload> described(String sdp, List<Header> headers, boolean atOnce) {
    Gathering of = describes(sdp, true);
    said = sdp;
    if (atOnce) {
      of.leavesAtOnce();
      return CompletableFuture.completedFuture(new Payload(Body.sdp(sdp), headers));
    }
    return of.complete().thenApply(whole -> new Payload(Body.sdp(whole), headers));
  }

  /** A description of the client's with what it has found. */
  private String gathered(String sdp) {
    Gathering open = gathering;
    return open == null
        ? Candidates.into(sdp, List.of(), true)
        : Candidates.into(sdp, open.candidates(), open.isOver());
  }

  /** What a far end that takes candidates has not heard of yet; null for nothing. */
  @Nullable Body late() {
    Gathering open = gathering;
    return open == null || !open.hasNews()
        ? null
        : Fragments.of(open.sdp(), open.candidates(), open.isOver());
  }

  List<JsonNode> gathered() {
    Gathering open = gathering;
    return open == null ? List.of() : List.copyOf(open.candidates());
  }

  void saidFirst(String sdp) {
    said = sdp;
  }

  void wasTold(@Nullable String sdp) {
    if (sdp != null) {
      told = sdp;
    }
  }

  @Nullable String told() {
    return told;
  }

  /** More candidates of the client's. */
  void found(List<JsonNode> candidates) {
    Gathering open = gathering;
    for (JsonNode each : candidates) {
      if (open != null) {
        open.add(each);
      } else if (beforehand.size() < Gathering.MAX) {
        beforehand.add(each);
      }
    }
  }

  /** One after the other: nobody takes a second offer before the answer to the first. */
  private void inTurn(Reply reply, Runnable change) {
    if (!offering) {
      change.run();
    } else if (waiting.size() < MOST_WAITING) {
      waiting.add(new Waiting(reply, change));
    } else {
      throw Refusal.later("too many changes of one call", 1);
    }
  }

  private void isDone() {
    offering = false;
    Waiting next = waiting.poll();
    if (next != null) {
      leg.run(
          () -> {
            try {
              inTurn(next.reply(), next.change());
            } catch (Refusal e) {
              next.reply().fail(e);
            }
            if (!offering) {
              isDone();
            }
          });
    }
  }

  /** A new offer of the client's. */
  void update(int number, String sdp, Reply reply) {
    inTurn(reply, () -> updateNow(number, sdp, reply));
  }

  private void updateNow(int number, String sdp, Reply reply) {
    leg.must(isActive(), "only a call that is answered can be changed");
    if (pending != null) {
      throw Refusal.of(ErrorCode.GLARE, "the other side has just made an offer: answer it first");
    }
    offering = true;
    rev = Math.max(rev, number);
    String before = said;
    var unused =
        described(asHolding(sdp, false), List.of())
            .thenAccept(
                payload ->
                    leg.run(
                        () ->
                            offer(
                                payload,
                                before,
                                reply,
                                answer -> {
                                  ObjectNode ok = reply.begin().put("call", leg.name());
                                  ok.put("rev", number);
                                  reply.ok(ok.put("sdp", answer));
                                })));
  }

  private void offer(Payload offer, @Nullable String before, Reply reply, Consumer<String> done) {
    if (leg.phase() == JsonLeg.Phase.OVER) {
      reply.fail(Refusal.of(ErrorCode.CALL_ENDED, "the call has ended"));
      return;
    }
    offering = true;
    leg.ask(
        Method.INVITE,
        offer,
        (status, reason, payload) -> {
          leg.run(this::isDone); // when all has been done that follows from this
          String answer = JsonLeg.sdpOf(payload);
          if (status < 300 && answer != null) {
            wasTold(answer);
            done.accept(answer);
          } else {
            said = before;
            reply.fail(
                status < 300
                    ? Refusal.of(ErrorCode.NOT_ACCEPTABLE, "the other side gave no answer")
                    : JsonLeg.refusal(status, reason));
          }
        });
  }

  /** Holds or resumes at the client's wish. */
  void hold(boolean on, boolean inactive, Reply reply) {
    inTurn(reply, () -> holdNow(on, inactive, reply));
  }

  private void holdNow(boolean on, boolean inactive, Reply reply) {
    leg.must(isActive(), "only a call that is answered can be held");
    JsonLeg other = leg.partner();
    String mine = said;
    if (other != null) {
      holding = on ? "sendonly" : null;
      other.negotiation().isHeld(on);
      reply.ok(heldReply(reply));
    } else if (mine == null) {
      throw Refusal.of(ErrorCode.WRONG_STATE, "the session is not described yet");
    } else if (pending != null) {
      throw Refusal.of(ErrorCode.GLARE, "the other side has just made an offer: answer it first");
    } else {
      String direction = on ? (inactive ? "inactive" : "sendonly") : "sendrecv";
      String sdp = gathered(Directions.asOffer(Directions.directed(mine, direction)));
      offer(
          Payload.of(Body.sdp(sdp)),
          mine,
          reply,
          answer -> {
            said = sdp;
            holding = on ? direction : null;
            reply.ok(heldReply(reply));
          });
    }
  }

  /**
   * What a SIP peer that the client holds is told, whatever the browser has written: browsers know
   * nothing of the hold, and a description of theirs would end it.
   */
  private String asHolding(String sdp, boolean answers) {
    String direction = holding;
    String offer = told;
    if (direction == null || leg.partner() != null) {
      return sdp;
    }
    boolean both = answers && offer != null && Directions.holds(offer);
    return Directions.directed(sdp, both ? "inactive" : direction);
  }

  private ObjectNode heldReply(Reply reply) {
    ObjectNode ok = reply.begin().put("call", leg.name());
    ok.set("held", held());
    return ok;
  }

  ObjectNode held() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("local", holding != null)
        .put("remote", heldThere);
  }

  /**
   * Whether the other side's offer holds the client; between clients a hold is an event of its own.
   */
  private boolean isHeldBy(String offer) {
    JsonLeg other = leg.partner();
    return Directions.holds(offer) || (other != null && other.negotiation().holding != null);
  }

  private void isHeld(boolean on) {
    if (heldThere != on) {
      heldThere = on;
      leg.send(leg.event("hold").put("remote", on));
    }
  }

  /** The other side's offer, or its wish for one (null). */
  void changed(ExchangeId exchange, @Nullable String offer) {
    String mine = said;
    boolean sameConnection =
        offer != null && told != null && Directions.isSameConnection(told, offer);
    if (leg.session().can("update")) {
      if (pending != null || !leg.session().isAttached()) {
        leg.took(exchange, 491, "Request Pending", Payload.EMPTY);
      } else {
        askClient(exchange, offer);
      }
    } else if (offer == null && mine != null) {
      String again = Directions.asOffer(mine);
      said = again;
      leg.took(exchange, 200, "OK", Payload.of(Body.sdp(gathered(again))));
    } else if (sameConnection && mine != null && offer != null) {
      wasTold(offer);
      String answer = asHolding(Directions.answering(mine, offer), true);
      leg.took(exchange, 200, "OK", Payload.of(Body.sdp(gathered(answer))));
      isHeld(isHeldBy(offer));
    } else {
      leg.took(exchange, 488, "Client Cannot Renegotiate", Payload.EMPTY);
    }
  }

  private void askClient(ExchangeId exchange, @Nullable String offer) {
    int number = ++rev;
    Pending asking = new Pending(exchange, number, offer != null);
    pending = asking;
    patience =
        leg.parts().timers().schedule(ANSWER_TIME, () -> leg.run(() -> isUnanswered(asking)));
    ObjectNode event = leg.event("update").put("rev", number);
    if (offer != null) {
      event.put("sdp", offer);
    }
    leg.send(event);
    if (offer != null) {
      wasTold(offer);
      isHeld(isHeldBy(offer));
    }
  }

  private void isUnanswered(Pending asking) {
    if (asking.equals(pending)) {
      forgetPending();
      leg.took(asking.exchange(), 480, "No Answer To The Offer", Payload.EMPTY);
    }
  }

  private void forgetPending() {
    pending = null;
    stopWaiting();
  }

  private void stopWaiting() {
    Timers.Timer waiting = patience;
    if (waiting != null) {
      waiting.cancel();
      patience = null;
    }
  }

  /** The client's answer to {@code update}, or its offer when it was asked for one. */
  void answers(int number, @Nullable String sdp, Reply reply) {
    Pending open = pending;
    leg.must(open != null && open.rev() == number, "there is no update of that number to answer");
    if (open == null) {
      return;
    }
    forgetPending();
    if (sdp == null) {
      leg.took(open.exchange(), 488, "Not Acceptable Here", Payload.EMPTY);
      reply.ok();
      return;
    }
    if (!open.offered()) {
      answerDue = reply;
    }
    var unused =
        (open.offered()
                ? answering(asHolding(sdp, true), List.of())
                : described(asHolding(sdp, false), List.of()))
            .thenAccept(
                payload ->
                    leg.run(
                        () -> {
                          leg.took(open.exchange(), 200, "OK", payload);
                          if (open.offered()) {
                            reply.ok(reply.begin().put("call", leg.name()).put("rev", number));
                          }
                        }));
  }

  /** The answer to an offer of the client's that was asked for. */
  void acked(Payload payload) {
    Reply due = answerDue;
    if (due == null) {
      return;
    }
    answerDue = null;
    String answer = JsonLeg.sdpOf(payload);
    if (answer == null) {
      due.fail(Refusal.of(ErrorCode.NOT_ACCEPTABLE, "the other side gave no answer"));
    } else {
      wasTold(answer);
      due.ok(due.begin().put("call", leg.name()).put("rev", rev).put("sdp", answer));
    }
  }

  /** The other side has taken its offer back. */
  void cancelled(ExchangeId exchange) {
    Pending open = pending;
    if (open != null && open.exchange().equals(exchange)) {
      forgetPending();
      leg.took(exchange, 487, "Request Terminated", Payload.EMPTY);
    }
  }

  /** The client has gone, and the call may go on without it: nobody shall wait for its answer. */
  void gone() {
    Pending open = pending;
    if (open != null) {
      pending = null;
      leg.took(open.exchange(), 480, "Temporarily Unavailable", Payload.EMPTY);
    }
  }

  /** The leg is over. */
  void end() {
    Gathering open = gathering;
    if (open != null) {
      open.drop();
    }
    stopWaiting();
    waiting.forEach(
        each -> each.reply().fail(Refusal.of(ErrorCode.CALL_ENDED, "the call has ended")));
    waiting.clear();
    Reply due = answerDue;
    answerDue = null;
    if (due != null) {
      due.fail(Refusal.of(ErrorCode.CALL_ENDED, "the call has ended"));
    }
  }
}
