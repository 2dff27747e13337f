package dev.tandem.gateway.config.file;

import dev.tandem.gateway.config.file.YamlTree.Mapping;
import dev.tandem.gateway.config.file.YamlTree.Node;
import dev.tandem.gateway.config.file.YamlTree.Scalar;
import dev.tandem.gateway.config.file.YamlTree.Sequence;
import dev.tandem.gateway.config.value.ConfigException;
import dev.tandem.gateway.config.value.Secret;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of the file, read key by key. A value that cannot be read becomes a problem and its
 * default stands in, so that one run finds everything; a key that nobody asks for is unknown. Every
 * key asked for is told to the {@link Catalogue}, which is how the reference page is checked.
 */
public final class Section {
  /** Turns text into a value; an IllegalArgumentException's message says what was expected. */
  public interface Parser<T> {
    T parse(String text);
  }

  /** What all sections of one run share. */
  public record Run(Problems problems, Environment environment, Catalogue catalogue) {}

  private final Run run;
  private final String path;
  private final Mapping mapping;
  private final Set<String> asked = new LinkedHashSet<>();

  public Section(Run run, String path, Mapping mapping) {
    this.run = run;
    this.path = path;
    this.mapping = mapping;
  }

  /** The value, or the default when it is not given or cannot be read. */
  public <T> T value(String key, String defaultText, Parser<T> parser) {
    ask(key, defaultText);
    T fallback = parser.parse(defaultText);
    Node node = mapping.entries().get(key);
    return node == null ? fallback : scalar(pathOf(key), node, parser, false).orElse(fallback);
  }

  /** The value, or null when it is not given or cannot be read. */
  public <T> @Nullable T optional(String key, Parser<T> parser) {
    return read(key, "", parser, false).orElse(null);
  }

  public @Nullable Secret secret(String key) {
    return secret(key, Secret::new);
  }

  /** Like {@link #optional}, but the problem does not show the value. */
  public @Nullable Secret secret(String key, Parser<Secret> parser) {
    return read(key, "", parser, true).orElse(null);
  }

  /**
   * The value of a key that must be there.
   *
   * @param example stands in when the value is missing or cannot be read, which is a problem
   */
  public <T> T required(String key, String example, Parser<T> parser) {
    ask(key, Catalogue.REQUIRED);
    Node node = mapping.entries().get(key);
    if (node == null) {
      run.problems().add(pathOf(key), "is missing, expected a value such as " + example);
      return parser.parse(example);
    }
    return scalar(pathOf(key), node, parser, false).orElseGet(() -> parser.parse(example));
  }

  /**
   * A list of scalars; one scalar alone counts as a list of one. One bad item, and the defaults
   * stand in.
   */
  public <T> List<T> list(String key, List<String> defaultTexts, Parser<T> parser) {
    ask(key, "[" + String.join(", ", defaultTexts) + "]");
    List<T> defaults = defaultTexts.stream().map(parser::parse).toList();
    Node node = mapping.entries().get(key);
    if (node == null) {
      return defaults;
    }
    if (!(node instanceof Sequence sequence)) {
      return scalar(pathOf(key), node, parser, false).map(List::of).orElse(defaults);
    }
    List<T> values = new ArrayList<>();
    for (int i = 0; i < sequence.items().size(); i++) {
      scalar(pathOf(key) + "[" + i + "]", sequence.items().get(i), parser, false)
          .ifPresent(values::add);
    }
    return values.size() == sequence.items().size() ? List.copyOf(values) : defaults;
  }

  /** A mapping below this one. When it cannot be, its defaults stand in. */
  public <T> T section(String key, Function<Section, T> reader) {
    ask(key, Catalogue.SECTION);
    Mapping given = mappingAt(pathOf(key), mapping.entries().get(key));
    return readWhole(pathOf(key), given, reader)
        .orElseGet(() -> reader.apply(new Section(run, pathOf(key), Mapping.EMPTY)));
  }

