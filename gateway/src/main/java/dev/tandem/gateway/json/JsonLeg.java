package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.bridge.Keypress;
import dev.tandem.gateway.bridge.Leg;
import dev.tandem.gateway.bridge.MediaWish;
import dev.tandem.gateway.bridge.RunningCall;
import dev.tandem.gateway.bridge.TransferWish;
import dev.tandem.gateway.bridge.Transferee;
import dev.tandem.gateway.bridge.Trickling;
import dev.tandem.gateway.call.Body;
import dev.tandem.gateway.call.CallEvent;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.call.ExchangeId;
import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.call.LegId;
import dev.tandem.gateway.call.Method;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.call.PeerFeatures;
import dev.tandem.gateway.routing.CallerId;
import dev.tandem.gateway.sdp.PeerMedia;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A leg that speaks the JSON dialect: carries the call's effects out as frames, and brings the
 * client's requests to the call. Everything but the constructor on the call's executor, unless said
 * otherwise.
 */
abstract class JsonLeg implements Leg, Transferee, Trickling {
  /** Who hears what became of a request that this leg brought to the call. */
  @FunctionalInterface
  interface Outcome {
    void done(int status, String reason, Payload payload);
  }

  private static final int MAX_HEARD = 500; // candidates in one call

  private record Asked(Method method, Outcome outcome) {}

  /** Where the leg stands. */
  enum Phase {
    CALLING,
    PROGRESSING,
    INCOMING,
    ANSWERING,
    ACTIVE,
    OVER;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Session session;
  private final JsonParts parts;
  private final String name;
  private final CallerId peer;
  private final Map<ExchangeId, Asked> requests = new HashMap<>(4);
  private @Nullable RunningCall call;
  private LegId self = LegId.CALLER;
  private Phase phase;
  private final Negotiation negotiation = new Negotiation(this);
  private int lastExchange;
  private @Nullable Long answered;
  private String quality = "";
  private final Set<String> heard = new HashSet<>(); // candidates of the far end's
  private @Nullable AskedTransfer asked;
  private MediaWish wish = MediaWish.AUTO;

  JsonLeg(Session session, JsonParts parts, String name, CallerId peer, Phase phase) {
    this.session = session;
    this.parts = parts;
    this.name = name;
    this.peer = peer;
    this.phase = phase;
  }

  // What it is. From any thread.

  final String name() {
    return name;
  }

  final Session session() {
    return session;
  }

  final JsonParts parts() {
    return parts;
  }

  /** Whom the client talks to, or wants to. */
  final CallerId other() {
    return peer;
  }

  /** Which way the client wants its media to go. Before the call begins. */
  final void wants(MediaWish way) {
    wish = way;
  }

  @Override
  public final MediaWish mediaWish() {
    return wish;
  }

  /** Which way they go, as the dialect says it. */
  final String way() {
    return isRelayed() ? "anchored" : "direct";
  }

  @Override
  public PeerMedia media() {
    return PeerMedia.BROWSER;
  }

  @Override
  public final String peer() {
    Login login = session.login();
    return new CallerId(login.aor().user(), login.aor().host(), null)
        .withName(login.name())
        .toString();
  }

  final void join(RunningCall joined, LegId as) {
    call = joined;
    self = as;
  }

  final RunningCall call() {
    RunningCall joined = call;
    if (joined == null) {
      throw new IllegalStateException("the leg has not joined a call yet");
    }
    return joined;
  }

  /** Runs a step of this leg's; from any thread. */
  final void run(Runnable step) {
    call().executor().execute(step);
  }

  final LegId self() {
    return self;
  }

  /** The session between this client and the other side. */
  final Negotiation negotiation() {
    return negotiation;
  }

  final Phase phase() {
    return phase;
  }

  final void phase(Phase next) {
    phase = next;
  }

  /** Refuses what does not fit where the leg stands. */
  final void must(boolean fits, String text) {
    if (phase == Phase.OVER) {
      throw Refusal.of(ErrorCode.CALL_ENDED, "the call has ended");
    }
    if (!fits) {
      throw Refusal.of(ErrorCode.WRONG_STATE, text + " (" + phase.word() + ")");
    }
  }

