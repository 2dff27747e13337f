package dev.tandem.gateway.probe;

import org.jspecify.annotations.Nullable;

/**
 * One verdict.
 *
 * @param words what is so, and what it means
 * @param advice what to change; null when nothing is to be done
 */
public record Finding(Grade grade, String words, @Nullable String advice) {

  /** How good it is, the best first. */
  public enum Grade {
    OK("ok"),
    SKIPPED("skipped"),
    WARNING("warning"),
    FAILED("failed");

    private final String word;

    Grade(String word) {
      this.word = word;
    }

    /** As it is printed. */
    public String word() {
      return word;
    }
  }

  static Finding ok(String words) {
    return new Finding(Grade.OK, words, null);
  }

  static Finding skipped(String words) {
    return new Finding(Grade.SKIPPED, words, null);
  }

  static Finding skipped(String words, String advice) {
    return new Finding(Grade.SKIPPED, words, advice);
  }

  static Finding warning(String words, String advice) {
    return new Finding(Grade.WARNING, words, advice);
  }

  static Finding failed(String words, String advice) {
    return new Finding(Grade.FAILED, words, advice);
  }
}