  /** A list of mappings. Those that cannot be are left out. */
  public <T> List<T> items(String key, Function<Section, T> reader) {
    ask(key, "[]");
    Node node = mapping.entries().get(key);
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof Sequence sequence)) {
      run.problems().add(pathOf(key), "is " + kindOf(node) + ", expected a list (lines with '-')");
      return List.of();
    }
    List<T> values = new ArrayList<>();
    for (int i = 0; i < sequence.items().size(); i++) {
      String itemPath = pathOf(key) + "[" + i + "]";
      readWhole(itemPath, mappingAt(itemPath, sequence.items().get(i)), reader)
          .ifPresent(values::add);
    }
    return List.copyOf(values);
  }

  /** A mapping whose keys are free, each with a scalar; keeps the order. */
  public <T> List<java.util.Map.Entry<String, T>> entries(String key, Parser<T> parser) {
    ask(key, "{}");
    List<java.util.Map.Entry<String, T>> entries = new ArrayList<>();
    Mapping given = mappingAt(pathOf(key), mapping.entries().get(key));
    given
        .entries()
        .forEach(
            (name, node) ->
                scalar(pathOf(key) + "." + name, node, parser, false)
                    .ifPresent(value -> entries.add(java.util.Map.entry(name, value))));
    return List.copyOf(entries);
  }

  /** Whether the file gives this key a value, readable or not. */
  public boolean has(String key) {
    return mapping.entries().containsKey(key);
  }

  /** The path of a key of this section, for a message of the caller's. */
  public String pathOf(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private <T> Optional<T> read(String key, String defaultText, Parser<T> parser, boolean secret) {
    ask(key, defaultText);
    Node node = mapping.entries().get(key);
    return node == null ? Optional.empty() : scalar(pathOf(key), node, parser, secret);
  }

  /** Reads a mapping with its reader, tells its unknown keys and what its record refuses. */
  private <T> Optional<T> readWhole(String at, Mapping given, Function<Section, T> reader) {
    Section section = new Section(run, at, given);
    Optional<T> value = Optional.empty();
    try {
      value = Optional.of(reader.apply(section));
    } catch (ConfigException e) {
      String general = Catalogue.general(at);
      e.faults()
          .forEach(
              fault ->
                  run.problems()
                      .add(
                          fault.key().startsWith(general)
                              ? at + fault.key().substring(general.length())
                              : fault.key(),
                          fault.message()));
    }
    section.tellUnknownKeys();
    return value;
  }

  public void tellUnknownKeys() {
    for (String key : mapping.entries().keySet()) {
      if (!asked.contains(key)) {
        run.problems().add(pathOf(key), "is not a key here" + Spelling.suggest(key, asked));
      }
    }
  }

  private <T> Optional<T> scalar(String at, Node node, Parser<T> parser, boolean secret) {
    if (!(node instanceof Scalar scalar)) {
      run.problems().add(at, "is " + kindOf(node) + ", expected one value");
      return Optional.empty();
    }
    String text;
    try {
      text = run.environment().substitute(scalar.text());
    } catch (IllegalArgumentException e) {
      run.problems().add(at, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
    try {
      return Optional.of(parser.parse(text));
    } catch (IllegalArgumentException e) {
      String was = secret ? "has a wrong value (not shown)" : "was \"" + text + "\"";
      run.problems().add(at, was + ", expected " + e.getMessage());
      return Optional.empty();
    }
  }

  private Mapping mappingAt(String at, @Nullable Node node) {
    if (node instanceof Mapping given) {
      return given;
    }
    if (node != null) {
      run.problems().add(at, "is " + kindOf(node) + ", expected a mapping (key: value lines)");
    }
    return Mapping.EMPTY;
  }

  private void ask(String key, String defaultText) {
    asked.add(key);
    run.catalogue().add(pathOf(key), defaultText);
  }

  private static String kindOf(Node node) {
    return node instanceof Scalar ? "one value" : node instanceof Sequence ? "a list" : "a mapping";
  }
}
