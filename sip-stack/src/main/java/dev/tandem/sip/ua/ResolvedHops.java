package dev.tandem.sip.ua;

import dev.tandem.sip.dns.Destination;
import dev.tandem.sip.dns.DestinationResolver;
import dev.tandem.sip.dns.ResolutionException;
import dev.tandem.sip.dns.SipTarget;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.Transport;
import dev.tandem.sip.transport.net.Sockets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ways to a server that DNS tells (RFC 3263 §4), for one request. Used by its owner alone. */
final class ResolvedHops implements Hops {
  private static final Logger log = LoggerFactory.getLogger(ResolvedHops.class);

  /** RFC 3261 §18.1.1, for a path whose MTU nobody knows. Via and Contact are not in the count. */
  private static final int MAX_OVER_UDP = 1300 - 200;

  private final SipTarget target;
  private final HopRules rules;
  private final DestinationResolver resolver;
  private final Sockets sockets;
  private final Duration firstResponse;
  private @Nullable Deque<Destination> left; // null until it is known
  private @Nullable Destination tried;
  private @Nullable Destination byUdpAfterAll;
  private boolean triedInsteadOfUdp;
  private boolean tooLarge;
  private boolean worked;

  ResolvedHops(
      SipTarget target,
      HopRules rules,
      DestinationResolver resolver,
      Sockets sockets,
      Duration firstResponse) {
    this.target = target;
    this.rules = rules;
    this.resolver = resolver;
    this.sockets = sockets;
    this.firstResponse = firstResponse;
  }

  @Override
  public CompletableFuture<Optional<Flow>> next(IntSupplier bytes) {
    Destination failed = tried;
    tried = null;
    if (failed != null) {
      log.debug("{} failed for {}", failed, target.host());
      if (triedInsteadOfUdp) {
        resolver.refusesTcp(failed);
      } else {
        resolver.failed(failed);
      }
    }
    triedInsteadOfUdp = false;
    if (left != null) {
      return CompletableFuture.completedFuture(Optional.ofNullable(take(left, bytes)));
    }
    CompletableFuture<List<Destination>> search = resolver.resolve(target);
    if (search.isDone() && !search.isCompletedExceptionally()) {
      return CompletableFuture.completedFuture(
          Optional.ofNullable(take(found(search.join()), bytes)));
    }
    return search.handle(
        (destinations, failure) -> {
          if (failure != null) {
            String problem = ResolutionException.of(failure).getMessage();
            log.info("No way to {}: {}", target.host(), problem);
            found(List.of());
            return Optional.empty();
          }
          return Optional.ofNullable(take(found(destinations), bytes));
        });
  }

  private Deque<Destination> found(List<Destination> destinations) {
    Deque<Destination> all = new ArrayDeque<>(destinations);
    left = all;
    return all;
  }

  private @Nullable Flow take(Deque<Destination> all, IntSupplier bytes) {
    for (Destination next = all.poll(); next != null; next = all.poll()) {
      Destination chosen = next;
      if (isTooLarge(next, bytes)) {
        if (rules.largeRequests() == LargeRequests.REFUSE) {
          tooLarge = true;
          continue;
        }
        Destination byTcp = next.by(Transport.TCP);
        if (resolver.mayTakeTcp(byTcp)) {
          byUdpAfterAll = next;
          all.addFirst(next);
          chosen = byTcp;
        }
      }
      Flow flow =
          sockets.flowTo(chosen.transport(), chosen.address(), chosen.tlsName(), rules.tls());
      if (flow != null) {
        tried = chosen;
        triedInsteadOfUdp = !chosen.equals(next);
        return flow;
      }
    }
    return null;
  }

  private boolean isTooLarge(Destination next, IntSupplier bytes) {
    return next.transport() == Transport.UDP
        && rules.largeRequests() != LargeRequests.UDP
        && !next.equals(byUdpAfterAll)
        && bytes.getAsInt() > MAX_OVER_UDP;
  }

  @Override
  public boolean hasMore() {
    return left == null || !left.isEmpty();
  }

  @Override
  public void worked() {
    Destination answered = tried;
    if (!worked && answered != null) {
      worked = true;
      resolver.worked(answered);
    }
  }

  @Override
  public Duration firstResponse() {
    return firstResponse;
  }

  @Override
  public int failureStatus() {
    return tooLarge ? 513 : rules.failureStatus();
  }

  @Override
  public String failureReason() {
    return tooLarge ? "Message Too Large" : rules.failureReason();
  }
}
