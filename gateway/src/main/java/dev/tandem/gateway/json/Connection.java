package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.config.JsonConfig;
import dev.tandem.gateway.limit.TokenBucket;
import dev.tandem.sip.time.Timers;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client: greets it, finds out who it is, and takes its frames. Frames come one
 * at a time, on the connection's I/O thread.
 */
final class Connection {
  private static final int BEFORE_LOGIN = 8192;
  private static final int BAD_FRAMES = 3;
  private static final long BAD_FRAMES_MILLIS = 10_000;
  private static final int LOGINS = 3;
  private static final int IMPATIENT = 200;

  private final JsonService service;
  private final JsonParts parts;
  private final Wire wire;
  private final String nonce = Session.token(16);
  private final TokenBucket frames;
  private final Deque<Long> bad = new ArrayDeque<>(BAD_FRAMES);
  private final Timers.Timer deadline;
  private volatile @Nullable Session session;
  private int logins;
  private int impatience;

  Connection(JsonService service, JsonParts parts, Wire wire) {
    this.service = service;
    this.parts = parts;
    this.wire = wire;
    JsonConfig config = parts.config();
    this.frames =
        new TokenBucket(
            60L * config.framesPerSecond(), 2L * config.framesPerSecond(), parts.timers().millis());
    this.deadline = parts.timers().schedule(config.registerTimeout(), this::tooLate);
  }

  private void tooLate() {
    if (session == null) {
      wire.close(CloseReason.AUTH, "not registered in time");
    }
  }

  /** The first frame of every connection. */
  void greet() {
    JsonConfig config = parts.config();
    ObjectNode welcome = Frames.of("welcome").put("v", "1.0").put("server", parts.product());
    ArrayNode ways = welcome.putArray("auth");
    service.accounts().ways().forEach(ways::add);
    welcome.put("nonce", nonce).put("realm", service.accounts().realm());
    ArrayNode features = welcome.putArray("features");
    JsonService.FEATURES.forEach(features::add);
    ObjectNode limits = welcome.putObject("limits");
    limits.put("frame", config.maxFrame().bytes()).put("frameBeforeLogin", BEFORE_LOGIN);
    limits.put("body", 8192).put("frames", config.framesPerSecond());
    limits.put("burst", 2 * config.framesPerSecond());
    limits.put("callsPerMinute", config.callsPerMinute()).put("calls", config.callsPerSession());
    limits.put("candidates", Gathering.MAX).put("rooms", config.roomsPerSession());
    limits.put("peers", config.peersPerRoom()).put("headers", Fields.MAX_HEADERS);
    limits.put("header", Fields.MAX_HEADER);
    welcome.put("heartbeat", service.heartbeat().toSeconds());
    welcome.put("resumeWindow", config.resumeWindow().toSeconds());
    wire.send(Frames.write(welcome));
  }

  /** One frame. */
  void received(byte[] frame) {
    Session known = session;
    int most = known == null ? BEFORE_LOGIN : parts.config().maxFrame().bytes();
    if (frame.length > most) {
      error(Refusal.of(ErrorCode.TOO_BIG, "a frame has at most " + most + " bytes"));
      if (known == null) {
        wire.close(CloseReason.TOO_BIG, "too big before the login");
      }
      return;
    }
    long now = parts.timers().millis();
    boolean patient = frames.take(now);
    impatience = patient ? 0 : impatience + 1;
    if (impatience > IMPATIENT) {
      wire.close(CloseReason.RATE, "too many frames");
      return;
    }
    ObjectNode read;
    try {
      read = Frames.read(frame);
    } catch (Refusal e) {
      badJson(e, now);
      return;
    }
    take(read, patient ? null : Refusal.later("too many frames", frames.secondsToWait(now)));
  }

  private void badJson(Refusal refusal, long now) {
    error(refusal);
    bad.addLast(now);
    while (!bad.isEmpty() && bad.peekFirst() + BAD_FRAMES_MILLIS < now) {
      bad.removeFirst();
    }
    if (bad.size() >= BAD_FRAMES) {
      wire.close(CloseReason.PROTOCOL, "frames that are no JSON");
    }
  }