  /** Tells the client; nothing follows {@code ended}. */
  final void send(ObjectNode event) {
    if (phase != Phase.OVER) {
      session.send(event);
    }
  }

  final ObjectNode event(String type) {
    return Frames.of(type).put("call", name);
  }

  /** What can be told of this side before its call begins or is answered. */
  static PeerFeatures features() {
    return new PeerFeatures(true);
  }

  // Candidates.

  /** The leg at the other end if it is one of us, to whom candidates can trickle. */
  @Nullable JsonLeg partner() {
    return call().leg(call().otherThan(self)) instanceof JsonLeg leg && leg != this ? leg : null;
  }

  /**
   * Whether the client's media go through a relay. A relay needs no candidates of its own: it
   * learns where the client is from the client's checks (RFC 8445 §7.3.1.3), so nothing waits for
   * them and nobody is told of them.
   */
  final boolean isRelayed() {
    return call().isRelayed(self);
  }

  /** The far end if it is none of us and takes candidates when they are found, by itself. */
  final @Nullable Trickling tricklesFar() {
    return !(call().leg(call().otherThan(self)) instanceof JsonLeg)
            && call().leg(call().otherThan(self)) instanceof Trickling far
            && far.takesCandidates()
            && !isRelayed()
        ? far
        : null;
  }

  /** What is said to such a far end, so that it may send candidates too. */
  final List<Header> announced() {
    return tricklesFar() == null ? List.of() : Trickling.ANNOUNCED;
  }

  /** Whether the other end takes candidates when they are found. */
  final boolean trickles() {
    return (partner() != null && !isRelayed()) || tricklesFar() != null;
  }

  /** Candidates of the client's. */
  final void candidates(List<JsonNode> found) {
    if (phase != Phase.OVER) {
      negotiation.found(found);
      trickle(found);
    }
  }

  /** Passes the client's candidates on to those who can use them now. */
  void trickle(List<JsonNode> found) {
    JsonLeg other = partner();
    if (other != null && !isRelayed()) {
      other.tell(found);
    } else {
      trickleFar();
    }
  }

  /** The client's candidates that came after its description, for who takes them by INFO. */
  final void trickleFar() {
    Trickling far = phase == Phase.ACTIVE ? tricklesFar() : null;
    Body late = far == null ? null : negotiation.late();
    if (far != null && late != null) {
      far.trickle(late);
    }
  }

  @Override
  public final boolean takesCandidates() {
    return !isRelayed();
  }

  @Override
  public void heardBy(Trickling branch) {}

  /** Each fragment has all that there are; the client is told of each once. */
  @Override
  public final void trickle(Body fragment) {
    List<JsonNode> fresh = new ArrayList<>();
    String ufrag = "";
    for (JsonNode each : Fragments.read(fragment)) {
      ufrag = each.isNull() ? ufrag : each.path("usernameFragment").asText();
      if (heard.size() < MAX_HEARD && heard.add(each + ufrag)) {
        fresh.add(each);
      }
    }
    hears(fresh);
  }

  /** Candidates of a far end's. */
  void hears(List<JsonNode> candidates) {
    tell(candidates);
  }

  final void tell(List<JsonNode> candidates) {
    for (JsonNode each : candidates) {
      send(event("candidate").set("candidate", each));
    }
  }

  static @Nullable String sdpOf(Payload payload) {
    Body body = payload.body();
    return body == null || !body.contentType().startsWith("application/sdp")
        ? null
        : new String(body.bytes(), StandardCharsets.UTF_8);
  }

  static ObjectNode headers(Payload payload) {
    ObjectNode headers = JsonNodeFactory.instance.objectNode();
    for (Header header : payload.headers()) {
      String value = header.value();
      boolean shown = Fields.isTheClients(header.name()) || header.name().equals(Cause.HEADER);
      boolean fits = shown && headers.size() < Fields.MAX_HEADERS;
      if (fits && value.length() <= Fields.MAX_HEADER && header.name().length() <= 64) {
        headers.put(header.name(), Texts.oneLine(value));
      }
    }
    return headers;
  }

