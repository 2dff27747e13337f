package dev.tandem.gateway.routing;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What routing must know of a request.
 *
 * @param user of the Request-URI, unescaped; the number of a tel URI
 * @param host of the Request-URI in lower case; empty for a tel URI, or where it means us anyhow
 * @param instance of the one device that is meant (RFC 5627); null for all of the user's
 * @param headers for rules that ask for one
 * @param at when
 * @param kind what it is
 */
public record RouteRequest(
    String user,
    String host,
    Source source,
    @Nullable String instance,
    RequestHeaders headers,
    Instant at,
    Kind kind) {

  /** Limits are for calls. */
  public enum Kind {
    CALL,
    MESSAGE
  }

  /** A call to all of the user's devices, with no header that a rule could ask for. */
  public RouteRequest(String user, String host, Source source, Instant at) {
    this(user, host, source, null, RequestHeaders.NONE, at, Kind.CALL);
  }

  RouteRequest to(String number) {
    return new RouteRequest(number, host, source, instance, headers, at, kind);
  }

  RouteRequest by(Source other) {
    return new RouteRequest(user, host, other, instance, headers, at, kind);
  }
}
