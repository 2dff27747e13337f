package dev.tandem.sip.transport.http;

import java.time.Duration;

/**
 * What the HTTP server spends on its clients before it knows what they want.
 *
 * @param requestTimeout how long a connection may stay without a whole request: from its first
 *     byte, TLS handshake included, to the end of the headers. Half of it is allowed for silence,
 *     new or between two requests, and half for the headers. Upgraded connections are beyond it.
 * @param maxHeaderBytes all headers of one request, the request line included
 * @param maxHeaders how many headers one request may have
 * @param maxBodyBytes the body of one request
 * @param maxConnections open at one time and on one listener, WebSockets included; more wait to be
 *     accepted
 * @param ioThreads threads that read and write; one a core is right
 * @param sendBufferBytes what the kernel keeps for one client that does not read
 */
public record HttpLimits(
    Duration requestTimeout,
    int maxHeaderBytes,
    int maxHeaders,
    long maxBodyBytes,
    int maxConnections,
    int ioThreads,
    int sendBufferBytes) {

  /**
   * Refuses limits that cannot work.
   *
   * @throws IllegalArgumentException naming the limit, its value, and what was expected
   */
  public HttpLimits {
    if (requestTimeout.toMillis() < 100) {
      throw new IllegalArgumentException(
          "requestTimeout must be at least 100 ms, was " + requestTimeout);
    }
    atLeast("maxHeaderBytes", maxHeaderBytes, 1024);
    atLeast("maxHeaders", maxHeaders, 10);
    atLeast("maxBodyBytes", maxBodyBytes, 0);
    atLeast("maxConnections", maxConnections, 1);
    atLeast("ioThreads", ioThreads, 1);
    atLeast("sendBufferBytes", sendBufferBytes, 4096);
  }

  public static HttpLimits defaults() {
    return new HttpLimits(
        Duration.ofSeconds(10),
        16 * 1024,
        100,
        64 * 1024,
        100_000,
        Runtime.getRuntime().availableProcessors(),
        128 * 1024);
  }

  public HttpLimits withRequestTimeout(Duration timeout) {
    return new HttpLimits(
        timeout,
        maxHeaderBytes,
        maxHeaders,
        maxBodyBytes,
        maxConnections,
        ioThreads,
        sendBufferBytes);
  }

  private static void atLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ", was " + value);
    }
  }
}
