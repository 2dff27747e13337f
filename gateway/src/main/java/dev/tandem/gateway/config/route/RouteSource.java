package dev.tandem.gateway.config.route;

import dev.tandem.gateway.config.value.AddressRange;
import dev.tandem.gateway.config.value.NumberPattern;
import java.util.List;

/**
 * Who sends a request. Where a list is empty everybody fits.
 *
 * @param users of ours; they, the groups' members and the trunks are one list: any of them
 * @param groups names of {@link UserGroupConfig}s
 * @param trunks names of trunks
 * @param addresses and it came from one of these
 * @param callers and From has one of these users or numbers
 */
public record RouteSource(
    List<NumberPattern> users,
    List<String> groups,
    List<String> trunks,
    List<AddressRange> addresses,
    List<NumberPattern> callers) {
  public RouteSource {
    users = List.copyOf(users);
    groups = List.copyOf(groups);
    trunks = List.copyOf(trunks);
    addresses = List.copyOf(addresses);
    callers = List.copyOf(callers);
  }

  /** Whether it is said which users and trunks may. */
  public boolean namesSenders() {
    return !users.isEmpty() || !groups.isEmpty() || !trunks.isEmpty();
  }
}
