package dev.tandem.sip.ua;

import dev.tandem.sip.transport.Flow;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** The one flow to a client: there is no other way to it. */
final class OnlyHop implements Hops {
  private @Nullable Flow flow;

  OnlyHop(@Nullable Flow flow) {
    this.flow = flow;
  }

  @Override
  public CompletableFuture<Optional<Flow>> next(IntSupplier bytes) {
    Flow next = flow;
    flow = null;
    return CompletableFuture.completedFuture(Optional.ofNullable(next));
  }

  @Override
  public boolean hasMore() {
    return flow != null;
  }

  @Override
  public void worked() {}

  @Override
  public Duration firstResponse() {
    return Duration.ofSeconds(32);
  }

  @Override
  public int failureStatus() {
    return 480;
  }

  @Override
  public String failureReason() {
    return "Connection Lost";
  }
}
