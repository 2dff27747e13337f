package dev.tandem.gateway.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/**
 * Bytes to frames and back. What a client may make us hold in memory is bounded while it is parsed:
 * depth, number of tokens, length of names, numbers and texts; a name that comes twice is refused,
 * since two readers would take different ones.
 */
final class Frames {
  static final int MAX_DEPTH = 16;
  static final int MAX_TOKENS = 4000;
  static final int MAX_NAME = 64;
  static final int MAX_NUMBER = 24;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxTokenCount(MAX_TOKENS)
                          .maxNameLength(MAX_NAME)
                          .maxNumberLength(MAX_NUMBER)
                          .maxStringLength(64 * 1024)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Marks a frame that came as tutorials write it; no client can send a name with a blank. */
  static final String TUTORIAL = " tutorial";

  private Frames() {}

  /**
   * Reads one frame. A frame whose fields are all in {@code data}, as tutorials write it, is read
   * as if they stood beside its type.
   *
   * @throws Refusal {@code bad_json} when it is no JSON object within the bounds
   */
  static ObjectNode read(byte[] bytes) {
    if (!(readAny(bytes) instanceof ObjectNode frame)) {
      throw Refusal.of(ErrorCode.BAD_JSON, "a frame is a JSON object");
    }
    return flat(frame);
  }

  /** A frame whose fields are all in {@code data} as if they stood beside its type. */
  static ObjectNode flat(ObjectNode frame) {
    frame.remove(TUTORIAL);
    return frame.get("data") instanceof ObjectNode data ? tutorial(frame, data) : frame;
  }

  /** In such a frame a guest's name is called id, and a reply is expected whatever else is said. */
  private static ObjectNode tutorial(ObjectNode frame, ObjectNode data) {
    frame.remove("data");
    JsonNode name = data.remove("id");
    if (name != null && frame.path("type").asText().equals("register")) {
      data.put("guest", true);
      data.putIfAbsent("display", name);
      data.put(TUTORIAL, true);
    } else if (name != null) {
      frame.putIfAbsent("id", name);
    }
    data.properties().forEach(entry -> frame.putIfAbsent(entry.getKey(), entry.getValue()));
    return frame;
  }

  /** What is wrong, without what was written. */
  private static String shortened(JsonProcessingException e) {
    String text = String.valueOf(e.getOriginalMessage());
    int end = text.indexOf('\n');
    String line = end < 0 ? text : text.substring(0, end);
    return line.length() > 120 ? line.substring(0, 120) : line;
  }

  /**
   * Reads whatever it is.
   *
   * @throws Refusal {@code bad_json} when it is no JSON within the bounds
   */
  static JsonNode readAny(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) { // then Jackson would take them for UTF-16 or UTF-32 (RFC 8259 §8.1 has UTF-8)
        throw Refusal.of(ErrorCode.BAD_JSON, "no JSON: a NUL");
      }
    }
    try {
      return MAPPER.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw Refusal.of(ErrorCode.BAD_JSON, "no JSON within the bounds: " + shortened(e));
    } catch (IOException e) {
      throw Refusal.of(ErrorCode.BAD_JSON, "no text in UTF-8");
    }
  }

  static byte[] write(JsonNode frame) {
    try {
      return MAPPER.writeValueAsBytes(frame);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree is always JSON", e);
    }
  }

  /** A new frame, its type first. */
  static ObjectNode of(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }
}
