package dev.tandem.gateway.ladder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client must not send is refused by name, and never with silence. */
class JsonBadInputLadderTest extends JsonLadderTest {

  /** One bad frame of the corpus; mended is "-" when there is no such frame. */
  private record Bad(String why, String frame, String mended) {}

  private static List<Bad> corpus() throws IOException {
    try (InputStream in =
        JsonBadInputLadderTest.class.getResourceAsStream(
            "/dev/tandem/gateway/schema/bad-frames.txt")) {
      List<String> lines =
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isEmpty() && !line.startsWith("//"))
              .toList();
      List<Bad> all = new ArrayList<>();
      for (int i = 0; i + 2 < lines.size(); i += 3) {
        all.add(new Bad(lines.get(i), lines.get(i + 1), lines.get(i + 2)));
      }
      return all;
    }
  }

  @Test
  void everyFrameOfTheCorpusIsRefusedWithThePathOfWhatIsWrong() throws IOException {
    JsonPhone alice = json("alice", new String[0]);
    List<String> unlike = new ArrayList<>();
    List<Bad> all = corpus();
    assertThat(all).hasSizeGreaterThan(50);
    for (Bad bad : all) {
      clock.advance(Duration.ofSeconds(11));
      ObjectNode error = verdict(alice, bad.frame());
      String code = error.path("code").asText();
      boolean named = !error.path("path").asText().isEmpty();
      if (!(code.equals("bad_field") && named) && !code.equals("unknown_type")) {
        unlike.add(bad.why() + ": " + bad.frame() + "\n  " + error);
      }
    }
    assertThat(unlike).isEmpty();
    assertThat(alice.isIdle()).isTrue();
  }

  /** The error that a frame gets, as reply or as event. */
  private static ObjectNode verdict(JsonPhone phone, String frame) {
    phone.sendsRaw(frame);
    return phone.anyError();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\rb", "a\nb", "a\0b", "a\u2028b", "a%0d%0ab", "a%0Ab", "a\u0085b"})
  void lineEndsOfAnyKindAreRefusedWhereverTheyCouldReachAHeader(String evil) {
    JsonPhone alice = json("alice", new String[0]);
    refused(alice, "to", JsonPhone.frame("call", "call", "c1", "to", evil, "sdp", ungathered()));
    refused(
        alice,
        "display",
        JsonPhone.frame("call", "call", "c1", "to", "bob", "sdp", ungathered(), "display", evil));
    refused(
        alice,
        "headers.X-A",
        JsonPhone.frame(
            "call",
            "call",
            "c1",
            "to",
            "bob",
            "sdp",
            ungathered(),
            "headers",
            Map.of("X-A", evil)));
    refused(alice, "to", JsonPhone.frame("message", "to", evil, "body", "x"));
    refused(
        alice,
        "contentType",
        JsonPhone.frame("message", "to", "bob", "body", "x", "contentType", "text/" + evil));
    refused(
        alice,
        "reason.text",
        JsonPhone.frame("hangup", "call", "c1", "reason", Map.of("text", evil)));
    refused(alice, "call", JsonPhone.frame("hangup", "call", evil.replace("%", "\n")));
  }

  private void refused(JsonPhone phone, String path, ObjectNode frame) {
    clock.advance(Duration.ofSeconds(1));
    ObjectNode error = verdict(phone, frame.put("id", "x" + System.nanoTime()).toString());
    assertThat(error.path("code").asText()).as(frame.toString()).isEqualTo("bad_field");
    assertThat(error.path("path").asText()).as(frame.toString()).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Via",
        "Route",
        "Record-Route",
        "From",
        "P-Asserted-Identity",
        "Authorization",
        "Contact",
        "Max-Forwards",
        "Content-Length",
        "Reason",
        "X-Tandem-Cause"
      })
  void headersThatAreNotThePagesToSetAreRefused(String header) {
    JsonPhone alice = json("alice", new String[0]);
    refused(
        alice,
        "headers." + header,
        JsonPhone.frame(
            "call",
            "call",
            "c1",
            "to",
            "bob",
            "sdp",
            ungathered(),
            "headers",
            Map.of(header, "x")));
  }

  @Test
  void deepHugeAndDoubledJsonIsRefusedBeforeItIsATree() {
    JsonPhone alice = json("alice", new String[0]);
    String deep = "{\"type\":\"x\",\"a\":" + "[".repeat(100) + "]".repeat(100) + "}";
    String many = "{\"type\":\"x\",\"a\":[" + "1,".repeat(5000) + "1]}";
    String doubled = "{\"type\":\"ping\",\"type\":\"call\"}";
    String number = "{\"type\":\"ping\",\"t\":" + "9".repeat(1000) + "}";
    for (String bad :
        List.of(deep, many, doubled, number, "[]", "{", "{}x", "\u0001", "\0\0\0{}")) {
      clock.advance(Duration.ofSeconds(11));
      assertThat(verdict(alice, bad).path("code").asText()).as(bad).isEqualTo("bad_json");
    }
    clock.advance(Duration.ofSeconds(11));
    alice.asks("ice");
    assertThat(metric("tandem_json_bad_frames_total.*limit.*")).isEqualTo(3);
    assertThat(metric("tandem_json_bad_frames_total.*syntax.*")).isEqualTo(5);
    assertThat(metric("tandem_json_bad_frames_total.*no_frame.*")).isEqualTo(1);
  }

  @Test
  void threeFramesThatAreNoJsonInTenSecondsEndTheConnection() {
    JsonPhone alice = json("alice", new String[0]);
    for (int i = 0; i < 3; i++) {
      alice.sendsRaw("no JSON");
    }
    assertThat(alice.isClosed()).isEqualTo(4400);
  }

  @Test
  void unknownTypesAndFieldsDoNoHarm() {
    JsonPhone alice = json("alice", new String[0]);
    assertThat(verdict(alice, "{\"type\":\"fly\",\"id\":\"1x\"}").path("code").asText())
        .isEqualTo("unknown_type");
    alice.sendsRaw("{\"type\":\"ice\",\"id\":\"2x\",\"newer\":true}");
    assertThat(alice.reply("2x").path("ok").asBoolean()).isTrue();
  }

  @Test
  void tooManyFramesAreRefusedEachAndThenTheConnectionEnds() {
    JsonPhone alice = json("alice", new String[0]);
    clock.advance(Duration.ofSeconds(10));
    for (int i = 0; i < 100; i++) {
      alice.asks("ice");
    }
    ObjectNode refused = alice.isRefused("rate_limited", "ice");
    assertThat(refused.path("error").path("retryAfter").asInt()).isPositive();
    for (int i = 0; i < 200; i++) {
      alice.sends("ice");
    }
    assertThat(alice.isClosed()).isEqualTo(4429);
  }

  @Test
  void sessionHearsOnceThatItIsLimitedUntilItHasBeenPatient() {
    JsonPhone alice = json("alice", new String[0]);
    clock.advance(Duration.ofSeconds(10));
    for (int time = 0; time < 2; time++) {
      for (int i = 0; i < 100; i++) {
        alice.asks("ice");
      }
      alice.hearsNothingMore();
      for (int i = 0; i < 20; i++) {
        alice.isRefused("rate_limited", "ice");
        // Enough for one more: at the limit every other is refused.
        clock.advance(Duration.ofMillis(20));
        alice.asks("ice");
      }
      ObjectNode told = alice.receives("session");
      assertThat(told.path("state").asText()).isEqualTo("rate_limited");
      assertThat(told.path("retryAfter").asInt()).isPositive();
      alice.hearsNothingMore();
      clock.advance(Duration.ofSeconds(10));
    }
  }

  /** Whatever is asked, and with nothing to tell a call of somebody else's from none. */
  @Test
  void anothersCallIsNoCall() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);
    JsonPhone mallory = json("carol", new String[0]);
    alice.asks("call", "call", "c1", "to", "bob", "sdp", ungathered());
    String theirs = bob.receives("incoming").path("call").asText();
    alice.receives("progress");
    bob.asks("accept", "call", theirs, "sdp", ungathered());
    alice.receives("accepted");
    List<Object[]> requests =
        List.of(
            new Object[] {"ring"},
            new Object[] {"progress", "sdp", ungathered()},
            new Object[] {"accept", "sdp", ungathered()},
            new Object[] {"reject"},
            new Object[] {"hangup"},
            new Object[] {"update", "rev", 2, "sdp", ungathered()},
            new Object[] {"update_answer", "rev", 2, "sdp", ungathered()},
            new Object[] {"hold", "on", true},
            new Object[] {"dtmf", "digits", "1"},
            new Object[] {"transfer", "to", "carol"},
            new Object[] {"info", "contentType", "text/plain", "body", "x"},
            new Object[] {"message", "body", "x"},
            new Object[] {"stats", "rtt", 1});
    for (Object[] request : requests) {
      JsonNode none = refusalOfCall(mallory, request, "c9");
      assertThat(refusalOfCall(mallory, request, "c1")).isEqualTo(none);
      assertThat(refusalOfCall(mallory, request, theirs)).isEqualTo(none);
      clock.advance(Duration.ofSeconds(1));
    }
    // Candidates may come before their call: they wait in the session that sent them.
    mallory.asks("candidate", "call", "c1", "candidate", null);
    alice.hearsNothingMore();
    bob.hearsNothingMore();
    mallory.hearsNothingMore();
    alice.asks("hangup", "call", "c1");
    alice.receives("ended");
    bob.receives("ended");
  }

  private static JsonNode refusalOfCall(JsonPhone client, Object[] request, String call) {
    List<Object> fields = new ArrayList<>(List.of("call", call));
    fields.addAll(List.of(request).subList(1, request.length));
    return client.isRefused("no_such_call", (String) request[0], fields.toArray()).path("error");
  }

  @Test
  void tooManyCallsAreRefusedWithTheTimeToWait() {
    JsonPhone alice = json("alice", new String[0]);
    json("bob", new String[0]);
    for (int i = 0; i < 10; i++) {
      alice.isRefused("unavailable", "call", "call", "x" + i, "to", "carol", "sdp", ungathered());
    }
    ObjectNode refused =
        alice.isRefused("rate_limited", "call", "call", "c", "to", "bob", "sdp", ungathered());
    assertThat(refused.path("error").path("retryAfter").asInt()).isBetween(1, 6);
  }

  @Test
  void largeFramesAreRefused() {
    JsonPhone alice = json("alice", new String[0]);
    assertThat(
            verdict(
                    alice,
                    JsonPhone.frame("message", "to", "bob", "body", "ü".repeat(5000))
                        .put("id", "m")
                        .toString())
                .path("code")
                .asText())
        .isEqualTo("too_big");
    JsonPhone stranger = json("stranger");
    stranger.sendsRaw("{\"type\":\"register\",\"user\":\"" + "a".repeat(9000) + "\"}");
    assertThat(stranger.anyError().path("code").asText()).isEqualTo("too_big");
    assertThat(stranger.isClosed()).isEqualTo(4413);
  }

  @Test
  void nothingIsDoneForWhoHasNotRegistered() {
    JsonPhone stranger = json("stranger");
    stranger.isRefused("not_registered", "call", "call", "c1", "to", "bob", "sdp", ungathered());
    stranger.isRefused("auth_failed", "register", "user", "alice", "password", "wrong");
    stranger.isRefused("auth_failed", "register", "user", "nobody", "password", "secret");
    stranger.isRefused("auth_failed", "register", "guest", true);
    stranger.sends("register", "user", "alice", "password", "wrong");
    assertThat(stranger.isClosed()).isEqualTo(4401);
  }

  @Test
  void whoDoesNotRegisterInTimeIsSentAway() {
    JsonPhone stranger = json("stranger");
    clock.advance(Duration.ofSeconds(5));
    assertThat(stranger.isClosed()).isEqualTo(4401);
  }

  @ParameterizedTest
  @CsvSource({"sip:bob@elsewhere.test, not_found", "bob@@x, bad_field", "b<ob, bad_field"})
  void addressesAreReadStrictly(String to, String code) {
    JsonPhone alice = json("alice", new String[0]);
    alice.isRefused(code, "call", "call", "c1", "to", to, "sdp", ungathered());
  }
}
