package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.MESSAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.testkit.Phone;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Clients that speak the dialect by HTTP, and sessions that move between HTTP and WebSocket. */
class JsonHttpLadderTest extends JsonLadderTest {

  private HttpJsonClient http(String name) {
    return new HttpJsonClient(ladder, name, webSocket());
  }

  private static String error(HttpResponse<String> answer) {
    return HttpJsonClient.parse(answer.body()).path("error").path("code").asText();
  }

  @Test
  void clientWithoutAWebSocketCallsOneWhoHasOne() {
    HttpJsonClient alice = http("alice").registers("alice");
    JsonPhone bob = json("bob", new String[0]);

    CompletableFuture<HttpResponse<String>> waiting = alice.waits(25);
    alice.asks("call", "call", "c1", "to", "bob", "sdp", ungathered());
    String call = bob.receives("incoming").path("call").asText();
    alice.takes(waiting);
    alice.receives("progress");
    bob.asks("accept", "call", call, "sdp", ungathered());
    assertThat(alice.receives("accepted").path("sdp").asText()).startsWith("v=0");
    alice.asks("hangup", "call", "c1");
    bob.receives("ended");
    assertThat(alice.receives("ended").path("code").asText()).isEqualTo("normal");
  }

  @Test
  void clientWithoutAWebSocketIsCalledAndWrittenTo() {
    HttpJsonClient alice = http("alice").registers("alice");
    Phone bob = sipJs("bob");
    CompletableFuture<HttpResponse<String>> waiting = alice.waits(25);
    bob.asks(MESSAGE, sip("alice"), request -> request.body("text/plain", "Hello."));
    bob.receives(200);
    List<ObjectNode> events = alice.brought(waiting);
    assertThat(events).hasSize(1);
    assertThat(events.get(0).path("body").asText()).isEqualTo("Hello.");

    bob.invites(sip("alice"));
    String call = alice.receives("incoming").path("call").asText();
    bob.receives(180);
    alice.asks("reject", "call", call, "code", "busy");
    bob.receives(486);
    alice.receives("ended");
  }

  @Test
  void framesOfOnePostAreTakenInTheirOrderAndAnsweredTogether() {
    HttpJsonClient alice = http("alice").registers("alice");
    ArrayNode frames = new ObjectMapper().createArrayNode();
    frames.add(alice.frame("join", "room", "standup"));
    frames.add(alice.frame("broadcast", "room", "standup", "body", "abc"));
    frames.add(alice.frame("leave", "room", "nowhere"));
    frames.add(alice.frame("ping", "t", 4711));
    List<ObjectNode> replies = alice.posts(frames);
    assertThat(replies)
        .extracting(reply -> reply.path("type").asText())
        .containsExactly("join_response", "broadcast_response", "leave_response", "pong");
    assertThat(replies.get(2).path("error").path("code").asText()).isEqualTo("no_such_peer");
    // All but the pong are numbered, and can be fetched as events too.
    assertThat(alice.brought(alice.waits(0))).containsExactlyElementsOf(replies.subList(0, 3));
  }

  @Test
  void requestThatIsSentAgainHasTheSameReplyAndIsNotDoneAgain() {
    HttpJsonClient alice = http("alice").registers("alice");
    ObjectNode join = alice.frame("join", "room", "standup");
    ObjectNode first = alice.posts(join).get(0);
    ObjectNode second = alice.posts(join).get(0);
    assertThat(second.path("self")).isEqualTo(first.path("self"));
    assertThat(second.path("ok").asBoolean()).isTrue();
  }

  @Test
  void replyThatTakesLongComesWithTheEvents() throws Exception {
    HttpJsonClient alice = http("alice").registers("alice");
    Phone bob = sipJs("bob");
    bob.registers();
    CompletableFuture<List<ObjectNode>> posted =
        CompletableFuture.supplyAsync(
            () -> alice.posts(alice.frame("message", "to", "bob", "body", "Lunch?")));
    bob.receives(MESSAGE);
    clock.advance(Duration.ofSeconds(2));
    assertThat(posted.get()).isEmpty();
    CompletableFuture<HttpResponse<String>> waiting = alice.waits(25);
    bob.answers(200);
    assertThat(alice.brought(waiting).get(0).path("type").asText()).isEqualTo("message_response");
  }

