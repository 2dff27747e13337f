package dev.tandem.gateway.json.tutorial;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Says what somebody's SIP request or session description is made of, and what is wrong with it.
 */
public final class Diagnosis {
  private static final int SHOWN = 200;

  private Diagnosis() {}

  /**
   * A SIP request in parts.
   *
   * @param request {@code method}, {@code uri}, {@code headers} and {@code body}, each of which may
   *     be anything
   */
  public static ObjectNode ofSip(JsonNode request) {
    SipParts parts = SipParts.of(request);
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("method", parts.method()).put("uri", parts.uri());
    ObjectNode headers = answer.putObject("headers");
    parts.headers().forEach((name, value) -> headers.put(name, value));
    answer.put("body", parts.body());
    List<String> violations = parts.violations();
    tell(violations, answer);
    answer.put("response", parts.response(violations));
    return answer;
  }

  /** A session description: {@code headers} and {@code body}. */
  public static ObjectNode ofSdp(JsonNode request) {
    SdpParts parts = SdpParts.of(request.path("body").asText());
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    JsonNode headers = request.path("headers");
    answer.set("headers", headers.isObject() ? headers : JsonNodeFactory.instance.objectNode());
    answer.set("media", parts.media());
    tell(parts.violations(), answer);
    answer.put("response", parts.violations().isEmpty() ? "200 OK" : "488 Not Acceptable Here");
    return answer;
  }

  private static void tell(List<String> violations, ObjectNode answer) {
    ArrayNode told = answer.putArray("violations");
    violations.forEach(told::add);
  }

  /** What somebody wrote, short enough to be repeated. */
  static String shown(String text) {
    return text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
  }
}
