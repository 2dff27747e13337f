package dev.tandem.gateway.routing;

import java.util.Locale;
import java.util.Set;

/**
 * Which headers cross a call: end-to-end ones of RFC 3261 §20 and its extensions, and {@code X-*}.
 * Never those that speak of one leg: who is asking, by which way, with which credentials, under
 * which timers. Rules may let fewer through, never more.
 */
public final class Crossing {
  private static final Set<String> NAMES =
      Set.of(
          "accept-language",
          "alert-info",
          "call-info",
          "content-disposition",
          "content-encoding",
          "content-language",
          "info-package",
          "organization",
          "priority",
          "reason",
          "retry-after",
          "subject",
          "user-to-user",
          "warning");

  /** What we say of a refusal; from anybody else it would mean nothing. */
  private static final String OURS = "x-tandem-cause";

  private Crossing() {}

  public static boolean allows(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return (lower.startsWith("x-") && !lower.equals(OURS) && isToken(lower))
        || NAMES.contains(lower);
  }

  /** RFC 3261 §25.1. What is none may end elsewhere for the next reader, and go on as another. */
  private static boolean isToken(String lower) {
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (!alphanumeric && "-.!%*_+`'~".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }
}
