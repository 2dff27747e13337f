package dev.tandem.gateway.config.value;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which of the headers that cross a call go on, and what is added. Names are in lower case; one
 * that ends with a star stands for all that begin so.
 *
 * @param keep only these; null for all that cross
 * @param remove not these
 * @param add these, with one value each, in place of what came under the same name
 */
public record HeaderRules(
    @Nullable List<String> keep, List<String> remove, Map<String, String> add) {
  public static final HeaderRules NONE = new HeaderRules(null, List.of(), Map.of());

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-.!%_+`'~]+\\*?|\\*");
  private static final Pattern NAME_TO_ADD = Pattern.compile("[A-Za-z0-9-.!%_+`'~]+");

  /** Those that make a request what it is; who could set them could send it anywhere. */
  private static final Set<String> OURS =
      Set.of(
          "via",
          "v",
          "from",
          "f",
          "to",
          "t",
          "call-id",
          "i",
          "cseq",
          "contact",
          "m",
          "max-forwards",
          "route",
          "record-route",
          "content-length",
          "l",
          "content-type",
          "c",
          "require",
          "proxy-require",
          "supported",
          "k",
          "allow",
          "authorization",
          "proxy-authorization",
          "session-expires",
          "x",
          "min-se",
          "rack",
          "rseq",
          "replaces",
          "path",
          "privacy",
          "p-asserted-identity",
          "p-preferred-identity");

  public HeaderRules {
    keep = keep == null ? null : List.copyOf(keep);
    remove = List.copyOf(remove);
    add = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(add));
  }

  public static boolean mayBeAdded(String name) {
    return NAME_TO_ADD.matcher(name).matches() && !OURS.contains(name.toLowerCase(Locale.ROOT));
  }

  public static String name(String text) {
    if (!NAME.matcher(text).matches()) {
      throw new IllegalArgumentException("a header's name, such as Subject or X-*");
    }
    return text.toLowerCase(Locale.ROOT);
  }

  public static String value(String text) {
    if (text.isEmpty() || text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw new IllegalArgumentException("one line of text");
    }
    return text;
  }

  /** Whether a header of the caller's goes on. */
  public boolean lets(String name) {
    List<String> kept = keep;
    String lower = name.toLowerCase(Locale.ROOT);
    return (kept == null || lists(kept, lower))
        && !lists(remove, lower)
        && add.keySet().stream().noneMatch(name::equalsIgnoreCase);
  }

  private static boolean lists(List<String> patterns, String name) {
    for (String pattern : patterns) {
      if (pattern.endsWith("*")
          ? name.startsWith(pattern.substring(0, pattern.length() - 1))
          : name.equals(pattern)) {
        return true;
      }
    }
    return false;
  }
}
