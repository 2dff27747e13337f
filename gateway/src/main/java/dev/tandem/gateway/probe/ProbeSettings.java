package dev.tandem.gateway.probe;

import dev.tandem.gateway.config.TandemConfig;
import dev.tandem.gateway.config.trunk.TrunkConfig;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is to be checked.
 *
 * @param number is called; null for no call
 * @param fromUser of From in the call; null for what the trunk's settings say
 * @param timeout for each single connection or answer
 * @param callBack how long the peer may call us; zero for not at all
 */
public record ProbeSettings(
    TandemConfig config,
    TrunkConfig trunk,
    @Nullable String number,
    @Nullable String fromUser,
    Duration timeout,
    Duration callBack) {
  private static final Pattern USER = Pattern.compile("[0-9A-Za-z+*#._~!$&=-]{1,64}");
  private static final Duration LONGEST = Duration.ofMinutes(10);

  /**
   * Checks what a person has typed.
   *
   * @throws IllegalArgumentException in words
   */
  public ProbeSettings {
    require("--number", number);
    require("--from", fromUser);
    if (timeout.compareTo(Duration.ofMillis(100)) < 0 || timeout.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("--timeout is from 100ms to 10m");
    }
    if (callBack.isNegative() || callBack.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("--wait is from 0s to 10m");
    }
  }

  private static void require(String option, @Nullable String user) {
    if (user != null && !USER.matcher(user).matches()) {
      throw new IllegalArgumentException(
          option + " was \"" + user + "\", expected a number or user such as +49301234567");
    }
  }
}
