package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The definitions of a schema, each by itself: what it refers to is written where it is referred
 * to, and what only people read is left out. The library compiles what a reference leads to once
 * for every way that leads there; for the schema as it is published that is 24,000 objects.
 */
final class Standalone {
  private static final String REF = "$ref";
  private static final String LOCAL = "#/$defs/";
  private static final Set<String> FOR_PEOPLE = Set.of("title", "description", "examples");

  /** Fields that nobody knows are ignored, so whether there are any need not be found out. */
  private static final String UNKNOWN = "unevaluatedProperties";

  private final JsonNode definitions;

  /** Reads a schema whose definitions refer to each other only, and never to themselves. */
  Standalone(JsonNode schema) {
    this.definitions = schema.path("$defs");
  }

  List<String> names() {
    List<String> names = new ArrayList<>();
    definitions.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** One definition, which refers to nothing. */
  JsonNode of(String name) {
    JsonNode definition = definitions.get(name);
    if (definition == null) {
      throw new IllegalStateException("the schema does not define " + name);
    }
    return whole(definition);
  }

  private JsonNode whole(JsonNode schema) {
    if (!(schema instanceof ObjectNode node)) {
      return schema; // true or false
    }
    ObjectNode own = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> keyword : node.properties()) {
      String name = keyword.getKey();
      if (!name.equals(REF) && !name.equals(UNKNOWN) && !FOR_PEOPLE.contains(name)) {
        own.set(name, value(name, keyword.getValue()));
      }
    }
    JsonNode reference = node.get(REF);
    return reference == null ? own : joined(of(reference.asText().substring(LOCAL.length())), own);
  }

  private JsonNode value(String keyword, JsonNode value) {
    return switch (keyword) {
      case "properties" -> {
        ObjectNode properties = JsonNodeFactory.instance.objectNode();
        value.properties().forEach(each -> properties.set(each.getKey(), whole(each.getValue())));
        yield properties;
      }
      case "not", "items", "additionalProperties", "propertyNames" -> whole(value);
      case "allOf", "anyOf", "oneOf" -> {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        value.forEach(each -> all.add(whole(each)));
        yield all;
      }
      default -> value;
    };
  }

  /** What both say; as one where they say it by different keywords. */
  private static JsonNode joined(JsonNode target, ObjectNode own) {
    boolean apart = target.isObject();
    for (Map.Entry<String, JsonNode> keyword : own.properties()) {
      apart &= !target.has(keyword.getKey());
    }
    if (apart) {
      return ((ObjectNode) target.deepCopy()).setAll(own);
    }
    ObjectNode both = JsonNodeFactory.instance.objectNode();
    both.putArray("allOf").add(target).add(own);
    return both;
  }
}