  final ObjectNode person(CallerId who) {
    ObjectNode person = JsonNodeFactory.instance.objectNode().put("uri", Texts.oneLine(who.uri()));
    String display = who.name();
    if (display != null) {
      person.put("display", Texts.shortened(display, 128));
    }
    return person;
  }

  final void isAnswered() {
    phase = Phase.ACTIVE;
    answered = parts.timers().millis();
  }

  // Requests of the client's.

  /** Brings one to the call. */
  final ExchangeId ask(Method method, Payload payload, Outcome outcome) {
    ExchangeId exchange = new ExchangeId(++lastExchange);
    requests.put(exchange, new Asked(method, outcome));
    call().post(new CallEvent.RequestReceived(self, exchange, method, payload));
    return exchange;
  }

  @Override
  public final void respond(ExchangeId exchange, int status, String reason, Payload payload) {
    Asked request = requests.remove(exchange);
    if (request == null) {
      return;
    }
    if (request.method() == Method.INVITE && status < 300) {
      call().post(new CallEvent.AckReceived(self, exchange, Payload.EMPTY));
    }
    request.outcome().done(status, reason, payload);
  }

  /** Sends keys, one after the other, each when the far end has taken the one before. */
  final void dtmf(String digits, int duration, Reply reply) {
    must(phase == Phase.ACTIVE || phase == Phase.PROGRESSING, "nobody can hear keys yet");
    press(digits, 0, duration, reply);
  }

  /** Why a request inside the call was refused. */
  static Refusal refusal(int status, String reason) {
    return status == 481 || status == 487
        ? Refusal.of(ErrorCode.CALL_ENDED, "the call has ended")
        : Refusal.sip(status, Texts.shortened(reason, 200));
  }

  private void press(String digits, int at, int duration, Reply reply) {
    if (phase == Phase.OVER) {
      reply.fail(Refusal.of(ErrorCode.CALL_ENDED, "the call has ended"));
    } else if (at == digits.length()) {
      reply.ok(reply.begin().put("call", name).put("method", "info"));
    } else if (digits.charAt(at) == ',') {
      parts
          .timers()
          .schedule(Duration.ofSeconds(1), () -> run(() -> press(digits, at + 1, duration, reply)));
    } else {
      ask(
          Method.INFO,
          Payload.of(new Keypress(digits.charAt(at), duration).body()),
          (status, reason, payload) -> {
            if (status < 300) {
              press(digits, at + 1, duration, reply);
            } else {
              reply.fail(refusal(status, reason));
            }
          });
    }
  }

  /** INFO or MESSAGE with a body. */
  final void carries(Method method, Body body, Reply reply) {
    must(phase != Phase.INCOMING && phase != Phase.CALLING, "nobody can hear it yet");
    ask(
        method,
        Payload.of(body),
        (status, reason, payload) -> {
          if (status < 300) {
            reply.ok(reply.begin().put("call", name));
          } else {
            reply.fail(refusal(status, reason));
          }
        });
  }

  /** How the call sounds; kept with it. */
  final void sounds(String summary) {
    quality = summary;
  }

  // Requests of the other side's.

  @Override
  public final void request(ExchangeId exchange, Method method, Payload payload) {
    if (phase == Phase.OVER) {
      took(exchange, 481, "Call Does Not Exist", Payload.EMPTY);
      return;
    }
    switch (method) {
      case INFO -> {
        Body body = payload.body();
        if (body != null && Fragments.isOne(body)) {
          trickle(body);
        } else if (body != null) {
          send(Dtmf.event(this, body));
        }
        took(exchange, 200, "OK", Payload.EMPTY);
      }
      case MESSAGE -> {
        Body body = payload.body();
        if (body != null) {
          ObjectNode event = Frames.of("message").put("call", name);
          event.set("from", person(peer));
          send(
              event
                  .put("contentType", Texts.shortened(body.contentType(), 128))
                  .put("body", Texts.body(body)));
        }
        took(exchange, 200, "OK", Payload.EMPTY);
      }
      case INVITE, UPDATE -> negotiation.changed(exchange, sdpOf(payload));
    }
  }

