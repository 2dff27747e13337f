package dev.tandem.gateway.config.trunk;

import dev.tandem.gateway.config.value.Durations;
import dev.tandem.gateway.config.value.PeerAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How we register with a trunk.
 *
 * @param registrars tried in this order; empty for the trunk's next hop
 * @param user of the address of record
 * @param domain of the address of record; null for the trunk's
 * @param expires what we ask for
 * @param retry the first pause after a failure; it doubles with each (RFC 5626 §4.5)
 * @param maxRetry the longest
 * @param required whether the trunk counts as down while we are not registered
 */
public record TrunkRegister(
    List<PeerAddress> registrars,
    String user,
    @Nullable String domain,
    Duration expires,
    Duration retry,
    Duration maxRetry,
    boolean required) {

  public TrunkRegister {
    registrars = List.copyOf(registrars);
    Durations.requireBetween(
        "trunks[].register.expires", expires, Duration.ofSeconds(30), Duration.ofDays(7));
    Durations.requireBetween(
        "trunks[].register.retry", retry, Duration.ofSeconds(1), Duration.ofHours(1));
    Durations.requireBetween("trunks[].register.maxRetry", maxRetry, retry, Duration.ofDays(1));
  }
}
