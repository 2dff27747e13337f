package dev.tandem.gateway.config;

import dev.tandem.gateway.config.value.ByteSize;
import dev.tandem.gateway.config.value.ConfigException;
import dev.tandem.gateway.config.value.Durations;
import java.time.Duration;

/**
 * Pager-mode messages (RFC 3428).
 *
 * @param maxBody a larger body is answered 413
 * @param maxUdp a larger request does not leave over UDP (RFC 3428 §8), but is answered 513
 * @param perMinute how many one user, or one trunk, may send; those that come at once included
 * @param toTrunks whether messages follow the routes as calls do
 * @param storePerUser how many may wait for a user who is offline; 0 to keep none
 * @param storeFor how long they wait at most
 */
public record MessagesConfig(
    ByteSize maxBody,
    ByteSize maxUdp,
    int perMinute,
    boolean toTrunks,
    int storePerUser,
    Duration storeFor) {
  public MessagesConfig {
    if (perMinute < 1 || perMinute > 1_000_000) {
      throw new ConfigException(
          "messages.perMinute", "must be from 1 to 1000000, was " + perMinute);
    }
    if (storePerUser < 0 || storePerUser > 10_000) {
      throw new ConfigException(
          "messages.store.perUser", "must be from 0 to 10000, was " + storePerUser);
    }
    Durations.requireBetween(
        "messages.store.for", storeFor, Duration.ofSeconds(1), Duration.ofDays(365));
  }
}
