package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Rooms, where browsers find each other for a mesh. What they signal is opaque; who it is from, the
 * gateway says. A room is there as long as somebody is in it. Thread-safe: a room changes inside
 * its map's compute.
 */
final class Rooms {
  private static final int MAX_BODY = 8192;

  /** Somebody in a room. */
  private record Peer(String id, @Nullable String name, Session session) {
    ObjectNode toJson(boolean polite) {
      ObjectNode peer = Frames.of("peer");
      peer.remove("type");
      peer.put("id", id);
      if (name != null) {
        peer.put("name", name);
      }
      return peer.put("polite", polite);
    }
  }

  private static final class Room {
    private final @Nullable String pin;
    private final int max;
    private final Map<String, Peer> peers = new LinkedHashMap<>(4); // in the order of joining
    private int last;

    Room(@Nullable String pin, int max) {
      this.pin = pin;
      this.max = max;
    }

    @Nullable Peer of(Session session) {
      for (Peer peer : peers.values()) {
        if (peer.session() == session) {
          return peer;
        }
      }
      return null;
    }
  }

  private final int roomsPerSession;
  private final int peersPerRoom;
  private final ConcurrentHashMap<String, Room> rooms = new ConcurrentHashMap<>();

  Rooms(int roomsPerSession, int peersPerRoom) {
    this.roomsPerSession = roomsPerSession;
    this.peersPerRoom = peersPerRoom;
  }

  int size() {
    return rooms.size();
  }

  void join(Session session, Fields fields, Reply reply) {
    String name = fields.id("room");
    if (!session.login().rooms().allow(name)) {
      throw Refusal.sip(403, "the token does not open that room");
    }
    String pin = fields.optionalLine("pin", 64);
    int max = (int) Math.min(peersPerRoom, fields.number("max", 2, 1000, peersPerRoom));
    String shown = fields.optionalLine("display", 128);
    String called = fields.has("name") ? fields.optionalLine("name", 128) : shown;
    if (session.rooms().size() >= roomsPerSession && !session.rooms().contains(name)) {
      throw Refusal.later("more than " + roomsPerSession + " rooms", 5);
    }
    rooms.compute(
        name,
        (key, known) -> {
          Room room = known == null ? new Room(pin, max) : known;
          enter(key, room, session, pin, called, reply);
          return room;
        });
  }

  private static void enter(
      String name,
      Room room,
      Session session,
      @Nullable String pin,
      @Nullable String called,
      Reply reply) {
    if (room.of(session) != null) {
      throw Refusal.of(ErrorCode.WRONG_STATE, "the session is in that room already");
    }
    if (!isSame(room.pin, pin)) {
      throw Refusal.sip(403, "the room has another pin");
    }
    if (room.peers.size() >= room.max) {
      throw Refusal.of(ErrorCode.ROOM_FULL, "the room holds " + room.max);
    }
    Peer peer = new Peer("p" + ++room.last, called, session);
    ObjectNode ok = reply.begin().put("room", name).put("self", peer.id());
    ArrayNode there = ok.putArray("peers");
    // Of two, the one who came later is polite (perfect negotiation).
    room.peers.values().forEach(each -> there.add(each.toJson(true)));
    reply.ok(ok);
    for (Peer each : room.peers.values()) {
      ObjectNode joined = Frames.of("peer_joined").put("room", name);
      joined.set("peer", peer.toJson(false));
      each.session().send(joined);
    }
    room.peers.put(peer.id(), peer);
    session.rooms().add(name);
  }

  private static boolean isSame(@Nullable String one, @Nullable String other) {
    String a = one == null ? "" : one;
    String b = other == null ? "" : other;
    return MessageDigest.isEqual(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }

  void leave(Session session, Fields fields, Reply reply) {
    String name = fields.id("room");
    boolean[] left = new boolean[1];
    rooms.computeIfPresent(
        name,
        (key, room) -> {
          left[0] = room.of(session) != null;
          if (left[0]) {
            reply.ok(reply.begin().put("room", key));
          }
          return without(key, room, session);
        });
    if (!left[0]) {
      throw notIn();
    }
  }

  private static Refusal notIn() {
    return Refusal.of(ErrorCode.NO_SUCH_PEER, "the session is not in such a room");
  }

  /** The session is over. */
  void left(Session session) {
    for (String name : session.rooms()) {
      rooms.computeIfPresent(name, (key, room) -> without(key, room, session));
    }
  }

  private static @Nullable Room without(String name, Room room, Session session) {
    Peer gone = room.of(session);
    if (gone != null) {
      room.peers.remove(gone.id());
      session.rooms().remove(name);
      for (Peer each : room.peers.values()) {
        each.session().send(Frames.of("peer_left").put("room", name).put("peer", gone.id()));
      }
    }
    return room.peers.isEmpty() ? null : room;
  }

  void signal(Session session, Fields fields, Reply reply) {
    String name = fields.id("room");
    String to = fields.id("to");
    JsonNode body = body(fields);
    int reached = pass(session, name, "signal", to, body);
    if (reached == 0) {
      throw notIn();
    }
    reply.ok(reply.begin().put("room", name));
  }

  void broadcast(Session session, Fields fields, Reply reply) {
    String name = fields.id("room");
    int reached = pass(session, name, "broadcast", null, body(fields));
    if (reached < 0) {
      throw notIn();
    }
    reply.ok(reply.begin().put("room", name).put("count", reached));
  }

  private static JsonNode body(Fields fields) {
    JsonNode body = fields.frame().get("body");
    if (body == null) {
      throw Refusal.field("body", "is missing");
    }
    if (Frames.write(body).length > MAX_BODY) {
      throw Refusal.of(ErrorCode.TOO_BIG, "body: is larger than " + MAX_BODY + " bytes");
    }
    return body;
  }

  /** How many have it; negative when the sender is not in the room. */
  private int pass(Session session, String name, String type, @Nullable String to, JsonNode body) {
    int[] reached = {to == null ? -1 : 0};
    rooms.computeIfPresent(
        name,
        (key, room) -> {
          Peer from = room.of(session);
          if (from != null) {
            reached[0] = 0;
            for (Peer each : room.peers.values()) {
              if (!each.id().equals(from.id()) && (to == null || each.id().equals(to))) {
                ObjectNode event = Frames.of(type).put("room", key).put("from", from.id());
                event.set("body", body.deepCopy());
                each.session().send(event);
                reached[0]++;
              }
            }
          }
          return room;
        });
    return reached[0];
  }

  /** For those who come back: their rooms, and who is there. */
  void tellOf(Session session, ArrayNode to) {
    Map<String, List<ObjectNode>> all = new HashMap<>();
    for (String name : session.rooms()) {
      rooms.computeIfPresent(
          name,
          (key, room) -> {
            Peer self = room.of(session);
            if (self != null) {
              List<ObjectNode> told = new ArrayList<>();
              boolean later = false;
              for (Peer each : room.peers.values()) {
                if (each.id().equals(self.id())) {
                  later = true;
                } else {
                  told.add(each.toJson(!later));
                }
              }
              all.put(key + "\n" + self.id(), told);
            }
            return room;
          });
    }
    all.forEach(
        (key, peers) -> {
          String[] names = key.split("\n", 2);
          ObjectNode room = to.addObject().put("room", names[0]).put("self", names[1]);
          room.putArray("peers").addAll(peers);
        });
  }
}
