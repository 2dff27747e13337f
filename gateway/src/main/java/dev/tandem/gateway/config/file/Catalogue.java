package dev.tandem.gateway.config.file;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Every key that the reader asked for, in general form ({@code users[].user}), and its default. */
public final class Catalogue {
  /** Stands where a default would when there is none and the key must be given. */
  public static final String REQUIRED = "required";

  /** Stands where a default would for a key that only holds other keys. */
  public static final String SECTION = "section";

  private final Map<String, String> defaults = new TreeMap<>();

  void add(String path, String defaultText) {
    defaults.putIfAbsent(general(path), defaultText);
  }

  /** Keys and defaults as text; the default is empty for a key that need not be given. */
  public Map<String, String> defaults() {
    return Collections.unmodifiableMap(defaults);
  }

  static String general(String path) {
    return path.replaceAll("\\[\\d+]", "[]");
  }
}
