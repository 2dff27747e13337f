package dev.tandem.gateway.config;

import dev.tandem.gateway.config.value.ByteSize;
import dev.tandem.gateway.config.value.ConfigException;
import dev.tandem.gateway.config.value.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * SIP over WebSocket (RFC 7118).
 *
 * @param paths where an upgrade is taken; other paths are answered as plain HTTP
 * @param allowedOrigins patterns beside the gateway's own origin, which is always allowed
 * @param piecesPerSecond frames of one connection that are no whole message
 * @param missedPings pings without an answer after which a connection is dead
 * @param firstMessageTimeout from the accepted connection to its first whole SIP message
 * @param sendQueue bytes that may wait for a peer that does not read
 */
public record WebSocketConfig(
    Set<String> paths,
    List<String> allowedOrigins,
    ByteSize maxMessage,
    int piecesPerSecond,
    Duration pingInterval,
    int missedPings,
    Duration firstMessageTimeout,
    ByteSize sendQueue) {
  public WebSocketConfig {
    paths = Set.copyOf(paths);
    allowedOrigins = List.copyOf(allowedOrigins);
    if (maxMessage.bytes() < 1024 || maxMessage.bytes() > 1024 * 1024) {
      throw new ConfigException(
          "websocket.maxMessage", "must be from 1KiB to 1MiB, was " + maxMessage);
    }
    if (piecesPerSecond < 10 || piecesPerSecond > 1_000_000) {
      throw new ConfigException(
          "websocket.piecesPerSecond", "must be from 10 to 1000000, was " + piecesPerSecond);
    }
    if (sendQueue.bytes() < maxMessage.bytes()) {
      throw new ConfigException(
          "websocket.sendQueue",
          "must hold at least one message (websocket.maxMessage is %s), was %s"
              .formatted(maxMessage, sendQueue));
    }
    Durations.requireBetween(
        "websocket.pingInterval", pingInterval, Duration.ofSeconds(1), Duration.ofHours(1));
    if (missedPings < 1) {
      throw new ConfigException("websocket.missedPings", "must be at least 1, was " + missedPings);
    }
    Durations.requireBetween(
        "websocket.firstMessageTimeout",
        firstMessageTimeout,
        Duration.ofSeconds(1),
        Duration.ofHours(1));
  }
}