  @Test
  void whoDoesNotWaitForRepliesFindsThemInTheEvents() {
    HttpJsonClient alice = http("alice").registers("alice");
    Phone bob = sipJs("bob");
    bob.registers();
    assertThat(alice.tells(alice.frame("message", "to", "bob", "body", "Lunch?"))).isEmpty();
    bob.receives(MESSAGE);
    CompletableFuture<HttpResponse<String>> waiting = alice.waits(25);
    bob.answers(200);
    assertThat(alice.brought(waiting).get(0).path("type").asText()).isEqualTo("message_response");
  }

  @Test
  void whatWasNotFetchedIsThereUntilItIsAcknowledged() {
    HttpJsonClient alice = http("alice").registers("alice");
    long before = alice.seen();
    alice.asks("join", "room", "standup");
    List<ObjectNode> events = alice.brought(alice.waits(0));
    assertThat(HttpJsonClient.parse(HttpJsonClient.send(alice.poll(before, 0)).body()))
        .hasSize(events.size());
    assertThat(HttpJsonClient.parse(HttpJsonClient.send(alice.poll(alice.seen(), 0)).body()))
        .isEmpty();
    HttpResponse<String> lost = HttpJsonClient.send(alice.poll(before, 0));
    assertThat(lost.statusCode()).isEqualTo(410);
    assertThat(error(lost)).isEqualTo("resume_failed");
  }

  @Test
  void secondRequestForEventsTakesThePlaceOfTheFirst() {
    HttpJsonClient alice = http("alice").registers("alice");
    CompletableFuture<HttpResponse<String>> first = alice.waits(25);
    await().until(() -> gateway.gateway().json().http().readers() == 1);
    CompletableFuture<HttpResponse<String>> second = alice.waits(25);
    assertThat(alice.brought(first)).isEmpty();
    alice.asks("join", "room", "standup");
    assertThat(alice.brought(second)).hasSize(1);
  }

  @Test
  void requestForEventsIsAnsweredWithNothingWhenNothingHappens() {
    HttpJsonClient alice = http("alice").registers("alice");
    CompletableFuture<HttpResponse<String>> waiting = alice.waits(20);
    await().until(() -> gateway.gateway().json().http().readers() == 1);
    clock.advance(Duration.ofSeconds(20));
    assertThat(alice.brought(waiting)).isEmpty();
  }

  @Test
  void eventsCanBeAStream() {
    HttpJsonClient alice = http("alice").registers("alice");
    alice.asks("join", "room", "standup");
    Iterator<String> lines =
        alice.streams(
            alice.inSession("/events").GET().header("Last-Event-ID", Long.toString(alice.seen())));
    ObjectNode reply = event(lines);
    assertThat(reply.path("type").asText()).isEqualTo("join_response");
    alice.asks("leave", "room", "standup");
    ObjectNode next = event(lines);
    assertThat(next.path("type").asText()).isEqualTo("leave_response");
    assertThat(next.path("seq").asLong()).isEqualTo(reply.path("seq").asLong() + 1);
    alice.asks("unregister");
    assertThat(event(lines).path("type").asText()).isEqualTo("unregister_response");
    assertThat(lines.hasNext()).isFalse();
  }

  /** The next event of a stream, whose id is its number. */
  private static ObjectNode event(Iterator<String> lines) {
    String id = "";
    ObjectNode frame = null;
    for (String line = lines.next(); !line.isEmpty() || frame == null; line = lines.next()) {
      if (line.startsWith("id:")) {
        id = line.substring(3).strip();
      } else if (line.startsWith("data:")) {
        frame = (ObjectNode) HttpJsonClient.parse(line.substring(5));
      }
    }
    assertThat(id).isEqualTo(frame.path("seq").asText());
    return frame;
  }

  @Test
  void ticketOpensOneStreamWithoutAHeader() {
    HttpJsonClient alice = http("alice").registers("alice");
    HttpResponse<String> made =
        HttpJsonClient.send(alice.inSession("/ticket").POST(BodyPublishers.noBody()));
    String ticket = HttpJsonClient.parse(made.body()).path("ticket").asText();
    String path = "/v1/session/" + alice.session() + "/events?after=1&ticket=" + ticket;
    Iterator<String> lines = alice.streams(alice.request(path).GET());
    alice.asks("join", "room", "standup");
    assertThat(event(lines).path("type").asText()).isEqualTo("join_response");
    HttpResponse<String> again = HttpJsonClient.send(alice.request(path).GET());
    assertThat(again.statusCode()).isEqualTo(401);
    alice.asks("unregister");
  }

