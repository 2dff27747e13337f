package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.gateway.bridge.CallInfo;
import dev.tandem.gateway.bridge.Callees;
import dev.tandem.gateway.bridge.MediaWish;
import dev.tandem.gateway.bridge.RunningCall;
import dev.tandem.gateway.bridge.TransferWish;
import dev.tandem.gateway.call.Body;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.call.LegId;
import dev.tandem.gateway.call.Method;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.limit.Permit;
import dev.tandem.gateway.routing.RequestHeaders;
import dev.tandem.gateway.routing.RouteDecision;
import dev.tandem.gateway.routing.RouteRequest;
import dev.tandem.gateway.routing.Source;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What clients ask of calls. Thread-safe. */
final class CallRequests {
  private static final int MAX_BODY = 8192;

  private final JsonParts parts;
  private final SipSide sip;
  private final Dialling dialling;
  private final TransferRequests transfers;
  private final Function<String, @Nullable Session> sessions;

  /**
   * Makes them.
   *
   * @param sessions finds one by its id
   */
  CallRequests(JsonParts parts, SipSide sip, Function<String, @Nullable Session> sessions) {
    this.sessions = sessions;
    this.parts = parts;
    this.sip = sip;
    this.dialling = new Dialling(parts);
    this.transfers = new TransferRequests(parts, sip, dialling);
  }

  /** What clients ask of transfers. */
  TransferRequests transfers() {
    return transfers;
  }

  // Beginning.

  void call(Session session, Wire wire, Fields fields, Reply reply) {
    String name = fields.id("call");
    Dialled to = dialling.read(fields, "to");
    String sdp = fields.sdp("sdp");
    List<Header> headers = new ArrayList<>(headers(session, fields));
    MediaWish media = mediaWish(fields);
    long timeout = fields.number("timeout", 1, 600, 0);
    AskedTransfer followed = transfers.followed(session, fields, to);
    dialling.refuseLate(session, to);
    session.mayCall(name, parts.config().callsPerSession());
    if (followed != null) {
      followed.take();
    }
    Source source = dialling.source(session, wire, fields.optionalLine("display", 128), to);
    TransferWish.Seat place = followed == null ? null : followed.wish().place();
    try {
      RouteDecision decision =
          place == null ? dialling.route(source, to, headers, session.login()) : null;
      Permit permit = place == null ? dialling.permit(source, to, session.login()) : Permit.NONE;
      JsonCallerLeg leg =
          new JsonCallerLeg(
              session, parts, name, to.shown(), sdp, fields.flag("trickle", true), permit);
      leg.wants(media);
      Callees callees =
          decision != null
              ? sip.branches().to(decision, source, leg::complete)
              : Callees.of(
                  place == null
                      ? List.of()
                      : List.of(place.takenBy(source.caller().toString(), leg::complete)));
      CallInfo info =
          decision == null
              ? dialling.info(session, name, source, to, "replaces")
              : dialling.info(session, name, source, to, decision);
      if (followed != null) {
        leg.follows(followed);
        headers.addAll(followed.headers());
      }
      begin(session, leg, info, callees, headers, reply);
      if (timeout > 0) {
        leg.run(() -> leg.mayRing(Duration.ofSeconds(timeout)));
      }
    } catch (Refusal e) {
      if (followed != null) {
        followed.failed(e.asCause());
      }
      throw e;
    }
  }

  /** Those that the page sets, if its login lets it. */
  private static List<Header> headers(Session session, Fields fields) {
    List<Header> headers = fields.headers();
    for (Header header : headers) {
      if (!session.login().headers().allow(header.name().toLowerCase(Locale.ROOT))) {
        throw Refusal.field("headers." + header.name(), "is not for this login to set");
      }
    }
    return headers;
  }

  private MediaWish mediaWish(Fields fields) {
    String word = fields.optionalLine("media", 16);
    MediaWish wish =
        word == null ? MediaWish.AUTO : MediaWish.valueOf(word.toUpperCase(Locale.ROOT));
    if (wish == MediaWish.ANCHORED && !parts.calls().canRelay()) {
      throw Refusal.of(ErrorCode.UNSUPPORTED, "this gateway has no relay for media");
    }
    return wish;
  }

  private void begin(
      Session session,
      JsonCallerLeg leg,
      CallInfo info,
      Callees callees,
      List<Header> headers,
      Reply reply) {
    RunningCall call = parts.calls().offer(info, leg, callees);
    session.add(leg);
    reply.ok(reply.begin().put("call", leg.name()));
    List<JsonNode> early = session.kept(leg.name());
    Payload[] invite = new Payload[1];
    call.executor()
        .execute(
            () -> {
              leg.join(call, LegId.CALLER);
              invite[0] = leg.begins(headers);
              leg.candidates(early);
            });
    parts.calls().start(call, invite[0], JsonLeg.features());
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
    List<Header> headers = headers(session, fields);
    callee(session, fields, reply, leg -> leg.accept(sdp, headers, reply));
  }

  void reject(Session session, Fields fields, Reply reply) {
    String code = fields.optionalLine("code", 32);
    long status = fields.number("sip", 400, 699, 0);
    String to = fields.optionalLine("to", 256);
    List<Header> headers = new ArrayList<>(headers(session, fields));
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
    Dialled to = dialling.read(fields, "to");
    Source source = dialling.source(session, wire, null, to);
    if (session.login().guest()) {
      throw dialling.refused("MESSAGE", source, to, 403, "Guests Write Nothing", "not_allowed");
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
            new SentMessage(session, sessions, reply));
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

  // On the call's executor.

  interface Step {
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

  static void step(JsonLeg leg, Reply reply, Step step) {
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
