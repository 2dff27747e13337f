package dev.tandem.gateway;

import java.time.Clock;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * What the gateway takes from its surroundings: time, and a thread for delayed work. A test gives a
 * clock that it moves itself.
 *
 * @param executor owned by the gateway from its start
 */
public record GatewayEnvironment(ScheduledExecutorService executor, InstantSource clock) {

  /** The system's clock and one timer thread. */
  public static GatewayEnvironment system() {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "tandem-timer");
              thread.setDaemon(true);
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
    return new GatewayEnvironment(executor, Clock.systemUTC());
  }
}
