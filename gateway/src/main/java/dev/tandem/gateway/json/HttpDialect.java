package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The dialect for clients that cannot have a WebSocket: the same frames in the bodies of HTTP
 * requests. A session can move between both by {@code resume}. Thread-safe; nothing blocks, and
 * answers may come on any thread.
 */
public final class HttpDialect {
  private final JsonService service;
  private final JsonParts parts;
  private final Nonces nonces;
  private final Posters posters;

  HttpDialect(JsonService service, JsonParts parts) {
    this.service = service;
    this.parts = parts;
    this.posters = new Posters(service, parts);
    this.nonces = new Nonces(parts.timers()::millis);
  }

  /** The greeting; its nonce is good for one proof. */
  public HttpAnswer welcome() {
    return HttpAnswer.ok(
        Connection.welcome(service, parts.config(), parts.product(), nonces.next()));
  }

  /** Opens a session, or goes on with one, by {@code register} or {@code resume}. */
  public void open(byte[] body, HttpClient client, Consumer<HttpAnswer> to) {
    if (body.length > Connection.BEFORE_LOGIN) {
      to.accept(HttpAnswer.of(service.reader().tooBig(Connection.BEFORE_LOGIN)));
      return;
    }
    ObjectNode frame;
    try {
      frame = service.reader().frame(body);
    } catch (Refusal e) {
      to.accept(HttpAnswer.of(e));
      return;
    }
    String type = frame.path("type").asText();
    if (!type.equals("register") && !type.equals("resume")) {
      to.accept(HttpAnswer.of(Refusal.of(ErrorCode.NOT_REGISTERED, "register or resume first")));
      return;
    }
    if (!frame.has("id")) {
      frame.put("id", "0");
    }
    String nonce = frame.path("nonce").asText();
    boolean good = frame.has("proof") && nonces.take(nonce);
    HttpWire wire = new HttpWire(service, parts, client, good ? nonce : Session.token(16));
    wire.requests()
        .execute(
            () -> {
              wire.connection().received(frame, reply -> to.accept(opened(wire, reply)));
            });
  }

  /** What somebody posts to a room, as tutorials have it. */
  public void signalling(byte[] body, HttpClient client, Consumer<HttpAnswer> to) {
    posters.post(body, client, to);
  }

  /** Says what a body is made of; it must be a JSON object within the bounds of frames. */
  public HttpAnswer diagnosis(byte[] body, Function<JsonNode, JsonNode> by) {
    try {
      return HttpAnswer.ok(by.apply(service.reader().object(body)));
    } catch (Refusal e) {
      return HttpAnswer.of(e);
    }
  }

  private static HttpAnswer opened(HttpWire wire, ObjectNode reply) {
    if (reply.path("ok").asBoolean(false)) {
      return HttpAnswer.ok(reply);
    }
    wire.close(CloseReason.AUTH, "not let in");
    return HttpAnswer.refused(reply);
  }

  /**
   * Takes one frame or an array of them.
   *
   * @param waits whether the answer has the replies that come soon; else those that are there
   */
  public void messages(
      String session, @Nullable String token, byte[] body, boolean waits, Consumer<HttpAnswer> to) {
    HttpWire wire;
    List<ObjectNode> frames;
    try {
      wire = wire(session, token);
      if (body.length > parts.config().maxFrame().bytes()) {
        throw service.reader().tooBig(parts.config().maxFrame().bytes());
      }
      frames = service.reader().frames(body);
    } catch (Refusal e) {
      to.accept(HttpAnswer.of(e));
      return;
    }
    Replies replies = new Replies(waits ? frames : List.of(), parts.timers(), to);
    wire.requests()
        .execute(
            () -> {
              for (ObjectNode frame : frames) {
                wire.connection().received(frame, replies);
              }
              replies.allTaken();
            });
  }

  /** A pass for one request for events. */
  public HttpAnswer ticket(String session, @Nullable String token) {
    try {
      HttpWire wire = wire(session, token);
      ObjectNode answer = JsonNodeFactory.instance.objectNode();
      answer.put("ticket", wire.newTicket());
      return HttpAnswer.ok(answer.put("expires", HttpWire.TICKET.toSeconds()));
    } catch (Refusal e) {
      return HttpAnswer.of(e);
    }
  }

  /**
   * Begins to read events.
   *
   * @param ticket in the place of a token; null for none
   * @param after the last that the client has; it is not kept any more
   * @param wake called whenever there may be more; does not block
   * @param refused gets the answer when there is nothing to read
   * @return null when there is nothing to read
   */
  public @Nullable EventFeed events(
      String session,
      @Nullable String token,
      @Nullable String ticket,
      long after,
      Runnable wake,
      Consumer<HttpAnswer> refused) {
    try {
      HttpWire wire = ticket == null ? wire(session, token) : byTicket(session, ticket);
      Session known = wire.connection().session();
      if (known == null) {
        throw gone();
      }
      Outbox outbox = known.outbox();
      if (outbox.since(after) == null) {
        refused.accept(HttpAnswer.lost());
        return null;
      }
      outbox.acknowledged(after);
      EventFeed feed = wire.read(outbox, after, wake);
      if (outbox.reattach(wire)) {
        known.isBack();
        known.calls().forEach(JsonLeg::returned);
      }
      return feed;
    } catch (Refusal e) {
      refused.accept(HttpAnswer.of(e));
      return null;
    }
  }

  /** Requests for events that are open. */
  public int readers() {
    return service.readers();
  }

  private static Refusal gone() {
    return Refusal.of(ErrorCode.NOT_REGISTERED, "no such session, or the token is not its last");
  }

  private HttpWire wire(String session, @Nullable String token) {
    HttpWire wire = last(session);
    if (wire == null || token == null || !wire.isAccess(token)) {
      throw gone();
    }
    return wire;
  }

  private HttpWire byTicket(String session, String ticket) {
    HttpWire wire = last(session);
    if (wire == null || !wire.takesTicket(ticket)) {
      throw gone();
    }
    return wire;
  }

  private @Nullable HttpWire last(String session) {
    Session known = service.find(session);
    return known != null && known.outbox().last() instanceof HttpWire wire ? wire : null;
  }
}
