package dev.tandem.gateway.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Says what is wrong with frames of {@code tandem.v1}, by its schema. Thread-safe. */
public final class Frames {
  static final String ID = "urn:tandem:schema:tandem.v1";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode SCHEMA = resource("tandem.v1.schema.json");
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          registry -> registry.schemas(Map.of(ID, SCHEMA.toString())));

  private Frames() {}

  /** What is wrong with a client's frame; empty when nothing is. */
  public static List<String> errorsOfClient(String frame) {
    JsonNode node = parse(frame);
    String def = node.path("type").asText() + "_request";
    if (node.has("data")) {
      def = "tutorial_request";
    }
    return errors(def, node);
  }

  /** What is wrong with a frame of the gateway's; empty when nothing is. */
  public static List<String> errorsOfServer(String frame) {
    JsonNode node = parse(frame);
    String type = node.path("type").asText();
    if (type.equals("pong")) {
      return errors(type, node);
    }
    if (type.endsWith("_response")) {
      return errors(node.path("ok").asBoolean(true) ? type : "failure_response", node);
    }
    return errors(type + "_event", node);
  }

  /** What is wrong with {@code value} as the schema's definition {@code def}. */
  public static List<String> errors(String def, JsonNode value) {
    if (!SCHEMA.path("$defs").has(def)) {
      return List.of("there is no " + def);
    }
    return REGISTRY.getSchema(SchemaLocation.of(ID + "#/$defs/" + def)).validate(value).stream()
        .map(Error::toString)
        .toList();
  }

  /** The first example of each request that clients send as a frame, by its type. */
  public static Map<String, JsonNode> requests() {
    Map<String, JsonNode> requests = new TreeMap<>();
    for (Map.Entry<String, JsonNode> def : SCHEMA.path("$defs").properties()) {
      JsonNode example = def.getValue().path("examples").path(0);
      String type = def.getKey().replaceFirst("_request$", "");
      if (def.getKey().endsWith("_request") && example.path("type").asText().equals(type)) {
        requests.put(type, example);
      }
    }
    return requests;
  }

  static JsonNode schema() {
    return SCHEMA;
  }

  static JsonNode resource(String name) {
    try (InputStream in = Frames.class.getResourceAsStream("/dev/tandem/gateway/json/" + name)) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(name + " is not JSON", e);
    }
  }

  private static JsonNode parse(String frame) {
    try {
      return JSON.readTree(frame);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + frame, e);
    }
  }
}
