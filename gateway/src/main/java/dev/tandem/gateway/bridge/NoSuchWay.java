package dev.tandem.gateway.bridge;

import dev.tandem.gateway.call.Body;
import dev.tandem.gateway.call.Cause;
import java.util.concurrent.CompletableFuture;

/** Stands between two legs whose media cannot go the way that one of them wants: neither hears. */
public record NoSuchWay(Cause cause) implements RelayedMedia {
  private CompletableFuture<Outcome> refusal() {
    return CompletableFuture.completedFuture(Outcome.failed(cause));
  }

  @Override
  public CompletableFuture<Outcome> offer(Side by, Body sdp) {
    return refusal();
  }

  @Override
  public CompletableFuture<Outcome> answer(Side by, Body sdp) {
    return refusal();
  }

  @Override
  public CompletableFuture<Outcome> press(Side by, Keypress pressed) {
    return refusal();
  }

  @Override
  public CompletableFuture<Outcome> record(Recording wish) {
    return refusal();
  }

  @Override
  public void refused() {}

  @Override
  public void close() {}
}
