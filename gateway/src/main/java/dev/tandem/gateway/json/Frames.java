package dev.tandem.gateway.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Frames as they are made and written, and the two ways in which they come. */
final class Frames {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  /** Marks a frame that came as tutorials write it; no client can send a name with a blank. */
  static final String TUTORIAL = " tutorial";

  private Frames() {}

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
