package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Those who only post to rooms, as tutorials have it: each is a guest of the name that it gives
 * itself, with a session that ends when it posts no more. What they say goes the way of everybody's
 * frames. Thread-safe.
 */
final class Posters {
  private static final int MAX = 10_000;

  private final JsonService service;
  private final JsonParts parts;
  private final Map<String, HttpWire> wires = new LinkedHashMap<>() { // guarded by this
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, HttpWire> eldest) {
          return size() > MAX;
        }
      };

  Posters(JsonService service, JsonParts parts) {
    this.service = service;
    this.parts = parts;
  }

  /** Joins the room if need be, and says it to all others there. */
  void post(byte[] body, HttpClient client, Consumer<HttpAnswer> to) {
    ObjectNode said;
    try {
      if (body.length > parts.config().maxFrame().bytes()) {
        throw service.reader().tooBig(parts.config().maxFrame().bytes());
      }
      said = service.reader().object(body);
      service.requests().check("webrtc_signaling", said);
    } catch (Refusal e) {
      to.accept(answer(HttpAnswer.of(e).status(), e.toJson()));
      return;
    }
    String room = said.path("room_id").asText();
    String peer = said.path("peer_id").asText();
    HttpWire wire = wire(room, peer, client);
    wire.requests()
        .execute(
            () -> {
              Steps steps = new Steps(wire.connection(), to);
              if (wire.connection().session() == null) {
                ObjectNode register = Frames.of("register").put("guest", true);
                steps.take(register.put("display", peer));
              }
              if (steps.good) {
                wire.isHeard(wire.connection().session());
              }
              Session session = wire.connection().session();
              if (session != null && !session.rooms().contains(room)) {
                steps.take(Frames.of("join").put("room", room).put("name", peer));
              }
              ObjectNode broadcast = Frames.of("broadcast").put("room", room);
              broadcast.set("body", said.get("data"));
              steps.take(broadcast);
              steps.end();
            });
  }

  private synchronized HttpWire wire(String room, String peer, HttpClient client) {
    String key = client.remote().getAddress().getHostAddress() + " " + room + " " + peer;
    HttpWire known = wires.get(key);
    Session session = known == null ? null : known.connection().session();
    if (known == null || (session != null && session.isOver()) || known.isOver()) {
      known = new HttpWire(service, parts, client, "");
      wires.put(key, known);
    }
    return known;
  }

  private static HttpAnswer answer(int status, @Nullable ObjectNode error) {
    ObjectNode reply = JsonNodeFactory.instance.objectNode();
    reply.put("status", error == null ? "success" : "error");
    if (error != null) {
      reply.set("error", error);
    }
    return new HttpAnswer(
        status, Frames.write(reply), error == null ? 0 : error.path("retryAfter").asInt());
  }

  /** Frames that follow each other as long as each succeeds. */
  private static final class Steps {
    private final Connection connection;
    private final Consumer<HttpAnswer> to;
    private boolean good = true;
    private @Nullable ObjectNode failure;

    Steps(Connection connection, Consumer<HttpAnswer> to) {
      this.connection = connection;
      this.to = to;
    }

    void take(ObjectNode frame) {
      if (good) {
        good = false;
        connection.received(frame.put("id", Session.token(8)), this::hears);
      }
    }

    private void hears(ObjectNode reply) {
      good = reply.path("ok").asBoolean(false);
      failure = good ? null : reply;
    }

    void end() {
      ObjectNode why = failure;
      if (good) {
        to.accept(answer(200, null));
      } else if (why != null && why.get("error") instanceof ObjectNode error) {
        to.accept(answer(HttpAnswer.refused(why).status(), error));
      } else {
        to.accept(HttpAnswer.of(Refusal.later("too many frames", 1)));
      }
    }
  }
}