  @Test
  void sessionMovesFromWebSocketToHttpAndBackWithItsCall() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);
    alice.asks("call", "call", "c1", "to", "bob", "sdp", ungathered());
    String call = bob.receives("incoming").path("call").asText();
    alice.receives("progress");
    long seen = alice.lastSeq();
    bob.asks("accept", "call", call, "sdp", ungathered());
    alice.receives("accepted");

    HttpJsonClient moved = http("alice by HTTP");
    ObjectNode resumed =
        moved.resumes(
            alice.registered().path("session").asText(),
            alice.registered().path("resumeToken").asText(),
            seen);
    assertThat(resumed.path("replay").asText()).isEqualTo("events");
    assertThat(alice.receives("session").path("state").asText()).isEqualTo("replaced");
    assertThat(alice.isClosed()).isEqualTo(4409);
    assertThat(moved.receives("accepted").path("call").asText()).isEqualTo("c1");
    bob.asks("hold", "call", call, "on", true);
    assertThat(moved.receives("hold").path("remote").asBoolean()).isTrue();

    CompletableFuture<HttpResponse<String>> waiting = moved.waits(25);
    await().until(() -> gateway.gateway().json().http().readers() == 1);
    JsonPhone back = json("alice again").countsFrom(100);
    back.asks(
        "resume",
        "session",
        moved.session(),
        "token",
        moved.registered().path("resumeToken").asText(),
        "seq",
        moved.seen());
    assertThat(moved.brought(waiting).get(0).path("state").asText()).isEqualTo("replaced");
    assertThat(HttpJsonClient.send(moved.poll(moved.seen(), 0)).statusCode()).isEqualTo(401);
    back.asks("hangup", "call", "c1");
    back.receives("ended");
    bob.receives("ended");
  }

  @Test
  void clientThatFetchesNothingForAWhileIsWaitedForAndComesBackByFetching() {
    HttpJsonClient alice = http("alice").registers("alice");
    passes(Duration.ofSeconds(14));
    assertThat(gateway.gateway().json().detached()).isZero();
    passes(Duration.ofSeconds(1));
    assertThat(gateway.gateway().json().detached()).isEqualTo(1);
    passes(Duration.ofSeconds(59));
    assertThat(HttpJsonClient.send(alice.poll(alice.seen(), 0)).statusCode()).isEqualTo(200);
    assertThat(gateway.gateway().json().detached()).isZero();
    passes(Duration.ofSeconds(75));
    assertThat(HttpJsonClient.send(alice.poll(alice.seen(), 0)).statusCode()).isEqualTo(401);
    assertThat(gateway.gateway().json().sessions()).isZero();
  }

  @Test
  void passwordIsProvedWithTheNonceOfAGreetingOnce() throws Exception {
    HttpJsonClient alice = http("alice");
    HttpResponse<String> greeting = HttpJsonClient.send(alice.request("/v1/session").GET());
    ObjectNode welcome = (ObjectNode) HttpJsonClient.parse(greeting.body());
    assertThat(welcome.path("type").asText()).isEqualTo("welcome");
    String nonce = welcome.path("nonce").asText();
    String realm = welcome.path("realm").asText();
    String ha1 =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("MD5")
                    .digest(("alice:" + realm + ":secret").getBytes(StandardCharsets.UTF_8)));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(ha1.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    String proof =
        HexFormat.of()
            .formatHex(
                mac.doFinal((nonce + "|0123456789|" + realm).getBytes(StandardCharsets.UTF_8)));
    Object[] login = {"user", "alice", "nonce", nonce, "cnonce", "0123456789", "proof", proof};
    assertThat(alice.opens("register", login).statusCode()).isEqualTo(200);
    HttpResponse<String> again = alice.opens("register", login);
    assertThat(again.statusCode()).isEqualTo(401);
    assertThat(error(again)).isEqualTo("auth_failed");
  }

  @Test
  void whoHasNoTokenOfTheSessionHearsNothingOfIt() {
    HttpJsonClient alice = http("alice").registers("alice");
    HttpJsonClient mallory = http("mallory").registers("bob");
    String path = "/v1/session/" + alice.session();
    for (String below : List.of("/events?after=0", "/events?after=0&ticket=guess")) {
      HttpResponse<String> answer = HttpJsonClient.send(mallory.request(path + below).GET());
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(error(answer)).isEqualTo("not_registered");
    }
    HttpResponse<String> posted =
        HttpJsonClient.send(
            mallory
                .request(path + "/messages")
                .header(
                    "Authorization", "Bearer " + mallory.registered().path("accessToken").asText())
                .POST(BodyPublishers.ofString("{\"type\":\"unregister\"}")));
    assertThat(posted.statusCode()).isEqualTo(401);
  }

  @Test
  void badBodiesAreRefusedAndChangeNothing() {
    HttpJsonClient alice = http("alice").registers("alice");
    assertThat(refused(alice, "no JSON")).isEqualTo("400 bad_json");
    assertThat(refused(alice, "[[]]")).isEqualTo("400 bad_json");
    assertThat(refused(alice, "7")).isEqualTo("400 bad_json");
    assertThat(refused(alice, "[" + "{\"type\":\"ping\"},".repeat(32) + "{}]"))
        .isEqualTo("400 bad_json");
    assertThat(refused(alice, "[".repeat(2000))).isEqualTo("400 bad_json");
    assertThat(refused(alice, "\"" + "x".repeat(70_000) + "\"")).isEqualTo("413 too_big");
    HttpResponse<String> early =
        HttpJsonClient.send(
            alice
                .request("/v1/session")
                .POST(BodyPublishers.ofString("{\"type\":\"call\",\"id\":\"1\"}")));
    assertThat(early.statusCode() + " " + error(early)).isEqualTo("401 not_registered");
    assertThat(HttpJsonClient.send(alice.request("/v1/session/x/messages").GET()).statusCode())
        .isEqualTo(405);
    assertThat(HttpJsonClient.send(alice.request("/v1/session/x/y").GET()).statusCode())
        .isEqualTo(404);
    assertThat(HttpJsonClient.send(alice.inSession("/events?after=x").GET()).statusCode())
        .isEqualTo(400);
    alice.asks("ice");
  }

  private static String refused(HttpJsonClient client, String body) {
    HttpResponse<String> answer =
        HttpJsonClient.send(client.inSession("/messages").POST(BodyPublishers.ofString(body)));
    return answer.statusCode() + " " + error(answer);
  }

  @Test
  void tooManyFramesAreRefusedOneByOneAsOnAWebSocket() {
    HttpJsonClient alice = http("alice").registers("alice");
    ArrayNode frames = new ObjectMapper().createArrayNode();
    for (int i = 0; i < 32; i++) {
      frames.add(alice.frame("ice"));
    }
    for (int i = 0; i < 3; i++) {
      alice.posts(renumbered(alice, frames));
    }
    assertThat(alice.posts(renumbered(alice, frames)))
        .anySatisfy(
            reply ->
                assertThat(reply.path("error").path("code").asText()).isEqualTo("rate_limited"));
  }

  private static ArrayNode renumbered(HttpJsonClient client, ArrayNode frames) {
    frames.forEach(frame -> ((ObjectNode) frame).set("id", client.frame("ice").get("id")));
    return frames;
  }

  @Test
  void pagesOfOtherOriginsAreTreatedAsAtTheWebSocket() {
    HttpJsonClient alice = http("alice");
    HttpResponse<String> refused =
        HttpJsonClient.send(
            alice.request("/v1/session").header("Origin", "https://evil.example").GET());
    assertThat(refused.statusCode()).isEqualTo(403);
    HttpResponse<String> asked =
        HttpJsonClient.send(
            alice
                .request("/v1/session")
                .header("Origin", "https://app.example.test")
                .header("Access-Control-Request-Method", "POST")
                .method("OPTIONS", BodyPublishers.noBody()));
    assertThat(asked.statusCode()).isEqualTo(204);
    assertThat(asked.headers().firstValue("Access-Control-Allow-Origin"))
        .contains("https://app.example.test");
    assertThat(asked.headers().firstValue("Access-Control-Allow-Headers").orElse(""))
        .contains("Authorization");
  }

  @Override
  String yaml() {
    return super.yaml()
        + """
          websocket:
            allowedOrigins: ["https://app.example.test"]
          json:
            failedLoginsPerMinute: 5
          """;
  }

  @Test
  void addressThatGuessesPasswordsHasToWaitOnBothTransports() {
    HttpJsonClient mallory = http("mallory");
    Object[] wrong = {"user", "alice", "password", "guess"};
    for (int i = 0; i < 5; i++) {
      assertThat(mallory.opens("register", wrong).statusCode()).isEqualTo(401);
    }
    HttpResponse<String> later = mallory.opens("register", wrong);
    assertThat(later.statusCode()).isEqualTo(429);
    assertThat(later.headers().firstValue("Retry-After")).contains("12");
    assertThat(mallory.opens("register", "user", "alice", "password", "secret").statusCode())
        .isEqualTo(429);
    JsonPhone alice = json("alice");
    alice.isRefused("rate_limited", "register", "user", "alice", "password", "secret");
    clock.advance(Duration.ofSeconds(12));
    json("alice again").registers("alice");
  }
}
