package dev.tandem.sip.transport.net;

import dev.tandem.sip.transport.SendBudget;

/**
 * What the connections of one TCP or TLS transport may cost.
 *
 * @param framing bounds what one connection keeps of a message that is not complete
 * @param maxQueuedBytes bounds what waits for a peer that does not read; then it is closed
 * @param budget what may wait for all such peers, of this transport and of others that share it
 * @param maxConnections in all, either way
 * @param maxConnectionsPerAddress from and to one IP address; a NAT has many phones behind it
 */
public record StreamLimits(
    FramingLimits framing,
    int maxQueuedBytes,
    SendBudget budget,
    int maxConnections,
    int maxConnectionsPerAddress) {

  public StreamLimits {
    Checks.between("maxQueuedBytes", maxQueuedBytes, 1_024, 1 << 30);
    Checks.between("maxConnections", maxConnections, 1, 10_000_000);
    Checks.between("maxConnectionsPerAddress", maxConnectionsPerAddress, 1, 10_000_000);
  }

  public static StreamLimits defaults() {
    return new StreamLimits(
        FramingLimits.defaults(), 1 << 20, SendBudget.unbounded(), 10_000, 1_000);
  }
}
