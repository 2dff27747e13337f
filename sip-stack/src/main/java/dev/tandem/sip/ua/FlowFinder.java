package dev.tandem.sip.ua;

import dev.tandem.sip.transport.Flow;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.sip.address.URI;

/** Finds the way for a request inside a dialog. Never blocks; called on the dialog's executor. */
@FunctionalInterface
public interface FlowFinder {

  /**
   * Where a request goes next. Comes at once when nobody needs to be asked, and never fails.
   *
   * @param nextHop the first route, or the remote target (RFC 3261 §8.1.2)
   * @param last the flow that the dialog used so far; the answer for as long as it lives, if it is
   *     connection-oriented (RFC 5923)
   * @return empty when the peer cannot be reached any more
   */
  CompletableFuture<Optional<Flow>> find(URI nextHop, Flow last);
}
