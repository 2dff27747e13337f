package dev.tandem.gateway.limit;

import java.util.concurrent.atomic.AtomicBoolean;

/** The right to one call, to be given back at its end. Thread-safe. */
public final class Permit {
  /** Where nothing is counted. */
  public static final Permit NONE = new Permit(() -> {});

  private final Runnable giveBack;
  private final AtomicBoolean released = new AtomicBoolean();

  Permit(Runnable giveBack) {
    this.giveBack = giveBack;
  }

  /** Gives it back; a second time does nothing. */
  public void release() {
    if (released.compareAndSet(false, true)) {
      giveBack.run();
    }
  }
}