  /** An error that answers no request. */
  private void error(Refusal refusal) {
    ObjectNode event = Frames.of("error");
    event.set("error", refusal.toJson());
    say(event);
  }

  private void say(ObjectNode frame) {
    Session known = session;
    if (known == null) {
      wire.send(Frames.write(frame));
    } else {
      known.send(frame);
    }
  }

  private void take(ObjectNode frame, @Nullable Refusal unwanted) {
    Fields fields = new Fields(frame);
    boolean tutorial = frame.remove(Frames.TUTORIAL) != null;
    String type;
    String id;
    try {
      type = fields.line("type", 64);
      id = fields.has("id") ? fields.id("id") : null;
    } catch (Refusal e) {
      error(e);
      return;
    }
    if (id != null && !id.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      error(Refusal.field("id", "has characters that it must not have"));
      return;
    }
    if (type.equals("ping") && unwanted == null) {
      ping(fields, id);
      return;
    }
    Session known = session;
    JsonNode ack = frame.get("ack");
    if (known != null && ack != null && ack.canConvertToLong()) {
      known.outbox().acknowledged(ack.longValue());
    }
    boolean remembered = known != null && id != null;
    try {
      if (remembered && known != null && id != null && !known.outbox().begins(id)) {
        return;
      }
    } catch (Refusal e) {
      error(e);
      return;
    }
    String asked = service.requests().knows(type) ? type : "unknown";
    Reply reply =
        new Reply(
            asked,
            service.requests().knows(type) ? (tutorial && id == null ? "0" : id) : null,
            tutorial,
            answer -> {
              if (asked.equals("unknown") && id != null) {
                answer.put("re", id);
              }
              if (remembered && known != null && id != null) {
                known.outbox().reply(id, answer);
              } else {
                say(answer);
              }
            });
    try {
      if (unwanted != null) {
        throw unwanted;
      }
      service.requests().check(type, frame);
      dispatch(type, fields, reply, tutorial);
    } catch (Refusal e) {
      reply.fail(e);
    }
  }

  private void ping(Fields fields, @Nullable String id) {
    Session known = session;
    JsonNode ack = fields.frame().get("ack");
    if (known != null && ack != null && ack.canConvertToLong()) {
      known.outbox().acknowledged(ack.longValue());
    }
    ObjectNode pong = Frames.of("pong");
    if (id != null) {
      pong.put("re", id);
    }
    JsonNode t = fields.frame().get("t");
    if (t != null && t.isNumber()) {
      pong.set("t", t);
    }
    wire.send(Frames.write(pong));
  }

  private void dispatch(String type, Fields fields, Reply reply, boolean tutorial) {
    if (type.equals("register")) {
      register(fields, reply, tutorial);
      return;
    }
    if (type.equals("resume")) {
      resume(fields, reply);
      return;
    }
    Session known = session;
    if (known == null || known.isOver()) {
      throw Refusal.of(ErrorCode.NOT_REGISTERED, "register first");
    }
    CallRequests calls = service.callRequests();
    switch (type) {
      case "unregister" -> {
        reply.ok();
        session = null;
        known.end(Cause.of(200, "Normal call clearing"));
        wire.close(CloseReason.NORMAL, "unregistered");
      }
      case "ice" -> {
        ObjectNode ok = reply.begin();
        service.addIce(ok, known.login());
        reply.ok(ok);
      }
      case "call" -> calls.call(known, wire, fields, reply);
      case "candidate" -> calls.candidate(known, fields, reply);
      case "ring" -> calls.ring(known, fields, reply);
      case "progress" -> calls.progress(known, fields, reply);
      case "accept" -> calls.accept(known, fields, reply);
      case "reject" -> calls.reject(known, fields, reply);
      case "hangup" -> calls.hangup(known, fields, reply);
      case "update" -> calls.update(known, fields, reply);
      case "update_answer" -> calls.updateAnswer(known, fields, reply);
      case "hold" -> calls.hold(known, fields, reply);
      case "dtmf" -> calls.dtmf(known, fields, reply);
      case "info" -> calls.info(known, fields, reply);
      case "message" -> calls.message(known, wire, fields, reply);
      case "transfer" -> calls.transfer(known, wire, fields, reply);
      case "stats" -> calls.stats(known, fields, reply);
      case "join" -> service.rooms().join(known, fields, reply);
      case "leave" -> service.rooms().leave(known, fields, reply);
      case "signal" -> service.rooms().signal(known, fields, reply);
      case "broadcast" -> service.rooms().broadcast(known, fields, reply);
      default -> throw Refusal.of(ErrorCode.UNSUPPORTED, "this gateway does not do that");
    }
  }

