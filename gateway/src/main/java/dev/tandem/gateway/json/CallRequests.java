package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.gateway.bridge.AttendedTransfer;
import dev.tandem.gateway.bridge.BlindTransfer;
import dev.tandem.gateway.bridge.CallInfo;
import dev.tandem.gateway.bridge.CalleeLeg;
import dev.tandem.gateway.bridge.Callees;
import dev.tandem.gateway.bridge.Leg;
import dev.tandem.gateway.bridge.NewCall;
import dev.tandem.gateway.bridge.RunningCall;
import dev.tandem.gateway.bridge.TransferListener;
import dev.tandem.gateway.call.Body;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.call.LegId;
import dev.tandem.gateway.call.Method;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.limit.Permit;
import dev.tandem.gateway.routing.CallerId;
import dev.tandem.gateway.routing.DialRights;
import dev.tandem.gateway.routing.RequestHeaders;
import dev.tandem.gateway.routing.RouteDecision;
import dev.tandem.gateway.routing.RouteRequest;
import dev.tandem.gateway.routing.Source;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What clients ask of calls. Thread-safe. */
final class CallRequests {
  /** So many transfers may follow each other in what began as one call. */
  private static final int MAX_TRANSFERS = 16;

  private static final int MAX_BODY = 8192;

  private final JsonParts parts;
  private final SipSide sip;
  private final AtomicLong lastKey = new AtomicLong();

  CallRequests(JsonParts parts, SipSide sip) {
    this.parts = parts;
    this.sip = sip;
  }

  // Beginning.

  void call(Session session, Wire wire, Fields fields, Reply reply) {
    String name = fields.id("call");
    Dialled to = Dialled.parse(fields.line("to", 256), "to", parts.domain());
    String sdp = fields.sdp("sdp");
    List<Header> headers = fields.headers();
    refuseLate(session);
    session.mayCall(name, parts.config().callsPerSession());
    Source source = source(session, wire, fields.optionalLine("display", 128), to);
    RouteDecision decision = route(source, to, headers, RouteRequest.Kind.CALL, session.login());
    boolean limited = !parts.router().isEmergency(to.user());
    Permit permit = parts.limits().ofUser(session.login().aor().user(), limited);
    if (permit == null) {
      throw refused("INVITE", source, to, 480, "Too Many Calls", "limit_user");
    }
    JsonCallerLeg leg =
        new JsonCallerLeg(
            session, parts, name, to.shown(), sdp, fields.flag("trickle", true), permit);
    Callees callees = sip.branches().to(decision, source, leg::complete);
    CallInfo info = info(session, name, source, to, decision);
    RunningCall call = parts.calls().offer(info, leg, callees);
    session.add(leg);
    reply.ok(reply.begin().put("call", name));
    List<JsonNode> early = session.kept(name);
    Payload[] invite = new Payload[1];
    call.executor()
        .execute(
            () -> {
              leg.join(call, LegId.CALLER);
              invite[0] = leg.begins(headers);
              leg.candidates(early);
            });
    parts.calls().start(call, invite[0], JsonLeg.features());
    long timeout = fields.number("timeout", 1, 600, 0);
    if (timeout > 0) {
      call.executor().execute(() -> leg.mayRing(Duration.ofSeconds(timeout)));
    }
  }

  private void refuseLate(Session session) {
    if (parts.calls().isDraining()) {
      throw Refusal.sip(503, "the gateway is shutting down");
    }
    Instant until = session.login().expiresAt();
    if (until != null && !parts.timers().now().isBefore(until)) {
      throw Refusal.of(ErrorCode.TOKEN_EXPIRED, "the token has expired: register again");
    }
  }

  private Source source(Session session, Wire wire, @Nullable String display, Dialled to) {
    Login login = session.login();
    CallerId from =
        new CallerId(login.aor().user(), login.aor().host(), null)
            .withName(display == null || display.isBlank() ? login.name() : display.strip());
    // A guest may reach whom it has asked for, and nobody to whom that one diverts.
    DialRights rights = login.guest() ? new DialRights(List.of(to.user())) : login.rights();
    return new Source(
        login.aor().user(),
        null,
        wire.remote().getAddress().getHostAddress(),
        from,
        null,
        Set.of(),
        rights);
  }

