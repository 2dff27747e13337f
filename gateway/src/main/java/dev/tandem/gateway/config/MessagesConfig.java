package dev.tandem.gateway.config;

/**
 * Pager-mode messages (RFC 3428).
 *
 * @param maxBody a larger body is answered 413
 * @param maxUdp a larger request does not leave over UDP (RFC 3428 §8), but is answered 513
 * @param perMinute how many one user, or one trunk, may send; those that come at once included
 * @param toTrunks whether messages follow the routes as calls do
 */
public record MessagesConfig(ByteSize maxBody, ByteSize maxUdp, int perMinute, boolean toTrunks) {
  public MessagesConfig {
    if (perMinute < 1 || perMinute > 1_000_000) {
      throw new ConfigException(
          "messages.perMinute", "must be from 1 to 1000000, was " + perMinute);
    }
  }
}
