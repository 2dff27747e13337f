package dev.tandem.gateway.call;

import java.util.List;
import java.util.stream.IntStream;
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
    return IntStream.range(0, sizes.length).mapToObj(i -> new Round(sizes[i], null)).toList();
  }
}