  private RouteDecision route(
      Source source, Dialled to, List<Header> headers, RouteRequest.Kind kind, Login login) {
    Map<String, List<String>> named = new HashMap<>();
    headers.forEach(
        header -> named.computeIfAbsent(header.name(), n -> new ArrayList<>()).add(header.value()));
    RouteDecision decision =
        parts
            .router()
            .route(
                new RouteRequest(
                    to.user(),
                    to.host(),
                    source,
                    null,
                    RequestHeaders.of(named),
                    parts.timers().now(),
                    kind));
    if (decision instanceof RouteDecision.Refused refused) {
      throw refused(
          "INVITE", source, to, refused.status(), refused.reason(), refused.cause().word());
    }
    if (login.guest() && !(decision instanceof RouteDecision.ToUser)) {
      throw refused("INVITE", source, to, 403, "Guests Call Users Only", "not_allowed");
    }
    return decision;
  }

  private Refusal refused(
      String method, Source source, Dialled to, int status, String reason, String cause) {
    parts.refusals().refused(method, source.caller().uri(), to.uri(), status, cause);
    return Refusal.sip(status, reason);
  }

  private CallInfo info(
      Session session, String name, Source source, Dialled to, RouteDecision decision) {
    return new CallInfo(
        "j" + Long.toString(lastKey.incrementAndGet(), 36),
        session.id() + "." + Integer.toHexString(name.hashCode()),
        source.caller().uri(),
        to.uri(),
        decision instanceof RouteDecision.ToTrunks toTrunks ? toTrunks.told() : "user",
        parts.timers().now());
  }

  // In a call.

  void candidate(Session session, Fields fields, Reply reply) {
    String name = fields.id("call");
    List<JsonNode> found = Candidates.of(fields);
    if (session.hasCall(name)) {
      step(
          session.call(name),
          reply,
          leg -> {
            leg.candidates(found);
            reply.ok();
          });
    } else {
      session.keep(name, found);
      reply.ok();
    }
  }

  void hangup(Session session, Fields fields, Reply reply) {
    Cause cause = cause(fields);
    step(
        session.call(fields.id("call")),
        reply,
        leg -> {
          leg.must(true, "");
          reply.ok(reply.begin().put("call", leg.name()));
          if (leg instanceof JsonCallerLeg caller) {
            caller.hangup(cause);
          } else if (leg instanceof JsonCalleeLeg callee) {
            callee.hangup(cause);
          }
        });
  }

  private static Cause cause(Fields fields) {
    JsonNode reason = fields.frame().get("reason");
    if (reason == null || !reason.isObject()) {
      return Cause.of(200, "Normal call clearing");
    }
    String text = Texts.shortened(reason.path("text").asText(""), 200).replaceAll("[\\\\\"]", "");
    int q850 = reason.path("q850").asInt(0);
    return q850 == 0
        ? Cause.of(200, text)
        : Cause.of(200, text, "Q.850;cause=" + q850 + ";text=\"" + text + "\"");
  }

  void ring(Session session, Fields fields, Reply reply) {
    callee(
        session,
        fields,
        reply,
        leg -> {
          leg.ring();
          reply.ok(reply.begin().put("call", leg.name()));
        });
  }

  void progress(Session session, Fields fields, Reply reply) {
    String sdp = fields.sdp("sdp");
    callee(
        session,
        fields,
        reply,
        leg -> {
          leg.earlyMedia(sdp);
          reply.ok(reply.begin().put("call", leg.name()));
        });
  }

  void accept(Session session, Fields fields, Reply reply) {
    String sdp = fields.sdp("sdp");
    List<Header> headers = fields.headers();
    callee(session, fields, reply, leg -> leg.accept(sdp, headers, reply));
  }

  void reject(Session session, Fields fields, Reply reply) {
    String code = fields.optionalLine("code", 32);
    long status = fields.number("sip", 400, 699, 0);
    String to = fields.optionalLine("to", 256);
    List<Header> headers = new ArrayList<>(fields.headers());
    int said;
    if (to != null) {
      said = 302;
      headers.add(new Header("Contact", "<" + Dialled.parse(to, "to", parts.domain()).uri() + ">"));
    } else if (status != 0) {
      said = (int) status;
    } else {
      said = code == null ? 603 : ErrorCode.valueOf(code.toUpperCase(Locale.ROOT)).toStatus();
    }
    callee(
        session,
        fields,
        reply,
        leg -> {
          leg.must(
              leg.phase() == JsonLeg.Phase.INCOMING || leg.phase() == JsonLeg.Phase.ANSWERING,
              "the call is answered");
          reply.ok(reply.begin().put("call", leg.name()));
          leg.reject(said, phrase(said), new Payload(null, headers));
        });
  }