  final void took(ExchangeId exchange, int status, String reason, Payload payload) {
    call().post(new CallEvent.ResponseReceived(self, exchange, status, reason, payload));
  }

  @Override
  public final void ackRequest(ExchangeId exchange, Payload payload) {
    negotiation.acked(payload);
  }

  @Override
  public final void cancelRequest(ExchangeId exchange) {
    negotiation.cancelled(exchange);
  }

  // Transfers that the client carries out.

  @Override
  public final boolean takesTransfers() {
    return phase == Phase.ACTIVE
        && session.can("transfer")
        && session.isAttached()
        && !isAskedToTransfer();
  }

  @Override
  public final boolean isAskedToTransfer() {
    AskedTransfer known = asked;
    return known != null && !known.isOver();
  }

  @Override
  public final void askToTransfer(TransferWish transfer) {
    asked = AskedTransfer.of(this, transfer);
  }

  // Places.

  @Override
  public final void becomes(LegId seat) {
    self = seat;
  }

  @Override
  public final void meetsAnother() {
    CallerId now = Texts.callerId(call().leg(call().otherThan(self)).peer());
    ObjectNode event = event("peer").put("uri", Texts.oneLine(now.uri()));
    String display = now.name();
    if (display != null) {
      event.put("display", Texts.shortened(display, 128));
    }
    send(event.put("why", "transfer"));
  }

  // The end.

  @Override
  public final void hangUp(Cause cause) {
    ended(cause.status() == 200 ? "remote" : "system", cause, Payload.EMPTY);
  }

  /** The client has hung up a call that was answered. */
  final void hangsUp(Cause cause) {
    AskedTransfer unanswered = asked;
    if (unanswered != null) {
      unanswered.dropped();
    }
    ended("local", cause, Payload.EMPTY);
    call().post(new CallEvent.HungUp(self, cause));
    negotiation.gone();
  }

  /** Nobody will come back for this leg; from any thread. */
  final void lose(Cause cause) {
    run(
        () -> {
          if (phase != Phase.OVER) {
            over();
            call().legGone(self);
            call().post(new CallEvent.LegLost(self, cause));
            negotiation.gone();
          }
        });
  }

  /** The client has no connection; from any thread. */
  final void detached(String why) {
    run(
        () -> {
          if (phase != Phase.OVER) {
            call().legDetached(self, why);
          }
        });
  }

  final void returned() {
    run(
        () -> {
          if (phase != Phase.OVER) {
            call().legReturned(self);
          }
        });
  }

  /** The last word on the call. */
  final void ended(String by, Cause cause, Payload payload) {
    if (phase == Phase.OVER) {
      return;
    }
    Long since = answered;
    boolean talked = since != null;
    long duration = since == null ? 0 : parts.timers().millis() - since;
    over();
    ObjectNode event = event("ended").put("by", by);
    Ends.describe(event, cause, talked);
    event.put("duration", Math.max(0, duration));
    ObjectNode headers = headers(payload);
    if (!headers.isEmpty()) {
      event.set("headers", headers);
    }
    session.send(event);
  }

  private void over() {
    phase = Phase.OVER;
    negotiation.end();
    List<Asked> left = new ArrayList<>(requests.values());
    requests.clear();
    left.forEach(each -> each.outcome().done(481, "Call Does Not Exist", Payload.EMPTY));
    if (!quality.isEmpty()) {
      call().legSounded(self, quality);
    }
    session.forget(this);
    released();
  }

  /** What else ends with the leg. */
  abstract void released();

  /** For a client that has come back. */
  final ObjectNode told(boolean lostSome) {
    ObjectNode told = JsonNodeFactory.instance.objectNode().put("call", name);
    told.put("direction", self.isCaller() ? "out" : "in").put("state", phase.word());
    told.put("rev", negotiation.rev());
    told.set("held", negotiation.held());
    told.put("needsOffer", lostSome && phase == Phase.ACTIVE);
    told.set("peer", person(peer));
    return told;
  }
}
