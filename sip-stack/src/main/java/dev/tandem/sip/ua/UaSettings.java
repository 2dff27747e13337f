package dev.tandem.sip.ua;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a user agent says of itself and how patient it is.
 *
 * @param product the Server and User-Agent header
 * @param methods Allow (RFC 3261 §20.5)
 * @param extensions Supported, and what Require may name (§8.2.2.3)
 * @param t1 the round-trip estimate that a 2xx is repeated by (§17.1.1.1)
 * @param t2 the longest pause between repetitions
 * @param probe how often a peer without session timers is asked whether it is still there; null for
 *     never
 * @param sessionTimer null when sessions never expire; {@code timer} must be an extension otherwise
 */
public record UaSettings(
    String product,
    List<String> methods,
    List<String> extensions,
    Duration t1,
    Duration t2,
    @Nullable Duration probe,
    @Nullable SessionTimerSettings sessionTimer) {

  /** RFC 3261's own timers, and none for sessions. */
  public UaSettings(String product, List<String> methods, List<String> extensions) {
    this(product, methods, extensions, null);
  }

  /** RFC 3261's own timers. */
  public UaSettings(
      String product,
      List<String> methods,
      List<String> extensions,
      @Nullable SessionTimerSettings sessionTimer) {
    this(product, methods, extensions, null, sessionTimer);
  }

  /** RFC 3261's own timers. */
  public UaSettings(
      String product,
      List<String> methods,
      List<String> extensions,
      @Nullable Duration probe,
      @Nullable SessionTimerSettings sessionTimer) {
    this(
        product,
        methods,
        extensions,
        Duration.ofMillis(500),
        Duration.ofSeconds(4),
        probe,
        sessionTimer);
  }

  public UaSettings {
    methods = List.copyOf(methods);
    extensions = List.copyOf(extensions);
  }

  /** How long to wait for an ACK, or for the final response after a CANCEL: 64*T1. */
  Duration patience() {
    return t1.multipliedBy(64);
  }
}
