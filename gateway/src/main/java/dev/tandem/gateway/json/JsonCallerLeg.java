package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.bridge.CallerLeg;
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
  private @Nullable Gathering offer;
  private boolean cancelled;
  private Timers.@Nullable Timer patience; // with those who ring

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

  /** When it has joined its call: what the INVITE says, as far as it is known. */
  Payload begins(List<Header> headers) {
    offer = negotiation().describes(sdp, trickles);
    negotiation().saidFirst(sdp);
    return new Payload(Body.sdp(sdp), headers);
  }

  /**
   * The same with all candidates, for who takes none later. A relay's description is complete as it
   * is, and the INVITE leaves at once: the relay learns where the browser is from its checks.
   */
  CompletableFuture<Payload> complete(Payload invite) {
    Gathering open = offer;
    Body body = invite.body();
    if (open == null || body == null || !Candidates.isOfSameAgent(sdp, Texts.sdp(body))) {
      return CompletableFuture.completedFuture(invite);
    }
    return open.complete().thenApply(whole -> new Payload(Body.sdp(whole), invite.headers()));
  }

  /** A branch that is told of candidates as they come; it gets those that there are. */
  void heardBy(JsonCalleeLeg branch) {
    listeners.add(branch);
    branch.tell(negotiation().gathered());
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
  }

  @Override
  public void answer(Payload payload) {
    negotiation().wasTold(sdpOf(payload));
    isAnswered();
    ObjectNode event = event("accepted").put("rev", 1);
    String answer = negotiation().told();
    if (answer != null) {
      event.put("sdp", answer);
    }
    event.set("peer", person(other()));
    event.put("sipCallId", Texts.shortened(call().info().callId(), 200));
    event.set("headers", headers(payload));
    send(event);
    listeners.clear();
    call().post(new CallEvent.CallerAcked(Payload.EMPTY));
  }

  @Override
  public void refuse(int status, String reason, Payload payload) {
    List<String> reasons =
        payload.headers().stream()
            .filter(header -> header.name().equalsIgnoreCase("Reason"))
            .map(Header::value)
            .toList();
    ended(cancelled ? "local" : "remote", new Cause(status, reason, reasons), payload);
  }

  /** Ends the call if nobody has answered by then. */
  void mayRing(Duration time) {
    if (phase() != Phase.OVER) {
      patience = parts().timers().schedule(time, () -> run(this::isUnanswered));
    }
  }

  private void isUnanswered() {
    if (phase() == Phase.CALLING || phase() == Phase.PROGRESSING) {
      hangup(Cause.of(480, "No answer", "Q.850;cause=19;text=\"No answer\""));
    }
  }

  /** The client does not want to be answered any more, or to talk. */
  void hangup(Cause cause) {
    if (phase() == Phase.ACTIVE) {
      hangsUp(cause);
    } else {
      cancelled = true;
      call().post(new CallEvent.CallerCancelled(cause));
    }
  }

  @Override
  void released() {
    Timers.Timer waiting = patience;
    if (waiting != null) {
      waiting.cancel();
    }
    permit.release();
  }
}
