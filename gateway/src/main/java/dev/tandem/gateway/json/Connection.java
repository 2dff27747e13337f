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
  static final int BEFORE_LOGIN = 8192;
  private static final int BAD_FRAMES = 3;
  private static final long BAD_FRAMES_MILLIS = 10_000;
  private static final int LOGINS = 3;
  private static final int IMPATIENT = 200;

  private final JsonService service;
  private final JsonParts parts;
  private final Wire wire;
  private final String nonce;
  private final TokenBucket frames;
  private final Deque<Long> bad = new ArrayDeque<>(BAD_FRAMES);
  private final Timers.Timer deadline;
  private volatile @Nullable Session session;
  private int logins;
  private int impatience;

  /** Whoever sent a frame, where the wire does not carry the answers back by itself. */
  interface Asker {
    /** Hears that the gateway says this; frames with a number go to the outbox too. */
    void hears(ObjectNode frame);
  }

  Connection(JsonService service, JsonParts parts, Wire wire) {
    this(service, parts, wire, Session.token(16));
  }

  /** One that was greeted before with this nonce. */
  Connection(JsonService service, JsonParts parts, Wire wire, String nonce) {
    this.nonce = nonce;
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

  /** Says the first frame of every connection. */
  void greet() {
    wire.send(Frames.write(welcome(service, parts.config(), parts.product(), nonce)));
  }

  /** The first frame of every connection. */
  static ObjectNode welcome(JsonService service, JsonConfig config, String product, String nonce) {
    ObjectNode welcome = Frames.of("welcome").put("v", "1.0").put("server", product);
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
    return welcome;
  }

  /** One frame. */
  void received(byte[] frame) {
    if (isBanned() || isTooBig(frame.length)) {
      return;
    }
    long now = parts.timers().millis();
    boolean patient = isPatient(now);
    if (impatience > IMPATIENT) {
      return;
    }
    ObjectNode read;
    try {
      read = service.reader().frame(frame);
    } catch (Refusal e) {
      badJson(e, now);
      return;
    }
    take(read, patient ? null : tooMany(now), null);
  }

  /** One frame that another thing than the wire brought, such as the body of a POST. */
  void received(ObjectNode frame, Asker asker) {
    long now = parts.timers().millis();
    boolean patient = isPatient(now);
    if (impatience <= IMPATIENT) {
      Refusal unwanted = isBanned() ? Refusal.later("this address is banned", 60) : null;
      take(frame, patient ? unwanted : tooMany(now), asker);
    }
  }

  private boolean isBanned() {
    boolean banned = parts.doorkeeper().isBanned(wire.remote().getAddress());
    if (banned) {
      wire.close(CloseReason.RATE, "this address is banned");
    }
    return banned;
  }

  private boolean isTooBig(int bytes) {
    int most = session == null ? BEFORE_LOGIN : parts.config().maxFrame().bytes();
    if (bytes <= most) {
      return false;
    }
    error(service.reader().tooBig(most), null);
    if (session == null) {
      wire.close(CloseReason.TOO_BIG, "too big before the login");
    }
    return true;
  }

  private boolean isPatient(long now) {
    boolean patient = frames.take(now);
    impatience = patient ? 0 : impatience + 1;
    if (!patient) {
      parts.doorkeeper().tooMany(wire.remote().getAddress());
    }
    if (impatience > IMPATIENT) {
      wire.close(CloseReason.RATE, "too many frames");
    }
    return patient;
  }

  private Refusal tooMany(long now) {
    return Refusal.later("too many frames", frames.secondsToWait(now));
  }

  private void badJson(Refusal refusal, long now) {
    error(refusal, null);
    bad.addLast(now);
    while (!bad.isEmpty() && bad.peekFirst() + BAD_FRAMES_MILLIS < now) {
      bad.removeFirst();
    }
    if (bad.size() >= BAD_FRAMES) {
      wire.close(CloseReason.PROTOCOL, "frames that are no JSON");
    }
  }

  /** An error that answers no request. */
  private void error(Refusal refusal, @Nullable Asker asker) {
    ObjectNode event = Frames.of("error");
    event.set("error", refusal.toJson());
    say(event, asker);
  }

  private void say(ObjectNode frame, @Nullable Asker asker) {
    Session known = session;
    if (known != null) {
      known.send(frame);
      if (asker != null) {
        asker.hears(frame);
      }
    } else {
      sayDirectly(frame, asker);
    }
  }

  /** What belongs to the connection and has no number. */
  private void sayDirectly(ObjectNode frame, @Nullable Asker asker) {
    if (asker == null) {
      wire.send(Frames.write(frame));
    } else {
      asker.hears(frame);
    }
  }

  private void take(ObjectNode frame, @Nullable Refusal unwanted, @Nullable Asker asker) {
    Fields fields = new Fields(frame);
    boolean tutorial = frame.remove(Frames.TUTORIAL) != null;
    String type;
    String id;
    try {
      type = fields.line("type", 64);
      id = fields.has("id") ? fields.id("id") : null;
    } catch (Refusal e) {
      error(e, asker);
      return;
    }
    if (id != null && !id.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      error(Refusal.field("id", "has characters that it must not have"), asker);
      return;
    }
    acknowledge(frame);
    if (type.equals("ping") && unwanted == null) {
      pong(fields, id, asker);
      return;
    }
    Session known = session;
    try {
      if (known != null && id != null && !known.outbox().begins(id)) {
        ObjectNode before = known.outbox().replyTo(id);
        if (asker != null && before != null) {
          asker.hears(before);
        }
        return;
      }
    } catch (Refusal e) {
      error(e, asker);
      return;
    }
    Reply reply = reply(type, id, tutorial, asker);
    try {
      if (unwanted != null) {
        throw limited(unwanted);
      }
      int wait = parts.doorkeeper().secondsToWait(wire.remote().getAddress(), type);
      if (wait > 0) {
        throw limited(Refusal.later("too many frames from this address", wait));
      }
      if (!service.requests().knows(type)) {
        throw Refusal.of(ErrorCode.UNKNOWN_TYPE, "no such request");
      }
      service.requests().check(type, frame);
      dispatch(type, fields, reply, tutorial, asker);
    } catch (Refusal e) {
      reply.fail(e);
    }
  }

  /** The session hears of it once; each refused request besides. */
  private Refusal limited(Refusal refusal) {
    Session known = session;
    if (known != null) {
      known.isLimited(refusal.retryAfter());
    }
    return refusal;
  }

  private void acknowledge(ObjectNode frame) {
    Session known = session;
    JsonNode ack = frame.get("ack");
    if (known != null && ack != null && ack.canConvertToLong()) {
      known.outbox().acknowledged(ack.longValue());
    }
  }

  /** The one reply to a frame; a session remembers it by its id. */
  private Reply reply(String type, @Nullable String id, boolean tutorial, @Nullable Asker asker) {
    Session known = session;
    boolean isKnown = service.requests().knows(type);
    return new Reply(
        isKnown ? type : "unknown",
        isKnown ? (tutorial && id == null ? "0" : id) : null,
        tutorial,
        answer -> {
          if (!isKnown && id != null) {
            answer.put("re", id);
          }
          if (known == null || id == null) {
            say(answer, asker);
          } else {
            known.outbox().reply(id, answer);
            if (asker != null) {
              asker.hears(answer);
            }
          }
        });
  }

  private void pong(Fields fields, @Nullable String id, @Nullable Asker asker) {
    ObjectNode pong = Frames.of("pong");
    if (id != null) {
      pong.put("re", id);
    }
    JsonNode t = fields.frame().get("t");
    if (t != null && t.isNumber()) {
      pong.set("t", t);
    }
    sayDirectly(pong, asker);
  }

  private void dispatch(
      String type, Fields fields, Reply reply, boolean tutorial, @Nullable Asker asker) {
    if (type.equals("register")) {
      register(fields, reply, tutorial);
      return;
    }
    if (type.equals("resume")) {
      resume(fields, reply, asker);
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
      case "transfer" -> calls.transfers().transfer(known, wire, fields, reply);
      case "transfer_reject" -> calls.transfers().reject(known, fields, reply);
      case "stats" -> calls.stats(known, fields, reply);
      case "subscribe" -> service.events().subscribe(known, fields, reply);
      case "unsubscribe" -> service.events().unsubscribe(known, fields, reply);
      case "publish" -> service.events().publish(known, fields, reply);
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
    Login login = service.login(fields, wire, nonce);
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
    wire.describe(ok);
    service.addIce(ok, login);
    now.tellOf(ok.putArray("calls"), false);
    if (tutorial) {
      ok.put("status", "success");
    }
    reply.ok(ok);
    service.cameOnline(now);
  }

  private void resume(Fields fields, Reply reply, @Nullable Asker asker) {
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
    boolean[] lostSome = new boolean[1];
    Wire before =
        back.outbox()
            .resume(
                wire,
                fields.number("seq", 0, Long.MAX_VALUE, 0),
                missed -> {
                  lostSome[0] = missed == null;
                  sayDirectly(resumed(back, reply, lostSome[0]), asker);
                });
    if (before != null) {
      before.send(Frames.write(Frames.of("session").put("seq", 0).put("state", "replaced")));
      before.close(CloseReason.REPLACED, "resumed on another connection");
    }
    back.calls().forEach(JsonLeg::returned);
    if (lostSome[0]) {
      service.events().tellAll(back);
    }
  }

  private ObjectNode resumed(Session back, Reply reply, boolean lostSome) {
    ObjectNode ok = reply.begin();
    ok.put("session", back.id()).put("resumeToken", back.nextToken());
    wire.describe(ok);
    ok.put("replay", lostSome ? "snapshot" : "events");
    if (lostSome) {
      ok.put("seq", back.outbox().seq());
    }
    back.tellOf(ok.putArray("calls"), lostSome);
    service.rooms().tellOf(back, ok.putArray("rooms"));
    back.watches().keySet().forEach(ok.putArray("subs")::add);
    service.addIce(ok, back.login());
    return ok;
  }

  /** Who it is; null before the login. */
  @Nullable Session session() {
    return session;
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
