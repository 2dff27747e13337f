package dev.tandem.gateway.sip.target;

import dev.tandem.gateway.sip.header.RouteSet;
import dev.tandem.gateway.sip.identity.Party;
import dev.tandem.sip.ua.Hops;
import dev.tandem.sip.ua.PeerCredentials;
import java.util.function.Supplier;
import javax.sip.address.Address;
import javax.sip.address.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where a request of ours goes, and as whose: everything about it but what it carries.
 *
 * @param callee whom it reaches there
 * @param maxForwards one less than in the request that it passes on (RFC 3261 §16.3 item 3)
 * @param hops asked when a request is sent, once for each: the ways that it can go
 * @param device the client that it goes to, if it could come back on another connection
 * @param path the proxies that it visits on its way
 * @param credentials to answer its challenges with, other than the trunk's; null for none
 */
public record Target(
    URI requestUri,
    Address from,
    Address to,
    Party callee,
    int maxForwards,
    Supplier<Hops> hops,
    @Nullable Device device,
    RouteSet path,
    @Nullable PeerCredentials credentials) {

  /** Without credentials of its own. */
  Target(
      URI requestUri,
      Address from,
      Address to,
      Party callee,
      int maxForwards,
      Supplier<Hops> hops,
      @Nullable Device device,
      RouteSet path) {
    this(requestUri, from, to, callee, maxForwards, hops, device, path, null);
  }
}
