package dev.tandem.gateway.trunk;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a trunk at one moment, for people.
 *
 * @param up whether calls may be tried there
 * @param reason why it is up or down
 * @param since when it came up or went down
 * @param addresses where it is; empty while that is not known
 * @param calls how many it carries, both ways
 * @param roundTrip of the last OPTIONS that was answered; null when there was none
 * @param lastAsked null when it is not asked
 * @param registered null when we do not register with it
 */
public record TrunkReport(
    String name,
    boolean up,
    String reason,
    Instant since,
    List<InetSocketAddress> addresses,
    int calls,
    @Nullable Duration roundTrip,
    @Nullable Instant lastAsked,
    @Nullable Registered registered) {

  /**
   * Our registration with it.
   *
   * @param next when the next REGISTER is due; null when none is
   */
  public record Registered(
      boolean registered, String words, Instant since, @Nullable Instant next) {}

  public TrunkReport {
    addresses = List.copyOf(addresses);
  }
}
