package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.bridge.CallerLeg;
import dev.tandem.gateway.bridge.Trickling;
import dev.tandem.gateway.call.Body;
import dev.tandem.gateway.call.CallEvent;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.limit.Permit;
import dev.tandem.gateway.routing.CallerId;
import dev.tandem.sip.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The leg of a caller who speaks JSON. */
final class JsonCallerLeg extends JsonLeg implements CallerLeg {
  private final String sdp;
  private final boolean trickles;
  private final Permit permit;
  private final List<JsonCalleeLeg> listeners = new ArrayList<>(2);
  private final List<JsonNode> notYet = new ArrayList<>(0); // of the far end's
  private @Nullable Gathering offer;
  private @Nullable Cause cancelled; // why the client does not want to be answered any more
  private @Nullable Cause unanswered; // why it does not wait any longer
  private Timers.@Nullable Timer patience; // with those who ring
  private @Nullable AskedTransfer followed; // what this call carries out

  JsonCallerLeg(
      Session session,
      JsonParts parts,
      String name,
      CallerId to,
      String sdp,
      boolean trickles,
      Permit permit) {
    super(session, parts, name, to, Phase.CALLING);
    this.sdp = sdp;
    this.trickles = trickles;
    this.permit = permit;
  }

  /** This call carries out what somebody has asked for. Before it begins. */
  void follows(AskedTransfer transfer) {
    followed = transfer;
  }

  /** When it has joined its call: what the INVITE says, as far as it is known. */
  Payload begins(List<Header> headers) {
    offer = negotiation().describes(sdp, trickles);
    negotiation().saidFirst(sdp);
    return new Payload(Body.sdp(sdp), headers);
  }

  /**
   * The same with all candidates, for who takes none later; what a relay has said of it is whole.
   */
  CompletableFuture<Payload> complete(Payload invite) {
    Gathering open = offer;
    if (open == null || !sdp.equals(sdpOf(invite))) {
      return CompletableFuture.completedFuture(invite);
    }
    List<Header> said = new ArrayList<>(invite.headers());
    if (trickles) {
      said.addAll(Trickling.ANNOUNCED);
    }
    return open.complete().thenApply(whole -> new Payload(Body.sdp(whole), said));
  }

  /** A branch that is told of candidates as they come; it gets those that there are. */
  @Override
  public void heardBy(Trickling branch) {
    if (branch instanceof JsonCalleeLeg callee) {
      listeners.add(callee);
      callee.tell(negotiation().gathered());
    }
  }

  /** None is told before the description that it is for, nor one of a branch that was not heard. */
  @Override
  void hears(List<JsonNode> candidates) {
    if (phase() == Phase.ACTIVE) {
      tell(candidates);
    } else if (notYet.size() + candidates.size() <= Gathering.MAX) {
      notYet.addAll(candidates);
    }
  }

  private void tellWhatWaits() {
    String answer = negotiation().told();
    for (JsonNode each : notYet) {
      String ufrag = each.path("usernameFragment").asText();
      if (answer != null && answer.contains("a=ice-ufrag:" + ufrag)) {
        tell(List.of(each));
      }
    }
    notYet.clear();
  }

  @Override
  void trickle(List<JsonNode> found) {
    if (phase() == Phase.ACTIVE) {
      super.trickle(found);
    } else {
      listeners.forEach(branch -> branch.tell(found));
    }
  }

  @Override
  public void progress(int status, String reason, Payload payload) {
    if (phase() == Phase.OVER) {
      return;
    }
    phase(Phase.PROGRESSING);
    ObjectNode event = event("progress").put("status", status);
    event.put("text", Texts.shortened(reason, 200));
    String early = sdpOf(payload);
    boolean first = negotiation().told() == null;
    negotiation().wasTold(early);
    if (early != null && first && session().can("early")) {
      event.put("sdp", early);
    }
    send(event);
    AskedTransfer transfer = followed;
    if (transfer != null) {
      transfer.progressed(status, reason);
    }
  }

  @Override
  public void answer(Payload payload) {
    negotiation().wasTold(sdpOf(payload));
    isAnswered();
    listeners.clear();
    call().post(new CallEvent.CallerAcked(Payload.EMPTY));
    Cause crossed = cancelled;
    if (crossed != null) {
      hangsUp(crossed);
    } else {
      accepted(payload);
      tellWhatWaits();
      trickleFar();
      AskedTransfer transfer = followed;
      if (transfer != null) {
        transfer.succeeded();
      }
    }
  }

  private void accepted(Payload payload) {
    ObjectNode event = event("accepted").put("rev", 1);
    String answer = negotiation().told();
    if (answer != null) {
      event.put("sdp", answer);
    }
    event.set("peer", person(other()));
    event.put("sipCallId", Texts.shortened(call().info().callId(), 200));
    event.set("headers", headers(payload));
    send(event.put("media", way()));
  }

  @Override
  public void refuse(int status, String reason, Payload payload) {
    AskedTransfer transfer = followed;
    if (transfer != null) {
      transfer.failed(Cause.of(status, reason));
    }
    List<String> reasons =
        payload.headers().stream()
            .filter(header -> header.name().equalsIgnoreCase("Reason"))
            .map(Header::value)
            .toList();
    Cause waited = unanswered;
    if (waited != null) {
      ended("system", waited, payload);
    } else {
      ended(cancelled != null ? "local" : "remote", new Cause(status, reason, reasons), payload);
    }
  }

  /** Ends the call if nobody has answered by then. */
  void mayRing(Duration time) {
    if (phase() != Phase.OVER) {
      patience = parts().timers().schedule(time, () -> run(this::isUnanswered));
    }
  }

  private void isUnanswered() {
    if (phase() == Phase.CALLING || phase() == Phase.PROGRESSING) {
      Cause cause = Cause.of(480, "No answer", "Q.850;cause=19;text=\"No answer\"");
      unanswered = cause;
      hangup(cause);
    }
  }

  /** The client does not want to be answered any more, or to talk. */
  void hangup(Cause cause) {
    if (phase() == Phase.ACTIVE) {
      hangsUp(cause);
    } else {
      cancelled = cause;
      call().post(new CallEvent.CallerCancelled(cause));
    }
  }

  @Override
  void released() {
    AskedTransfer transfer = followed;
    if (transfer != null) {
      transfer.failed(Cause.of(487, "Request Terminated")); // unless there was an outcome
    }
    Timers.Timer waiting = patience;
    if (waiting != null) {
      waiting.cancel();
    }
    permit.release();
  }
}
