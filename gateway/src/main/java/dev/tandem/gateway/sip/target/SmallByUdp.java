package dev.tandem.gateway.sip.target;

import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.Transport;
import dev.tandem.sip.ua.Hops;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;

/** The ways of a request that must not go by UDP when it is large, to nobody (RFC 3428 §8). */
final class SmallByUdp implements Hops {
  private final Hops all;
  private final int size;
  private final int maxOverUdp;
  private boolean tooLarge;

  SmallByUdp(Hops all, int size, int maxOverUdp) {
    this.all = all;
    this.size = size;
    this.maxOverUdp = maxOverUdp;
  }

  @Override
  public CompletableFuture<Optional<Flow>> next(IntSupplier bytes) {
    return all.next(bytes)
        .thenCompose(
            flow -> {
              boolean fits =
                  flow.map(Flow::transport).orElse(null) != Transport.UDP || size <= maxOverUdp;
              if (fits) {
                return CompletableFuture.completedFuture(flow);
              }
              tooLarge = true;
              return all.hasMore()
                  ? next(bytes)
                  : CompletableFuture.completedFuture(Optional.empty());
            });
  }

  @Override
  public boolean hasMore() {
    return all.hasMore();
  }

  @Override
  public void worked() {
    all.worked();
  }

  @Override
  public Duration firstResponse() {
    return all.firstResponse();
  }

  @Override
  public int failureStatus() {
    return tooLarge ? 513 : all.failureStatus();
  }

  @Override
  public String failureReason() {
    return tooLarge ? "Message Too Large" : all.failureReason();
  }
}
