package dev.tandem.gateway.sip.target;

import dev.tandem.sip.dns.SipTarget;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.Transport;
import dev.tandem.sip.ua.FlowFinder;
import dev.tandem.sip.ua.NextHops;
import dev.tandem.sip.ua.SipTargets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.sip.address.URI;

/**
 * Which flow leads on inside a dialog. A connection is used for as long as it lives (RFC 5923), and
 * a WebSocket cannot be made anew from here; else the next hop says where it is (RFC 3263), or if
 * that leads nowhere, as with many a peer behind NAT, requests go where the last packet came from.
 * Thread-safe.
 */
public final class Ways implements FlowFinder {
  private final NextHops hops;

  public Ways(NextHops hops) {
    this.hops = hops;
  }

  @Override
  public CompletableFuture<Optional<Flow>> find(URI nextHop, Flow last) {
    Transport transport = last.transport();
    if (transport.isReliable() && last.isOpen()) {
      return CompletableFuture.completedFuture(Optional.of(last));
    }
    if (transport.isWebSocket()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    SipTarget target = SipTargets.of(nextHop);
    return target == null
        ? CompletableFuture.completedFuture(Optional.ofNullable(hops.again(last)))
        : hops.inDialog(target, last);
  }
}
