package dev.tandem.gateway.trunk;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What became of a request of ours to a trunk.
 *
 * @param status of the final response; 408 or 503 where none came
 * @param words what the response says, or what happened instead of one
 * @param came whether a response came
 * @param expires how long the registrar keeps our Contact; null when it does not say
 * @param minExpires the least that it takes (RFC 3261 §20.23); null when it does not say
 * @param retryAfter when to try again (§20.33); null when it does not say
 */
public record TrunkAnswer(
    int status,
    String words,
    boolean came,
    @Nullable Duration expires,
    @Nullable Duration minExpires,
    @Nullable Duration retryAfter) {

  /** No response came. */
  public static TrunkAnswer missing(int status, String words) {
    return new TrunkAnswer(status, words, false, null, null, null);
  }

  /** For people. */
  String told() {
    return came ? status + " " + words : words;
  }
}
