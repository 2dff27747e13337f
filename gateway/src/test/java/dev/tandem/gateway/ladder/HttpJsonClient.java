package dev.tandem.gateway.ladder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.schema.Frames;
import dev.tandem.testkit.Ladder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * A client that speaks {@code tandem.v1} by HTTP, with frames checked against the schema both ways.
 * One thread runs the script.
 */
final class HttpJsonClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private final Ladder ladder;
  private final String name;
  private final URI base;
  private final Deque<ObjectNode> events = new ArrayDeque<>();
  private ObjectNode registered = JSON.createObjectNode();
  private long seen;
  private int lastId;

  HttpJsonClient(Ladder ladder, String name, URI webSocket) {
    this.ladder = ladder;
    this.name = name;
    this.base = URI.create("http://" + webSocket.getAuthority());
  }

  // One request.

  /** A request for something below the gateway's root, as it is. */
  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE);
  }

  /** The same for something of the session, with its token. */
  HttpRequest.Builder inSession(String path) {
    return request("/v1/session/" + session() + path)
        .header("Authorization", "Bearer " + registered.path("accessToken").asText());
  }

  static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return HTTP.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }

  // Opening.

  /** POSTs a frame that opens a session, and gives what is answered. */
  HttpResponse<String> opens(String type, Object... fields) {
    ObjectNode frame = JsonPhone.frame(type, fields).put("id", "login");
    assertThat(Frames.errorsOfClient(frame.toString())).isEmpty();
    ladder.remark(name + " POSTs " + type);
    HttpResponse<String> answer =
        send(request("/v1/session").POST(BodyPublishers.ofString(frame.toString())));
    assertThat(Frames.errorsOfServer(answer.body())).as(answer.body()).isEmpty();
    return answer;
  }

  HttpJsonClient registers(String user, String... features) {
    HttpResponse<String> answer =
        opens("register", "user", user, "password", "secret", "features", features);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    goesOnWith((ObjectNode) parse(answer.body()));
    seen = registered.path("seq").asLong();
    return this;
  }

  /** Takes over a session of another connection, from the frame after {@code seq}. */
  ObjectNode resumes(String session, String token, long seq) {
    HttpResponse<String> answer = opens("resume", "session", session, "token", token, "seq", seq);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    goesOnWith((ObjectNode) parse(answer.body()));
    seen = registered.path("seq").asLong(seq);
    return registered;
  }

  private void goesOnWith(ObjectNode reply) {
    registered = reply;
  }

  ObjectNode registered() {
    return registered;
  }

  String session() {
    return registered.path("session").asText();
  }

  long seen() {
    return seen;
  }

  // Sending.

  /** A request with an id of its own. */
  ObjectNode frame(String type, Object... fields) {
    ObjectNode frame = JsonPhone.frame(type, fields).put("id", "h" + ++lastId);
    assertThat(Frames.errorsOfClient(frame.toString())).as(frame.toString()).isEmpty();
    return frame;
  }

  /** POSTs frames, and gives the replies that come with the answer. */
  List<ObjectNode> posts(JsonNode frames) {
    return posts("/messages", frames);
  }

  /** The same, and does not wait for replies. */
  List<ObjectNode> tells(JsonNode frames) {
    return posts("/messages?wait=0", frames);
  }

  private List<ObjectNode> posts(String path, JsonNode frames) {
    ladder.remark(name + " POSTs " + (frames.isArray() ? frames.size() : frames.path("type")));
    HttpResponse<String> answer =
        send(inSession(path).POST(BodyPublishers.ofString(frames.toString())));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return frames(answer.body());
  }

  /** POSTs one request, and receives the reply that all is well. */
  ObjectNode asks(String type, Object... fields) {
    ObjectNode frame = frame(type, fields);
    List<ObjectNode> replies = posts(frame);
    assertThat(replies).hasSize(1);
    assertThat(replies.get(0).path("re")).isEqualTo(frame.path("id"));
    assertThat(replies.get(0).path("ok").asBoolean()).as(replies.toString()).isTrue();
    return replies.get(0);
  }

  private static List<ObjectNode> frames(String body) {
    List<ObjectNode> frames = new ArrayList<>();
    for (JsonNode each : parse(body)) {
      assertThat(Frames.errorsOfServer(each.toString())).as(each.toString()).isEmpty();
      frames.add((ObjectNode) each);
    }
    return frames;
  }

  // Hearing.

  HttpRequest.Builder poll(long after, int wait) {
    return inSession("/events?after=" + after + "&wait=" + wait).GET();
  }

  /** Begins to wait for events; the script goes on. */
  CompletableFuture<HttpResponse<String>> waits(int seconds) {
    return HTTP.sendAsync(poll(seen, seconds).build(), BodyHandlers.ofString());
  }

  /** What such a wait brought. */
  List<ObjectNode> brought(CompletableFuture<HttpResponse<String>> waited) {
    HttpResponse<String> answer = waited.orTimeout(8, java.util.concurrent.TimeUnit.SECONDS).join();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    List<ObjectNode> frames = frames(answer.body());
    for (ObjectNode frame : frames) {
      seen = Math.max(seen, frame.path("seq").asLong());
    }
    return frames;
  }

  /** Keeps what such a wait brought for {@link #receives}. */
  void takes(CompletableFuture<HttpResponse<String>> waited) {
    events.addAll(brought(waited));
  }

  /** The next event of this type; replies, which come among the events too, are passed over. */
  ObjectNode receives(String type) {
    for (int i = 0; i < 50; i++) {
      ObjectNode next = events.poll();
      while (next != null && next.has("re")) {
        next = events.poll();
      }
      if (next != null) {
        assertThat(next.path("type").asText()).as("%s: %s", name, next).isEqualTo(type);
        ladder.remark("-> " + name + " " + type);
        return next;
      }
      events.addAll(brought(waits(5)));
    }
    throw new AssertionError(name + " waits in vain for " + type);
  }

  /** Opens a stream of server-sent events; its lines come as they are written. */
  Iterator<String> streams(HttpRequest.Builder request) {
    try {
      HttpResponse<Stream<String>> answer =
          HTTP.send(
              request.header("Accept", "text/event-stream").timeout(PATIENCE).build(),
              BodyHandlers.ofLines());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Type").orElse(""))
          .startsWith("text/event-stream");
      return answer.body().iterator();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
