package dev.tandem.gateway.config.file;

import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts environment variables into values: {@code ${NAME}}, {@code ${NAME:-default}}, $${ for ${.
 */
public final class Environment {
  private static final Pattern REFERENCE =
      Pattern.compile("\\$(\\$)?\\{(?:([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?)?");

  private final Function<String, @Nullable String> variables;

  public Environment(Function<String, @Nullable String> variables) {
    this.variables = variables;
  }

  /**
   * The text with its references replaced.
   *
   * @throws IllegalArgumentException with a message that names the variable
   */
  String substitute(String text) {
    if (!text.contains("${")) {
      return text;
    }
    StringBuilder result = new StringBuilder();
    int done = 0;
    Matcher reference = REFERENCE.matcher(text);
    while (reference.find(done)) {
      result.append(text, done, reference.start());
      if (reference.group(1) != null) {
        result.append("${");
        done = reference.start() + 3;
        continue;
      }
      String name = reference.group(2);
      if (name == null || reference.end() == text.length() || text.charAt(reference.end()) != '}') {
        throw new IllegalArgumentException(
            "has a broken reference, expected ${NAME} or ${NAME:-default} ($${ stands for ${)");
      }
      result.append(valueOf(name, reference.group(3)));
      done = reference.end() + 1;
    }
    return result.append(text, done, text.length()).toString();
  }

  private String valueOf(String name, @Nullable String otherwise) {
    String value = variables.apply(name);
    if (value != null && !(value.isEmpty() && otherwise != null)) {
      return value;
    }
    if (otherwise == null) {
      throw new IllegalArgumentException(
          "needs the environment variable %s, which is not set (${%s:-default} would give a default)"
              .formatted(name, name));
    }
    return otherwise;
  }
}
