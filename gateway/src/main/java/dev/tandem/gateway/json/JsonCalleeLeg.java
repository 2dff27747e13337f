package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.bridge.CalleeLeg;
import dev.tandem.gateway.bridge.OtherDevices.Incoming;
import dev.tandem.gateway.bridge.RunningCall;
import dev.tandem.gateway.bridge.Trickling;
import dev.tandem.gateway.call.CallEvent;
import dev.tandem.gateway.call.CallEvent.CalleeRefused.Why;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.call.LegId;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.sdp.PeerMedia;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A branch to a callee who speaks JSON. */
final class JsonCalleeLeg extends JsonLeg implements CalleeLeg {
  /** How long a call waits for a client whose connection is gone, when it begins. */
  private static final Duration COMES_BACK = Duration.ofSeconds(10);

  private final Incoming incoming;
  private final boolean record;
  private final List<JsonNode> notYet = new ArrayList<>(); // the caller has no description yet
  private @Nullable Reply accepting;
  private boolean offered;
  private boolean answered; // and nobody has acknowledged it, while it is ANSWERING

  JsonCalleeLeg(Session session, JsonParts parts, String name, Incoming incoming, boolean record) {
    super(session, parts, name, incoming.from(), Phase.INCOMING);
    this.incoming = incoming;
    this.record = record;
  }

  @Override
  public PeerMedia media() {
    return record ? super.media().recorded() : super.media();
  }

  @Override
  public void invite(RunningCall call, LegId self, Payload payload) {
    join(call, self);
    if (session().isOver()) {
      phase(Phase.OVER);
      refuse(480, "Temporarily Unavailable", Payload.EMPTY, Why.TRANSPORT);
      return;
    }
    session().add(this);
    String sdp = sdpOf(payload);
    offered = sdp != null;
    negotiation().wasTold(sdp);
    boolean hearsCandidates = trickles();
    ObjectNode event = event("incoming");
    ObjectNode from = person(incoming.from());
    if (incoming.verified()) {
      from.put("verified", true);
    }
    event.set("from", from);
    event.put("to", Texts.shortened(incoming.to(), 256));
    if (sdp != null) {
      event.put("sdp", sdp);
    }
    event.set("headers", headers(payload));
    event.put("media", way()).put("trickle", hearsCandidates);
    describe(payload.headers(), event);
    send(event);
    if (!isRelayed() && call.leg(LegId.CALLER) instanceof Trickling caller) {
      caller.heardBy(this);
    }
    if (session().isAttached()) {
      rings();
    } else {
      var unused =
          parts()
              .timers()
              .schedule(
                  COMES_BACK,
                  () ->
                      run(
                          () -> {
                            if (phase() == Phase.INCOMING && !session().isAttached()) {
                              ended(
                                  "system",
                                  Cause.of(480, "Temporarily Unavailable"),
                                  Payload.EMPTY);
                              refuse(480, "Temporarily Unavailable", Payload.EMPTY, Why.TRANSPORT);
                            }
                          }));
    }
  }

  private static void describe(List<Header> headers, ObjectNode event) {
    for (Header header : headers) {
      String value = header.value().toLowerCase(Locale.ROOT).replace(" ", "");
      switch (header.name().toLowerCase(Locale.ROOT)) {
        case "referred-by" ->
            event.put("referredBy", Texts.shortened(Texts.callerId(header.value()).uri(), 512));
        // What PBXs write to have a phone answer by itself; whether it does is the page's matter.
        case "call-info" -> {
          if (value.contains("answer-after=0")) {
            event.put("autoAnswer", true);
          }
        }
        case "alert-info" -> {
          if (value.contains("alert-autoanswer") || value.contains("info=auto-answer")) {
            event.put("autoAnswer", true);
          }
        }
        default -> {}
      }
    }
  }

  private void rings() {
    if (session().isAutoRinging()) {
      ringing();
    }
  }

  private void ringing() {
    progressed(180, "Ringing", new Payload(null, announced()));
  }

  private void progressed(int status, String reason, Payload payload) {
    call().post(new CallEvent.CalleeProgressed(self(), status, reason, payload));
  }

  private void refuse(int status, String reason, Payload payload, Why why) {
    call().post(new CallEvent.CalleeRefused(self(), status, reason, payload, why));
  }

  void ring() {
    must(phase() == Phase.INCOMING, "only a call that comes in can ring");
    ringing();
  }

  void earlyMedia(String sdp) {
    must(phase() == Phase.INCOMING && offered, "only a call with an offer can have early media");
    var unused =
        negotiation()
            .answering(sdp, announced())
            .thenAccept(
                payload ->
                    run(
                        () -> {
                          if (phase() == Phase.INCOMING) {
                            progressed(183, "Session Progress", payload);
                          }
                        }));
  }

  void accept(String sdp, List<Header> headers, Reply reply) {
    must(phase() == Phase.INCOMING, "only a call that comes in can be accepted");
    phase(Phase.ANSWERING);
    accepting = reply;
    List<Header> said = new ArrayList<>(headers);
    said.addAll(announced());
    var unused =
        negotiation()
            .answering(sdp, said)
            .thenAccept(
                payload ->
                    run(
                        () -> {
                          if (phase() == Phase.ANSWERING) {
                            answered = true;
                            call().post(new CallEvent.CalleeAnswered(self(), payload, features()));
                          }
                        }));
  }

  void reject(int status, String reason, Payload payload) {
    must(
        phase() == Phase.INCOMING || (phase() == Phase.ANSWERING && !answered),
        "the call is answered");
    ended("local", Cause.of(status, reason), Payload.EMPTY);
    refuse(status, reason, payload, Why.SAID);
  }

  void hangup(Cause cause) {
    if (phase() == Phase.ACTIVE || answered) {
      hangsUp(cause);
    } else {
      reject(603, "Decline", Payload.EMPTY);
    }
  }

  @Override
  void trickle(List<JsonNode> found) {
    if (phase() == Phase.ACTIVE) {
      super.trickle(found);
    } else {
      notYet.addAll(found);
    }
  }

  @Override
  public void cancel(Cause cause) {
    if (phase() == Phase.OVER) {
      return; // its own refusal is on the way
    }
    boolean silent = cause.status() == 200;
    ended(
        silent ? "remote" : "system",
        silent && cause.reasons().isEmpty() ? Cause.of(487, cause.text()) : cause,
        Payload.EMPTY);
    refuse(487, "Request Terminated", Payload.EMPTY, Why.SAID);
  }

  @Override
  public void ack(Payload payload) {
    if (phase() == Phase.OVER) {
      return;
    }
    isAnswered();
    Reply reply = accepting;
    accepting = null;
    if (reply != null) {
      ObjectNode ok = reply.begin().put("call", name()).put("rev", 1);
      String answer = sdpOf(payload);
      if (!offered && answer != null) {
        negotiation().wasTold(answer);
        ok.put("sdp", answer);
      }
      ok.set("peer", person(other()));
      ok.put("sipCallId", Texts.shortened(call().info().callId(), 200)).put("media", way());
      reply.ok(ok);
    }
    super.trickle(List.copyOf(notYet));
    notYet.clear();
  }

  @Override
  public void prack(Payload payload) {
    throw new IllegalStateException("a JSON client sends nothing that is acknowledged by PRACK");
  }

  @Override
  void released() {
    Reply reply = accepting;
    accepting = null;
    if (reply != null) {
      reply.fail(Refusal.of(ErrorCode.CALL_ENDED, "the call has ended"));
    }
  }
}