  // Who it is.

  private void register(Fields fields, Reply reply, boolean tutorial) {
    Session known = session;
    if (known == null && ++logins > LOGINS) {
      wire.close(CloseReason.AUTH, "too many logins");
      return;
    }
    Login login = service.accounts().login(fields, wire, nonce, parts.timers().now());
    if (service.isElsewhere(login.aor())) {
      throw Refusal.of(ErrorCode.UNSUPPORTED, "this user is kept by a PBX, and signs in by SIP");
    }
    if (known != null && !known.login().aor().equals(login.aor())) {
      throw Refusal.of(ErrorCode.WRONG_STATE, "the session is somebody else's");
    }
    Session now = known == null ? service.open(login) : known;
    now.renewed(login);
    Set<String> features = new HashSet<>(fields.words("features", 32));
    now.can(features, fields.flag("autoRing", true));
    long expires = service.bind(now, fields.optionalLine("device", 64));
    if (known == null) {
      deadline.cancel();
      session = now;
      now.outbox().attach(wire);
    }
    ObjectNode ok = reply.begin();
    ok.put("session", now.id()).put("resumeToken", now.nextToken());
    ok.put("user", login.aor().user()).put("uri", login.aor().uri()).put("expires", expires);
    service.addIce(ok, login);
    now.tellOf(ok.putArray("calls"), false);
    if (tutorial) {
      ok.put("status", "success");
    }
    reply.ok(ok);
    service.cameOnline(now);
  }

  private void resume(Fields fields, Reply reply) {
    if (session != null) {
      throw Refusal.of(ErrorCode.WRONG_STATE, "the connection has a session");
    }
    if (++logins > LOGINS) {
      wire.close(CloseReason.AUTH, "too many logins");
      return;
    }
    Session back = service.find(fields.line("session", 128));
    if (back == null || !back.mayResume(fields.text("token", 4096))) {
      throw Refusal.of(ErrorCode.RESUME_FAILED, "register instead");
    }
    deadline.cancel();
    back.isBack();
    session = back;
    ObjectNode ok = reply.begin();
    Wire before =
        back.outbox()
            .resume(
                wire,
                fields.number("seq", 0, Long.MAX_VALUE, 0),
                missed -> {
                  ok.put("session", back.id()).put("resumeToken", back.nextToken());
                  ok.put("replay", missed == null ? "snapshot" : "events");
                  back.tellOf(ok.putArray("calls"), missed == null);
                  service.rooms().tellOf(back, ok.putArray("rooms"));
                  ok.putArray("subs");
                  service.addIce(ok, back.login());
                  return ok;
                });
    if (before != null) {
      before.send(Frames.write(Frames.of("session").put("seq", 0).put("state", "replaced")));
      before.close(CloseReason.REPLACED, "resumed on another connection");
    }
    back.calls().forEach(JsonLeg::returned);
  }

  /** It is gone. */
  void ended(String why) {
    deadline.cancel();
    Session known = session;
    if (known != null) {
      known.lost(wire, why);
    }
  }
}
