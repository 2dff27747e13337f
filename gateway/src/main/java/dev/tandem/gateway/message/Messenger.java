package dev.tandem.gateway.message;

import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.routing.RouteRequest;

/**
 * Sends pager-mode messages for those who do not send them by SIP; every rule is the same for both.
 * Thread-safe; nothing blocks.
 */
public interface Messenger {

  /** Told on any thread. */
  @FunctionalInterface
  interface Outcome {
    /** Told once: 200 when a device has it, 202 when it is kept for later; else a SIP status. */
    void done(int status, String reason);

    /**
     * What became of one that was kept; told once, perhaps before {@link #done} is. Kept as long as
     * the message, so what it refers to is.
     *
     * @param status 200 when a device has it; else why none ever will
     */
    default void later(int status, String reason) {}
  }

  /**
   * Sends one.
   *
   * @param request who sends it and to whom; of kind {@link RouteRequest.Kind#MESSAGE}
   */
  void send(RouteRequest request, Payload message, Outcome outcome);
}
