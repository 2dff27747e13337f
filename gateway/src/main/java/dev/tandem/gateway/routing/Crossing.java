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
    return (lower.startsWith("x-") && !lower.equals(OURS)) || NAMES.contains(lower);
  }
}
