package dev.tandem.gateway.call;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Branches that ring together.
 *
 * @param branches how many
 * @param failover when the next round's turn comes; null: when all of them have refused, or have
 *     rung long enough
 */
public record Round(int branches, @Nullable Failover failover) {

  /** Rounds of these sizes. */
  public static List<Round> of(Integer... sizes) {
    List<Round> rounds = new ArrayList<>(sizes.length);
    for (int size : sizes) {
      rounds.add(new Round(size, null));
    }
    return List.copyOf(rounds);
  }
}