  private static String phrase(int status) {
    return switch (status) {
      case 302 -> "Moved Temporarily";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 410 -> "Gone";
      case 480 -> "Temporarily Unavailable";
      case 486 -> "Busy Here";
      case 488 -> "Not Acceptable Here";
      case 600 -> "Busy Everywhere";
      case 603 -> "Decline";
      default -> "Rejected";
    };
  }

  void update(Session session, Fields fields, Reply reply) {
    int rev = (int) fields.number("rev", 1, 1_000_000, 0);
    String sdp = fields.sdp("sdp");
    step(session.call(fields.id("call")), reply, leg -> leg.negotiation().update(rev, sdp, reply));
  }

  void updateAnswer(Session session, Fields fields, Reply reply) {
    int rev = (int) fields.number("rev", 1, 1_000_000, 0);
    String sdp = fields.optionalSdp("sdp");
    step(session.call(fields.id("call")), reply, leg -> leg.negotiation().answers(rev, sdp, reply));
  }

  void hold(Session session, Fields fields, Reply reply) {
    boolean on = fields.flag("on", true);
    boolean inactive = "inactive".equals(fields.optionalLine("mode", 16));
    String sdp = fields.optionalSdp("sdp");
    int rev = (int) fields.number("rev", 1, 1_000_000, 1);
    step(
        session.call(fields.id("call")),
        reply,
        leg -> {
          if (sdp == null) {
            leg.negotiation().hold(on, inactive, reply);
          } else {
            leg.negotiation().update(rev, sdp, reply);
          }
        });
  }

  void dtmf(Session session, Fields fields, Reply reply) {
    String digits = fields.line("digits", 32);
    int duration = (int) fields.number("duration", 40, 6000, 160);
    if ("rtp".equals(fields.optionalLine("method", 8))) {
      throw Refusal.of(ErrorCode.UNSUPPORTED, "keys in the media are the browser's to send");
    }
    step(session.call(fields.id("call")), reply, leg -> leg.dtmf(digits, duration, reply));
  }

  void info(Session session, Fields fields, Reply reply) {
    Body body = body(fields, null);
    step(session.call(fields.id("call")), reply, leg -> leg.carries(Method.INFO, body, reply));
  }

  void message(Session session, Wire wire, Fields fields, Reply reply) {
    Body body = body(fields, "text/plain;charset=utf-8");
    if (fields.has("call")) {
      step(session.call(fields.id("call")), reply, leg -> leg.carries(Method.MESSAGE, body, reply));
      return;
    }
    Dialled to = Dialled.parse(fields.line("to", 256), "to", parts.domain());
    Source source = source(session, wire, null, to);
    if (session.login().guest()) {
      throw refused("MESSAGE", source, to, 403, "Guests Write Nothing", "not_allowed");
    }
    sip.messenger()
        .send(
            new RouteRequest(
                to.user(),
                to.host(),
                source,
                null,
                RequestHeaders.NONE,
                parts.timers().now(),
                RouteRequest.Kind.MESSAGE),
            Payload.of(body),
            (status, reason) -> {
              if (status < 300) {
                reply.ok(reply.begin().put("stored", status == 202));
              } else {
                reply.fail(Refusal.sip(status, Texts.shortened(reason, 200)));
              }
            });
  }

