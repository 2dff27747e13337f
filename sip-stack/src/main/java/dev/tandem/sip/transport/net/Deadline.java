package dev.tandem.sip.transport.net;

import dev.tandem.sip.time.Timers;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happens on a flow's thread unless it is called off in time. Setting it again
 * replaces what was set. Used on that thread only.
 */
final class Deadline {
  private final Timers timers;
  private final Executor flowThread;
  private Timers.@Nullable Timer timer;

  /** Tells a firing that is on its way to the flow's thread that it was called off meanwhile. */
  private int generation;

  Deadline(Timers timers, Executor flowThread) {
    this.timers = timers;
    this.flowThread = flowThread;
  }

  void set(Duration delay, Runnable action) {
    clear();
    int mine = generation;
    timer =
        timers.schedule(
            delay,
            () ->
                flowThread.execute(
                    () -> {
                      if (mine == generation) {
                        clear();
                        action.run();
                      }
                    }));
  }

  void clear() {
    generation++;
    Timers.Timer set = timer;
    if (set != null) {
      set.cancel();
      timer = null;
    }
  }

  boolean isSet() {
    return timer != null;
  }
}
