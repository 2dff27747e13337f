package dev.tandem.sip.ua;

import dev.tandem.sip.dns.Destination;
import dev.tandem.sip.dns.DestinationResolver;
import dev.tandem.sip.dns.ResolutionException;
import dev.tandem.sip.dns.SipTarget;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.Transport;
import dev.tandem.sip.transport.net.Sockets;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds ways to servers: where they are by {@link DestinationResolver}, and the flow there by our
 * {@link Sockets}. Thread-safe; never blocks.
 */
public final class NextHops {
  private static final Logger log = LoggerFactory.getLogger(NextHops.class);

  private final DestinationResolver resolver;
  private final Sockets sockets;
  private final Duration firstResponse;

  /**
   * Makes a finder.
   *
   * @param firstResponse how long an INVITE waits for its first response when there is another way
   */
  public NextHops(DestinationResolver resolver, Sockets sockets, Duration firstResponse) {
    this.resolver = resolver;
    this.sockets = sockets;
    this.firstResponse = firstResponse;
  }

  /** The ways to a target, for one request. */
  public Hops to(SipTarget target, HopRules rules) {
    Duration own = rules.firstResponse();
    return new ResolvedHops(target, rules, resolver, sockets, own == null ? firstResponse : own);
  }

  /**
   * The way for a request inside a dialog whose last connection cannot be used: to the first
   * destination that we have a socket for. Where the target is nowhere, the request goes where the
   * last packet came from, as it must with many a peer behind NAT. Empty when there is no socket
   * for that either; never fails.
   */
  public CompletableFuture<Optional<Flow>> inDialog(SipTarget target, Flow last) {
    boolean saysNoTransport = target.transport() == null && !target.secure();
    SipTarget asBefore =
        saysNoTransport && last.transport().isReliable()
            ? new SipTarget(target.host(), target.port(), last.transport(), false)
            : target;
    CompletableFuture<List<Destination>> search = resolver.resolve(asBefore);
    if (search.isDone() && !search.isCompletedExceptionally()) {
      return CompletableFuture.completedFuture(Optional.ofNullable(choose(search.join(), last)));
    }
    return search.handle(
        (destinations, failure) -> {
          if (failure == null) {
            return Optional.ofNullable(choose(destinations, last));
          }
          log.debug("{}", ResolutionException.of(failure).getMessage());
          return Optional.ofNullable(again(last));
        });
  }

  /**
   * The flow to an address that is known; null when there is no socket that can reach it.
   *
   * @param host that led there, which a certificate must name on TLS
   */
  public @Nullable Flow at(
      Transport transport, InetSocketAddress address, String host, HopRules rules) {
    return sockets.flowTo(transport, address, host, rules.tls());
  }

  /** The same way as before, to where the last packet came from; null when there is no socket. */
  public @Nullable Flow again(Flow last) {
    return last.isOpen() ? last : sockets.flowTo(last.transport(), last.remote(), null);
  }

  private @Nullable Flow choose(List<Destination> destinations, Flow last) {
    for (Destination each : destinations) {
      if (each.transport() == last.transport() && each.address().equals(last.remote())) {
        return again(last); // by TLS as the same peer too
      }
    }
    for (Destination each : destinations) {
      Flow flow = sockets.flowTo(each.transport(), each.address(), each.tlsName());
      if (flow != null) {
        return flow;
      }
    }
    return again(last);
  }
}
