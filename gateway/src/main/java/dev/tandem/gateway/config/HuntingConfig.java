package dev.tandem.gateway.config;

import dev.tandem.gateway.config.value.ConfigException;
import dev.tandem.gateway.config.value.Durations;
import java.time.Duration;
import java.util.Set;

/**
 * How a call looks for somebody who answers.
 *
 * @param forking whether a user's devices ring together or one after the other, by q
 * @param serialTimeout how long each rings when another waits for its turn
 * @param redirect what is done with a 3xx
 * @param maxRedirects to how many targets in all one call is redirected
 * @param diversion who is told by whom a call was diverted
 */
public record HuntingConfig(
    Forking forking,
    Duration serialTimeout,
    Redirect redirect,
    int maxRedirects,
    Set<Callee> diversion) {

  /** In which order a user's devices ring. */
  public enum Forking {
    PARALLEL,
    SERIAL
  }

  /** What is done with a 3xx. */
  public enum Redirect {
    FOLLOW,
    PASS
  }

  /** Kinds of callees. */
  public enum Callee {
    TRUNKS,
    USERS
  }

  public HuntingConfig {
    diversion = Set.copyOf(diversion);
    Durations.requireBetween(
        "calls.serialTimeout", serialTimeout, Duration.ofSeconds(1), Duration.ofHours(1));
    if (maxRedirects < 1 || maxRedirects > 20) {
      throw new ConfigException("calls.maxRedirects", "must be from 1 to 20, was " + maxRedirects);
    }
  }

  /** To how many targets a call follows 3xx responses; 0 for none. */
  public int redirectsFollowed() {
    return redirect == Redirect.FOLLOW ? maxRedirects : 0;
  }
}
