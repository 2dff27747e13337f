package dev.tandem.sip.transport.net;

import java.time.Duration;

/**
 * What one UDP socket may cost.
 *
 * @param maxDatagramBytes longer ones are dropped and counted
 * @param maxFlows peers remembered; the one unused for longest makes room for a new one
 * @param idle how long a peer is remembered after the last datagram either way. Longer than any
 *     transaction waits for a person to answer, because a response needs its request's flow.
 * @param receiveBufferBytes asked of the kernel, which may give less: what waits here is lost last
 */
public record UdpLimits(int maxDatagramBytes, int maxFlows, Duration idle, int receiveBufferBytes) {

  public UdpLimits {
    Checks.between("maxDatagramBytes", maxDatagramBytes, 1, 65_535);
    Checks.between("maxFlows", maxFlows, 1, 10_000_000);
    Checks.positive("idle", idle);
    Checks.between("receiveBufferBytes", receiveBufferBytes, 4_096, 1 << 30);
  }

  public static UdpLimits defaults() {
    return new UdpLimits(65_535, 50_000, Duration.ofMinutes(10), 4 << 20);
  }
}
