package dev.tandem.gateway.config;

import dev.tandem.gateway.config.value.ByteSize;
import dev.tandem.gateway.config.value.ConfigException;
import dev.tandem.gateway.config.value.Durations;
import java.time.Duration;

/**
 * The JSON dialect {@code tandem.v1}.
 *
 * @param enabled whether it is spoken
 * @param guests whether who gives only a name may register, as {@code guest-NAME}
 * @param plainPasswords whether a password is taken from a connection that others may read
 * @param registerTimeout how long a connection has to register
 * @param resumeWindow how long a session waits for its client to come back; its calls wait too
 * @param gatherTime how long an offer or answer towards SIP waits for a client's candidates
 * @param gatherQuiet how long it waits after the last, when there is one that others can reach
 * @param maxFrame a larger frame is refused
 * @param framesPerSecond of one connection, after a burst of twice as many
 * @param callsPerMinute that one session begins
 * @param callsPerSession at once
 * @param roomsPerSession at once
 * @param peersPerRoom at once
 * @param failedLoginsPerMinute from one address; guests, who prove nothing, count as failures
 * @param maxSessions of all clients at once
 * @param tutorial whether the pages are served that tutorials of signalling ask for
 */
public record JsonConfig(
    boolean enabled,
    boolean guests,
    boolean plainPasswords,
    Duration registerTimeout,
    Duration resumeWindow,
    Duration gatherTime,
    Duration gatherQuiet,
    ByteSize maxFrame,
    int framesPerSecond,
    int callsPerMinute,
    int callsPerSession,
    int roomsPerSession,
    int peersPerRoom,
    int failedLoginsPerMinute,
    int maxSessions,
    boolean tutorial) {
  public JsonConfig {
    Durations.requireBetween(
        "json.registerTimeout", registerTimeout, Duration.ofSeconds(1), Duration.ofMinutes(5));
    Durations.requireBetween(
        "json.resumeWindow", resumeWindow, Duration.ZERO, Duration.ofMinutes(10));
    Durations.requireBetween("json.gatherTime", gatherTime, Duration.ZERO, Duration.ofSeconds(40));
    Durations.requireBetween("json.gatherQuiet", gatherQuiet, Duration.ZERO, gatherTime);
    atLeast("maxFrame", maxFrame.bytes(), 8192);
    atLeast("framesPerSecond", framesPerSecond, 1);
    atLeast("callsPerMinute", callsPerMinute, 1);
    atLeast("callsPerSession", callsPerSession, 1);
    atLeast("roomsPerSession", roomsPerSession, 0);
    atLeast("peersPerRoom", peersPerRoom, 2);
    atLeast("failedLoginsPerMinute", failedLoginsPerMinute, 1);
    atLeast("maxSessions", maxSessions, 1);
  }

  private static void atLeast(String key, int value, int least) {
    if (value < least) {
      throw new ConfigException("json." + key, "must be at least " + least + ", was " + value);
    }
  }
}
