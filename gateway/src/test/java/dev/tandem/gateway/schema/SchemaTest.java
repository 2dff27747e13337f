package dev.tandem.gateway.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schema is one, its examples are good, and what must not pass does not. */
class SchemaTest {
  private static final JsonNode DEFS = Frames.schema().path("$defs");

  @Test
  void itIsASchema() {
    SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    assertThat(
            registry
                .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"))
                .validate(Frames.schema()))
        .isEmpty();
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    List<String> targets = new ArrayList<>();
    collect(Frames.schema(), "$ref", targets);
    assertThat(targets)
        .hasSizeGreaterThan(100)
        .allMatch(target -> target.startsWith("#/$defs/"))
        .allMatch(target -> DEFS.has(target.substring("#/$defs/".length())));
  }

  @Test
  void everyMessageHasGoodExamples() {
    for (Map.Entry<String, JsonNode> def : DEFS.properties()) {
      if (isMessage(def.getKey())) {
        assertThat(def.getValue().path("examples")).as(def.getKey()).isNotEmpty();
      }
      for (JsonNode example : def.getValue().path("examples")) {
        assertThat(Frames.errors(def.getKey(), example)).as("%s", example).isEmpty();
      }
    }
  }

  /** By its type alone a frame finds its definition, as tests and clients look for it. */
  @Test
  void aFrameIsFoundByItsType() {
    for (Map.Entry<String, JsonNode> def : DEFS.properties()) {
      for (JsonNode example : def.getValue().path("examples")) {
        if (def.getKey().startsWith("webrtc_")) {
          continue;
        }
        boolean client = def.getKey().endsWith("_request");
        String frame = example.toString();
        assertThat(client ? Frames.errorsOfClient(frame) : Frames.errorsOfServer(frame)).isEmpty();
        assertThat(Frames.errors(client ? "client_frame" : "server_frame", example)).isEmpty();
        assertThat(Frames.errors(client ? "server_frame" : "client_frame", example)).isNotEmpty();
      }
    }
  }

  @Test
  void everyRequestHasAReply() {
    for (Map.Entry<String, JsonNode> def : DEFS.properties()) {
      String type = def.getValue().path("properties").path("type").path("const").asText();
      if (def.getKey().endsWith("_request") && !type.isEmpty() && !type.equals("ping")) {
        assertThat(DEFS.has(type + "_response")).as(type).isTrue();
      }
    }
  }

  @Test
  void asyncApiTellsEveryMessageOnceAndNothingElse() {
    JsonNode api = Frames.resource("tandem.v1.asyncapi.json");
    assertThat(api.path("asyncapi").asText()).isEqualTo("3.0.0");
    Set<String> messages = new TreeSet<>();
    api.path("components").path("messages").fieldNames().forEachRemaining(messages::add);
    Set<String> defs = new TreeSet<>();
    DEFS.fieldNames().forEachRemaining(defs::add);
    defs.removeIf(def -> !isMessage(def) || def.startsWith("webrtc_"));
    assertThat(messages).isEqualTo(defs);
    api.path("components")
        .path("messages")
        .properties()
        .forEach(
            message ->
                assertThat(message.getValue().at("/payload/schema/$ref").asText())
                    .isEqualTo("tandem.v1.json#/$defs/" + message.getKey()));

    List<String> targets = new ArrayList<>();
    collect(api.path("channels"), "$ref", targets);
    collect(api.path("operations"), "$ref", targets);
    assertThat(targets).allMatch(target -> !api.at(target.substring(1)).isMissingNode());
    for (String message : messages) {
      assertThat(targets).contains("#/channels/session/messages/" + message);
    }
  }

  @Test
  void asyncApiTellsTheWayByHttp() {
    JsonNode api = Frames.resource("tandem.v1.asyncapi.json");
    Set<String> told = new TreeSet<>();
    for (JsonNode operation : api.path("operations")) {
      String channel = operation.at("/channel/$ref").asText().substring(1);
      String method = operation.at("/bindings/http/method").asText();
      if (!method.isEmpty()) {
        told.add(method + " " + api.at(channel).path("address").asText());
      }
    }
    // JsonHttpLadderTest asks for each of them.
    assertThat(told)
        .containsExactly(
            "GET /v1/session",
            "GET /v1/session/{session}/events",
            "POST /v1/session",
            "POST /v1/session/{session}/messages");
    Set<String> sent = new TreeSet<>();
    JsonNode byHttp = api.at("/channels/httpMessages/messages");
    byHttp.fieldNames().forEachRemaining(sent::add);
    DEFS.fieldNames()
        .forEachRemaining(
            name -> {
              boolean opens = name.equals("register_request") || name.equals("resume_request");
              boolean tutorial = name.startsWith("webrtc_") || name.startsWith("tutorial_");
              if (name.endsWith("_request") && !opens && !tutorial) {
                assertThat(sent).contains(name);
              }
            });
  }

  /** The corpus of frames that must be refused: one a line, after what is wrong with it. */
  @ParameterizedTest
  @MethodSource("badFrames")
  void aBadFrameIsRefused(BadFrame bad) {
    assertThat(Frames.errorsOfClient(bad.frame)).as(bad.why).isNotEmpty();
  }

  @Test
  void eachBadFrameIsBadForOneReasonOnly() {
    // Mended where it says it is wrong, it is good: so it does not fail for another reason.
    assertThat(badFrames().filter(bad -> !bad.mended.isEmpty()))
        .hasSizeGreaterThan(25)
        .allSatisfy(bad -> assertThat(Frames.errorsOfClient(bad.mended)).as(bad.why).isEmpty());
  }

  record BadFrame(String why, String frame, String mended) {}

  static Stream<BadFrame> badFrames() {
    try (InputStream in = SchemaTest.class.getResourceAsStream("bad-frames.txt")) {
      List<String> lines =
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank() && !line.startsWith("//"))
              .toList();
      List<BadFrame> frames = new ArrayList<>();
      for (int i = 0; i < lines.size(); i += 3) {
        frames.add(new BadFrame(lines.get(i), lines.get(i + 1), good(lines.get(i + 2))));
      }
      return frames.stream();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String good(String line) {
    return line.equals("-") ? "" : line;
  }

  private static boolean isMessage(String def) {
    return def.endsWith("_request")
        || def.endsWith("_response") && !def.equals("response")
        || def.endsWith("_event")
        || def.equals("pong");
  }

  private static void collect(JsonNode node, String field, List<String> found) {
    if (node.path(field).isTextual()) {
      found.add(node.path(field).asText());
    }
    node.forEach(child -> collect(child, field, found));
  }
}
