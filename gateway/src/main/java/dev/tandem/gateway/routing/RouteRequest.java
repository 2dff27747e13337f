package dev.tandem.gateway.routing;

/**
 * What routing must know of a request.
 *
 * @param user of the Request-URI, unescaped; the number of a tel URI
 * @param host of the Request-URI in lower case; empty for a tel URI, or where it means us anyhow
 * @param fromTrunk whether a trunk sent it
 * @param rights whom the sender may call
 */
public record RouteRequest(String user, String host, boolean fromTrunk, DialRights rights) {}
