package dev.tandem.gateway.config.file;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Finds what someone meant who wrote a key that does not exist. */
public final class Spelling {
  private Spelling() {}

  /** The end of a message: the likely key, or all that there are. */
  public static String suggest(String written, Collection<String> known) {
    String lower = written.toLowerCase(Locale.ROOT);
    return known.stream()
        .min(Comparator.comparingInt(key -> distance(lower, key.toLowerCase(Locale.ROOT))))
        .filter(
            key ->
                distance(lower, key.toLowerCase(Locale.ROOT)) <= Math.max(2, written.length() / 3))
        .map(key -> "; did you mean " + key + "?")
        .orElseGet(() -> known.isEmpty() ? "" : "; expected one of " + String.join(", ", known));
  }

  /** Edits (insert, delete, replace, swap of neighbours) from one word to the other. */
  private static int distance(String a, String b) {
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          edits[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        edits[i][j] =
            Math.min(Math.min(edits[i - 1][j], edits[i][j - 1]) + 1, edits[i - 1][j - 1] + change);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
        }
      }
    }
    return edits[a.length()][b.length()];
  }
}