  private static Body body(Fields fields, @Nullable String otherwise) {
    String type = fields.optionalLine("contentType", 128);
    if (type == null && otherwise == null) {
      throw Refusal.field("contentType", "is missing");
    }
    byte[] bytes = fields.text("body", MAX_BODY).getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_BODY) {
      throw Refusal.of(ErrorCode.TOO_BIG, "body: is larger than " + MAX_BODY + " bytes");
    }
    return new Body(type == null ? String.valueOf(otherwise) : type, bytes);
  }

  void stats(Session session, Fields fields, Reply reply) {
    String summary = Quality.of(fields);
    step(
        session.call(fields.id("call")),
        reply,
        leg -> {
          leg.sounds(summary);
          reply.ok(reply.begin().put("call", leg.name()));
        });
  }

  // Transfers.

  void transfer(Session session, Wire wire, Fields fields, Reply reply) {
    JsonLeg leg = session.call(fields.id("call"));
    if (fields.has("with")) {
      JsonLeg second = session.call(fields.id("with"));
      step(leg, reply, first -> attended(first, second, reply));
    } else {
      Dialled to = Dialled.parse(fields.line("to", 256), "to", parts.domain());
      refuseLate(session);
      step(leg, reply, first -> blind(session, wire, first, to, reply));
    }
  }

  private void attended(JsonLeg leg, JsonLeg second, Reply reply) {
    mayTransfer(leg);
    if (second == leg) {
      throw Refusal.field("with", "is the same call");
    }
    if (!AttendedTransfer.begin(leg.call(), leg.self(), second.call(), second, telling(leg))) {
      throw Refusal.of(ErrorCode.GLARE, "another transfer goes on");
    }
    reply.ok(reply.begin().put("call", leg.name()));
  }

  private void blind(Session session, Wire wire, JsonLeg leg, Dialled to, Reply reply) {
    mayTransfer(leg);
    Source asking = source(session, wire, null, to);
    Leg transferred = leg.call().leg(leg.call().otherThan(leg.self()));
    CallerId transferee = Texts.callerId(transferred.peer());
    Source source =
        new Source(
            asking.user(),
            null,
            asking.address(),
            transferee,
            null,
            transferred.privacy(),
            asking.rights());
    RouteDecision decision = route(source, to, List.of(), RouteRequest.Kind.CALL, session.login());
    List<List<CalleeLeg>> rounds =
        sip.branches()
            .to(decision, source, dev.tandem.gateway.bridge.Branches.Description.COMPLETE)
            .rounds();
    if (rounds.isEmpty()) {
      throw Refusal.sip(480, "Temporarily Unavailable");
    }
    CallInfo info = info(session, leg.name(), source, to, decision);
    String by = new CallerId(asking.caller().user(), asking.caller().host(), null).toString();
    NewCall wanted =
        new NewCall(
            info,
            to.shown().toString(),
            Callees.inRounds(rounds),
            new Payload(null, List.of(new Header("Referred-By", by))));
    if (!BlindTransfer.begin(leg.call(), leg.self(), wanted, telling(leg))) {
      throw Refusal.of(ErrorCode.GLARE, "another transfer goes on");
    }
    reply.ok(reply.begin().put("call", leg.name()));
  }

  private static void mayTransfer(JsonLeg leg) {
    leg.must(
        leg.phase() == JsonLeg.Phase.ACTIVE && !leg.self().isAside(),
        "only a call that is answered can be transferred");
    if (leg.call().transfers() >= MAX_TRANSFERS) {
      throw Refusal.sip(403, "Too Many Transfers");
    }
  }

  private static TransferListener telling(JsonLeg leg) {
    return new TransferListener() {
      @Override
      public void progressed(int status, String reason) {
        tell(status, reason, false, false);
      }

      @Override
      public void succeeded(Runnable hangUp) {
        tell(200, "OK", true, true);
        hangUp.run();
      }

      @Override
      public void failed(int status, String reason) {
        tell(status, reason, true, false);
      }

      private void tell(int status, String reason, boolean last, boolean ok) {
        if (leg.phase() == JsonLeg.Phase.OVER) {
          return;
        }
        var event = leg.event("transfer_progress").put("status", status);
        event.put("text", Texts.shortened(reason, 200)).put("final", last);
        if (last) {
          event.put("ok", ok);
        }
        leg.send(event);
      }
    };
  }

  // On the call's executor.

  private interface Step {
    void of(JsonLeg leg);
  }

  private interface CalleeStep {
    void of(JsonCalleeLeg leg);
  }

  private static void callee(Session session, Fields fields, Reply reply, CalleeStep step) {
    step(
        session.call(fields.id("call")),
        reply,
        leg -> {
          if (leg instanceof JsonCalleeLeg callee) {
            step.of(callee);
          } else {
            leg.must(false, "the call is one that this session makes");
          }
        });
  }

  private static void step(JsonLeg leg, Reply reply, Step step) {
    leg.run(
        () -> {
          try {
            step.of(leg);
          } catch (Refusal e) {
            reply.fail(e);
          }
        });
  }
}
