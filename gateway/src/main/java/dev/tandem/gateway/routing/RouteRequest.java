package dev.tandem.gateway.routing;

import org.jspecify.annotations.Nullable;

/**
 * What routing must know of a request.
 *
 * @param user of the Request-URI, unescaped; the number of a tel URI
 * @param host of the Request-URI in lower case; empty for a tel URI, or where it means us anyhow
 * @param fromTrunk whether a trunk sent it
 * @param rights whom the sender may call
 * @param instance of the one device that is meant (RFC 5627); null for all of the user's
 */
public record RouteRequest(
    String user, String host, boolean fromTrunk, DialRights rights, @Nullable String instance) {

  /** For all of the user's devices. */
  public RouteRequest(String user, String host, boolean fromTrunk, DialRights rights) {
    this(user, host, fromTrunk, rights, null);
  }
}
