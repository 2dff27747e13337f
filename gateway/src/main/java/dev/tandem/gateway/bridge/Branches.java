package dev.tandem.gateway.bridge;

import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.routing.RouteDecision;
import dev.tandem.gateway.routing.Source;
import java.util.concurrent.CompletableFuture;

/**
 * Makes the branches of calls for callers who speak something that has no request to copy from.
 * Everything else is as for those who call by SIP: rounds, failover, redirects, limits.
 */
public interface Branches {

  /**
   * What an INVITE says of the session when it leaves: perhaps more than is known now, since such a
   * caller may still be gathering its addresses.
   */
  @FunctionalInterface
  interface Description {
    /** The description is complete already. */
    Description COMPLETE = CompletableFuture::completedFuture;

    /** Called on the call's executor; completes anywhere. */
    CompletableFuture<Payload> complete(Payload invite);
  }

  /** Whom to ring, as routing has decided; the decision leads somewhere. */
  Callees to(RouteDecision decision, Source caller, Description description);
}
