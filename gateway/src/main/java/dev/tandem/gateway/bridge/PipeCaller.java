package dev.tandem.gateway.bridge;

import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.call.Payload;
import org.jspecify.annotations.Nullable;

/** The end of a pipe that calls: the caller's leg of the call that a transfer makes. */
final class PipeCaller extends PipeEnd implements CallerLeg {
  private @Nullable BlindTransfer transfer;

  void watchedBy(BlindTransfer watcher) {
    transfer = watcher;
  }

  private BlindTransfer transfer() {
    BlindTransfer watcher = transfer;
    if (watcher == null) {
      throw new IllegalStateException("nobody transfers here");
    }
    return watcher;
  }

  @Override
  public void progress(int status, String reason, Payload payload) {
    transfer().run(() -> transfer().progressed(status, reason));
  }

  @Override
  public void answer(Payload payload) {
    transfer().run(() -> transfer().answered(payload));
  }

  @Override
  public void refuse(int status, String reason, Payload payload) {
    transfer().run(() -> transfer().refused(status, reason));
  }

  @Override
  void hungUpEarly(Cause cause) {
    transfer().run(() -> transfer().targetHungUp(cause));
  }
}
