package dev.tandem.sip.transport.ws;

import dev.tandem.sip.transport.SendBudget;
import java.time.Duration;

/**
 * What one WebSocket connection may cost and how long it may take.
 *
 * @param maxMessageBytes the largest message in either direction of its fragments' sum; a larger
 *     one closes the connection with 1009
 * @param maxPiecesPerSecond frames that are no whole message: parts of one, pings and pongs. More
 *     close the connection, with 1009 inside a message and else with 1008
 * @param firstMessageTimeout from the handshake until the first message is complete
 * @param messageTimeout from the first byte of a message, or of a frame, until its last
 * @param pingInterval between two pings of ours
 * @param maxMissedPings so many ping intervals in a row without any frame from the peer, and the
 *     connection is dead
 * @param maxQueuedBytes what may wait for a peer that does not read; more closes the connection
 * @param maxQueuedMessages the same, counted in frames
 * @param writeTimeout how long the peer may take to accept any byte of what waits
 * @param maxConnectionsPerAddress open at one time from one IP address; a NAT has many browsers
 *     behind it
 * @param budget what may wait for all peers that do not read, of this endpoint and of others that
 *     share it
 * @param closeTimeout how long the peer has to answer our close frame before the socket is closed
 */
public record WebSocketLimits(
    int maxMessageBytes,
    int maxPiecesPerSecond,
    Duration firstMessageTimeout,
    Duration messageTimeout,
    Duration pingInterval,
    int maxMissedPings,
    int maxQueuedBytes,
    int maxQueuedMessages,
    Duration writeTimeout,
    Duration closeTimeout,
    int maxConnectionsPerAddress,
    SendBudget budget) {

  /** What a browser's softphone needs, with room. */
  public static final WebSocketLimits DEFAULTS =
      new WebSocketLimits(
          64 * 1024,
          2000,
          Duration.ofSeconds(8),
          Duration.ofSeconds(8),
          Duration.ofSeconds(25),
          2,
          1024 * 1024,
          1000,
          Duration.ofSeconds(20),
          Duration.ofSeconds(3),
          1_000_000,
          SendBudget.unbounded());

  /**
   * Refuses limits that cannot work.
   *
   * @throws IllegalArgumentException naming the limit, its value, and what was expected
   */
  public WebSocketLimits {
    atLeast("maxMessageBytes", maxMessageBytes, 1024);
    atLeast("maxPiecesPerSecond", maxPiecesPerSecond, 1);
    atLeast("maxMissedPings", maxMissedPings, 1);
    if (maxMissedPings > 100) {
      throw new IllegalArgumentException(
          "maxMissedPings must be at most 100, was " + maxMissedPings);
    }
    atLeast("maxQueuedBytes", maxQueuedBytes, maxMessageBytes);
    atLeast("maxQueuedMessages", maxQueuedMessages, 1);
    atLeast("maxConnectionsPerAddress", maxConnectionsPerAddress, 1);
    // The clock is looked at once a second (see WebSocketEndpoint).
    atLeastOneSecond("firstMessageTimeout", firstMessageTimeout);
    atLeastOneSecond("messageTimeout", messageTimeout);
    atLeastOneSecond("pingInterval", pingInterval);
    atLeastOneSecond("writeTimeout", writeTimeout);
    atLeastOneSecond("closeTimeout", closeTimeout);
  }

  public WebSocketLimits withMaxMessageBytes(int bytes) {
    return new WebSocketLimits(
        bytes,
        maxPiecesPerSecond,
        firstMessageTimeout,
        messageTimeout,
        pingInterval,
        maxMissedPings,
        maxQueuedBytes,
        maxQueuedMessages,
        writeTimeout,
        closeTimeout,
        maxConnectionsPerAddress,
        budget);
  }

  public WebSocketLimits withMaxPiecesPerSecond(int pieces) {
    return new WebSocketLimits(
        maxMessageBytes,
        pieces,
        firstMessageTimeout,
        messageTimeout,
        pingInterval,
        maxMissedPings,
        maxQueuedBytes,
        maxQueuedMessages,
        writeTimeout,
        closeTimeout,
        maxConnectionsPerAddress,
        budget);
  }

  public WebSocketLimits withQueue(int bytes, int messages) {
    return new WebSocketLimits(
        maxMessageBytes,
        maxPiecesPerSecond,
        firstMessageTimeout,
        messageTimeout,
        pingInterval,
        maxMissedPings,
        bytes,
        messages,
        writeTimeout,
        closeTimeout,
        maxConnectionsPerAddress,
        budget);
  }

  public WebSocketLimits withPing(Duration interval, int misses) {
    return new WebSocketLimits(
        maxMessageBytes,
        maxPiecesPerSecond,
        firstMessageTimeout,
        messageTimeout,
        interval,
        misses,
        maxQueuedBytes,
        maxQueuedMessages,
        writeTimeout,
        closeTimeout,
        maxConnectionsPerAddress,
        budget);
  }

  public WebSocketLimits withFirstMessageTimeout(Duration timeout) {
    return new WebSocketLimits(
        maxMessageBytes,
        maxPiecesPerSecond,
        timeout,
        messageTimeout,
        pingInterval,
        maxMissedPings,
        maxQueuedBytes,
        maxQueuedMessages,
        writeTimeout,
        closeTimeout,
        maxConnectionsPerAddress,
        budget);
  }

  public WebSocketLimits withMaxConnectionsPerAddress(int connections) {
    return new WebSocketLimits(
        maxMessageBytes,
        maxPiecesPerSecond,
        firstMessageTimeout,
        messageTimeout,
        pingInterval,
        maxMissedPings,
        maxQueuedBytes,
        maxQueuedMessages,
        writeTimeout,
        closeTimeout,
        connections,
        budget);
  }

  public WebSocketLimits withBudget(SendBudget shared) {
    return new WebSocketLimits(
        maxMessageBytes,
        maxPiecesPerSecond,
        firstMessageTimeout,
        messageTimeout,
        pingInterval,
        maxMissedPings,
        maxQueuedBytes,
        maxQueuedMessages,
        writeTimeout,
        closeTimeout,
        maxConnectionsPerAddress,
        shared);
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ", was " + value);
    }
  }

  private static void atLeastOneSecond(String name, Duration value) {
    if (value.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException(name + " must be at least 1 s, was " + value);
    }
  }
}
