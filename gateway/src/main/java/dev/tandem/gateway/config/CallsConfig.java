package dev.tandem.gateway.config;

import dev.tandem.gateway.config.value.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The rules of time for calls.
 *
 * @param noAnswer how long a callee's devices ring
 * @param maxDuration how long an answered call may last; null for no limit
 * @param hunting how it is looked for somebody who answers
 * @param detachWindow how long a call waits for a device whose WebSocket died; zero for not at all
 * @param transfer who carries out what a REFER inside a call asks for
 * @param probe how often a peer without session timers is asked whether it is still in the call;
 *     null for never
 * @param drainTime how long running calls may go on after SIGTERM
 * @param causeHeader whether who is refused is told the cause in a header of ours
 */
public record CallsConfig(
    Duration noAnswer,
    @Nullable Duration maxDuration,
    HuntingConfig hunting,
    Duration detachWindow,
    Transfer transfer,
    @Nullable Duration probe,
    Duration drainTime,
    boolean causeHeader,
    SessionTimerConfig sessionTimer) {

  /** Who carries a transfer out. */
  public enum Transfer {
    /** The gateway. */
    LOCAL,
    /** The phone or PBX that is transferred, if it takes REFER. */
    PEER
  }

  public CallsConfig {
    Durations.requireBetween(
        "calls.noAnswer", noAnswer, Duration.ofSeconds(1), Duration.ofHours(1));
    if (maxDuration != null) {
      Durations.requireBetween(
          "calls.maxDuration", maxDuration, Duration.ofSeconds(1), Duration.ofDays(30));
    }
    Durations.requireBetween(
        "calls.detachWindow", detachWindow, Duration.ZERO, Duration.ofMinutes(10));
    if (probe != null) {
      Durations.requireBetween("calls.probe", probe, Duration.ofSeconds(30), Duration.ofDays(1));
    }
    Durations.requireBetween("calls.drainTime", drainTime, Duration.ZERO, Duration.ofDays(1));
  }
}
