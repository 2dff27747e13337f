package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.NodePath;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks clients' frames by the published schema itself, so that there is one truth. What the
 * schema does not name is not refused here but ignored: a client may be newer than we are.
 * Thread-safe.
 */
final class Requests {
  private static final String SUFFIX = "_request";

  /** What tutorials post; it is no frame. */
  private static final String SIGNALLING = "webrtc_signaling";

  /** The path of what no single field is to blame for. */
  private static final String WHOLE = ".";

  private final Map<String, Schema> byType = new HashMap<>();

  Requests() {
    Standalone definitions = new Standalone(schema());
    SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    for (String name : definitions.names()) {
      if (name.endsWith(SUFFIX) && !name.equals("tutorial" + SUFFIX)) {
        byType.put(
            name.substring(0, name.length() - SUFFIX.length()),
            registry.getSchema(definitions.of(name)));
      }
    }
  }

  private static JsonNode schema() {
    try (InputStream in = Requests.class.getResourceAsStream("tandem.v1.schema.json")) {
      if (in == null) {
        throw new IllegalStateException("the schema is missing from the package");
      }
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException("the schema cannot be read", e);
    }
  }

  boolean knows(String type) {
    return byType.containsKey(type) && !type.equals(SIGNALLING);
  }

  /**
   * Refuses a frame that is not as the schema says.
   *
   * @throws Refusal {@code bad_field} with the path of what is wrong, the deepest one
   */
  void check(String type, ObjectNode frame) {
    Schema schema = byType.get(type);
    if (schema == null) {
      throw Refusal.of(ErrorCode.UNKNOWN_TYPE, "no such request");
    }
    List<Error> errors = schema.validate((JsonNode) frame);
    Error worst = null;
    for (Error error : errors) {
      if (worst == null || depth(error) > depth(worst)) {
        worst = error;
      }
    }
    if (worst != null) {
      throw Refusal.field(path(worst), what(worst));
    }
  }

  private static int depth(Error error) {
    return 2 * error.getInstanceLocation().getNameCount() + (error.getProperty() == null ? 0 : 1);
  }

  private static String path(Error error) {
    StringBuilder path = new StringBuilder();
    NodePath location = error.getInstanceLocation();
    for (int i = 0; i < location.getNameCount(); i++) {
      append(path, String.valueOf(location.getElement(i)));
    }
    String property = error.getProperty();
    if (property != null) {
      append(path, property);
    }
    return path.length() == 0 ? WHOLE : printable(path.toString());
  }

  private static void append(StringBuilder path, String element) {
    if (!element.isEmpty() && element.chars().allMatch(c -> c >= '0' && c <= '9')) {
      path.append('[').append(element).append(']');
    } else {
      path.append(path.length() == 0 ? "" : ".").append(element);
    }
  }

  private static String what(Error error) {
    String keyword = String.valueOf(error.getKeyword());
    return switch (keyword) {
      case "required" -> "is missing";
      case "type" -> "is of another type";
      case "maxLength", "maxItems", "maxProperties", "maximum" -> "is too much";
      case "minLength", "minItems", "minimum" -> "is too little";
      case "not", "pattern" -> "has characters that it must not have";
      case "enum", "const" -> "is none of the values that there are";
      case "oneOf" -> "has not exactly one of several ways";
      default -> "does not fit the schema (" + keyword + ")";
    };
  }

  private static String printable(@Nullable String text) {
    String safe = String.valueOf(text).replaceAll("[^\\x20-\\x24\\x26-\\x7e]", "?");
    return safe.length() > 200 ? safe.substring(0, 200) : safe;
  }
}
