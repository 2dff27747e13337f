package dev.tandem.gateway.ladder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.schema.Frames;
import dev.tandem.testkit.Ladder;
import dev.tandem.testkit.RawWebSocket;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A test phone that speaks {@code tandem.v1}. Every frame, in and out, is checked against the
 * schema. Events are received strictly in their order; replies by the id of their request. One
 * thread runs the script.
 */
final class JsonPhone implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE = 5;

  private final Ladder ladder;
  private final String name;
  private final URI uri;
  private final String protocol;
  private final BlockingQueue<ObjectNode> events = new LinkedBlockingQueue<>();
  private final Map<String, BlockingQueue<ObjectNode>> replies = new ConcurrentHashMap<>();
  private final BlockingQueue<ObjectNode> greetings = new LinkedBlockingQueue<>();
  private final Map<String, String> sent = new ConcurrentHashMap<>();
  private final BlockingQueue<String> pongs = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> wrong = new LinkedBlockingQueue<>();
  private volatile int closeCode;
  private volatile long lastSeq;
  private RawWebSocket socket;
  private int lastId;
  private ObjectNode registered = JSON.createObjectNode();

  /** Connects, and takes the greeting. */
  JsonPhone(Ladder ladder, String name, URI uri) {
    this(ladder, name, uri, "tandem.v1");
  }

  /** The same by a name of the language; null for none. */
  JsonPhone(Ladder ladder, String name, URI uri, String protocol) {
    this.ladder = ladder;
    this.name = name;
    this.uri = uri;
    this.protocol = protocol;
    connects();
  }

  /** Opens a connection, again if there was one. */
  ObjectNode connects() {
    var handshake = RawWebSocket.to(uri).origin("http://" + uri.getAuthority());
    if (protocol != null) {
      handshake = handshake.subprotocol(protocol);
    }
    socket = handshake.onFrame(this::received).connect();
    assertThat(socket.isUpgraded()).isTrue();
    return take(greetings, "welcome");
  }

  private void received(RawWebSocket.Frame frame) {
    switch (frame.opcode()) {
      case RawWebSocket.PONG -> pongs.add(frame.text());
      case RawWebSocket.CLOSE -> {
        closeCode = frame.closeCode();
        socket.close();
      }
      case RawWebSocket.TEXT -> take(frame.text());
      default -> {}
    }
  }

  private void take(String text) {
    ladder.remark("-> " + name + " " + shown(text));
    Frames.errorsOfServer(text).forEach(error -> wrong.add("received " + text + "\n" + error));
    ObjectNode frame = parse(text);
    lastSeq = Math.max(lastSeq, frame.path("seq").asLong(0));
    String re = frame.path("re").asText("");
    if (frame.path("type").asText().equals("welcome")) {
      greetings.add(frame);
    } else if (re.isEmpty()) {
      events.add(frame);
    } else {
      replies.computeIfAbsent(re, id -> new LinkedBlockingQueue<>()).add(frame);
    }
  }

  private static String shown(String text) {
    return text.length() < 120 ? text : text.substring(0, 120) + "...";
  }

  static ObjectNode parse(String text) {
    try {
      return (ObjectNode) JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  // Sending.

  /** Sends a request; returns its id. Fields come in pairs: a name, and a value. */
  String sends(String type, Object... fields) {
    String id = Integer.toString(++lastId);
    ObjectNode frame = frame(type, fields).put("id", id);
    String text = frame.toString();
    assertThat(Frames.errorsOfClient(text)).as(text).isEmpty();
    sent.put(id, text);
    sendsRaw(text);
    return id;
  }

  /** Sends a request once more under its id, as clients do that have come back. */
  void repeats(String id) {
    sendsRaw(sent.get(id));
  }

  static ObjectNode frame(String type, Object... fields) {
    ObjectNode frame = JSON.createObjectNode().put("type", type);
    for (int i = 0; i < fields.length; i += 2) {
      frame.set(fields[i].toString(), JSON.valueToTree(fields[i + 1]));
    }
    return frame;
  }

  /** Ids are larger from now on than those of the session's other connections. */
  JsonPhone countsFrom(int id) {
    lastId = id;
    return this;
  }

  /** Sends text as it is. */
  void sendsRaw(String text) {
    ladder.remark(name + " -> " + shown(text));
    socket.sendText(text);
  }

  /** Sends a request, and receives the reply that all is well. */
  ObjectNode asks(String type, Object... fields) {
    ObjectNode reply = reply(sends(type, fields));
    assertThat(reply.path("ok").asBoolean()).as(reply.toString()).isTrue();
    assertThat(reply.path("type").asText()).isEqualTo(type + "_response");
    return reply;
  }

  /** Sends a request, and receives that it is refused with this code. */
  ObjectNode isRefused(String code, String type, Object... fields) {
    return refusal(code, sends(type, fields));
  }

  ObjectNode refusal(String code, String id) {
    ObjectNode reply = reply(id);
    assertThat(reply.path("ok").asBoolean(true)).as(reply.toString()).isFalse();
    assertThat(reply.path("error").path("code").asText()).as(reply.toString()).isEqualTo(code);
    return reply;
  }

  ObjectNode reply(String id) {
    return take(replies.computeIfAbsent(id, key -> new LinkedBlockingQueue<>()), "reply to " + id);
  }

  /** The reply if it has come. */
  Optional<ObjectNode> replyIfThere(String id) {
    assertThat(wrong).isEmpty();
    BlockingQueue<ObjectNode> come = replies.get(id);
    return Optional.ofNullable(come == null ? null : come.poll());
  }

  // Receiving.

  /** The next event, which must be of this type. */
  ObjectNode receives(String type) {
    ObjectNode event = take(events, type);
    assertThat(event.path("type").asText()).as("%s: %s", name, event).isEqualTo(type);
    return event;
  }

  /** The next event, whichever it is. */
  ObjectNode receivesAny() {
    return take(events, "any event");
  }

  private ObjectNode take(BlockingQueue<ObjectNode> from, String what) {
    try {
      ObjectNode frame = from.poll(PATIENCE, TimeUnit.SECONDS);
      assertThat(wrong).isEmpty();
      if (frame == null) {
        throw new AssertionError(name + " waits in vain for " + what + "\n" + ladder.draw());
      }
      return frame;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** The error that comes next, as a reply or as an event. */
  ObjectNode anyError() {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
    while (System.nanoTime() < until) {
      ObjectNode event = events.poll();
      if (event != null) {
        assertThat(wrong).isEmpty();
        assertThat(event.path("type").asText()).as(event.toString()).isEqualTo("error");
        return (ObjectNode) event.path("error");
      }
      for (BlockingQueue<ObjectNode> each : replies.values()) {
        ObjectNode reply = each.poll();
        if (reply != null) {
          assertThat(wrong).isEmpty();
          assertThat(reply.path("ok").asBoolean(false)).as(reply.toString()).isFalse();
          return (ObjectNode) reply.path("error");
        }
      }
      Thread.onSpinWait();
    }
    throw new AssertionError(name + " waits in vain for an error\n" + ladder.draw());
  }

  /** Fails when an event has come that the script did not ask for. */
  void hearsNothingMore() {
    roundTrip();
    assertThat(wrong).isEmpty();
    assertThat(events).isEmpty();
  }

  boolean isIdle() {
    return events.isEmpty();
  }

  /** Comes back when the gateway has taken all that was sent. */
  void roundTrip() {
    String token = "r" + ++lastId;
    socket.sendPing(token);
    try {
      assertThat(pongs.poll(PATIENCE, TimeUnit.SECONDS)).isEqualTo(token);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** The code of the close frame, when the gateway has ended the connection. */
  int isClosed() {
    socket.awaitEnd(RawWebSocket.PATIENCE);
    return closeCode;
  }

  // What phones do.

  JsonPhone registers(String user, String... features) {
    registered = asks("register", "user", user, "password", "secret", "features", features);
    return this;
  }

  /** What register or resume was answered last. */
  ObjectNode registered() {
    return registered;
  }

  /** Its network is gone: it hears nothing, and answers no ping. */
  void fallsSilent() {
    ladder.remark(name + " falls silent");
    socket.stopReading();
  }

  /** It reads what came meanwhile. */
  void wakesUp() {
    socket.resumeReading();
  }

  void loses() {
    ladder.remark(name + " loses its connection");
    socket.reset();
    socket.awaitEnd(RawWebSocket.PATIENCE); // nothing more comes from there
  }

  /** Connects anew, and goes on with its session from the frame after {@code seq}. */
  ObjectNode resumes(long seq) {
    connects();
    ObjectNode before = registered;
    ObjectNode reply =
        asks(
            "resume",
            "session",
            before.path("session").asText(),
            "token",
            before.path("resumeToken").asText(),
            "seq",
            seq);
    registered = reply.deepCopy();
    registered.set("session", before.get("session"));
    return reply;
  }

  long lastSeq() {
    return lastSeq;
  }

  static JsonNode candidate(String line) {
    return JSON.createObjectNode()
        .put("candidate", line)
        .put("sdpMid", "0")
        .put("sdpMLineIndex", 0);
  }

  @Override
  public void close() {
    socket.close();
  }
}
