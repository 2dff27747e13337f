package dev.tandem.gateway.config.file;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration cannot be used. The message is the whole report, one problem a line. */
public final class InvalidConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * One thing to mend.
   *
   * @param key the full key; empty when the file as a whole is meant
   * @param line from 1; 0 when unknown
   * @param column from 1; 0 when unknown
   * @param message what is wrong, the value (never a secret), and what was expected
   */
  public record Problem(String key, int line, int column, String message) {}

  private final transient List<Problem> problems;

  public InvalidConfigException(String source, List<Problem> problems) {
    super(report(source, problems));
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }

  private static String report(String source, List<Problem> problems) {
    return problems.stream()
        .map(
            problem ->
                source
                    + (problem.line() == 0 ? "" : ":" + problem.line() + ":" + problem.column())
                    + ": "
                    + (problem.key().isEmpty() ? "" : problem.key() + ": ")
                    + problem.message())
        .collect(Collectors.joining("\n"));
  }
}
