package dev.tandem.gateway.config.file;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A YAML document as a tree that remembers where everything stood. Scalars keep their text as
 * written, so that {@code user: 0100} stays "0100". Repeated keys and aliases are problems.
 */
public final class YamlTree {
  /** A value. An empty scalar ({@code realm:}) is not in its mapping: it means "not given". */
  sealed interface Node {}

  record Scalar(String text) implements Node {}

  record Sequence(List<Node> items) implements Node {}

  public record Mapping(Map<String, Node> entries) implements Node {
    static final Mapping EMPTY = new Mapping(Map.of());
  }

  private final Problems problems;
  private final YAMLParser parser;

  private YamlTree(YAMLParser parser, Problems problems) {
    this.parser = parser;
    this.problems = problems;
  }

  /** Reads one document; what is wrong with it goes to {@code problems}. */
  public static Mapping read(String yaml, Problems problems) {
    try (YAMLParser parser = new YAMLFactory().createParser(yaml)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        return Mapping.EMPTY;
      }
      Node root = new YamlTree(parser, problems).value("");
      if (root instanceof Mapping mapping) {
        if (parser.nextToken() != null) {
          problems.add("", "has more than one YAML document, expected one");
        }
        return mapping;
      }
      if (root != null) {
        problems.add("", "is not a YAML mapping (key: value lines)");
      }
      return Mapping.EMPTY;
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      if (at != null) {
        problems.locate("", at.getLineNr(), at.getColumnNr());
      }
      problems.add("", "is not YAML: " + firstLine(e.getOriginalMessage()));
      return Mapping.EMPTY;
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory", e);
    }
  }

  private @Nullable Node value(String path) throws IOException {
    JsonLocation at = parser.currentTokenLocation();
    if (!path.isEmpty()) {
      problems.locateIfAbsent(path, at.getLineNr(), at.getColumnNr());
    }
    if (parser.isCurrentAlias()) {
      problems.add(path, "is a YAML alias, which is not supported here");
      return null;
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> mapping(path);
      case START_ARRAY -> sequence(path);
      case VALUE_NULL -> null;
      default -> new Scalar(parser.getText());
    };
  }

  private Mapping mapping(String path) throws IOException {
    Map<String, Node> entries = new LinkedHashMap<>();
    List<String> seen = new ArrayList<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      String keyPath = path.isEmpty() ? key : path + "." + key;
      JsonLocation at = parser.currentTokenLocation();
      boolean again = seen.contains(key);
      if (again) {
        problems.add(
            keyPath,
            "is here twice, the second time on line " + at.getLineNr() + "; expected once");
      } else {
        problems.locate(keyPath, at.getLineNr(), at.getColumnNr());
        seen.add(key);
      }
      parser.nextToken();
      Node value = value(keyPath);
      if (value != null && !again) {
        entries.put(key, value);
      }
    }
    return new Mapping(entries);
  }

  private Sequence sequence(String path) throws IOException {
    List<Node> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      Node item = value(path + "[" + items.size() + "]");
      items.add(item == null ? new Scalar("") : item);
    }
    return new Sequence(items);
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }
}
