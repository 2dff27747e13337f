package dev.tandem.gateway.call;

import dev.tandem.gateway.call.CallEvent.CalleeRefused;
import java.time.Duration;
import java.util.Set;

/**
 * When a branch that stands for others, a trunk of a group, is given up for the next one. Without
 * such a rule any refusal below 600 is followed by the next round.
 *
 * @param statuses that say so; 5 stands for all of 500 to 599
 * @param onSilence when the callee says nothing at all
 * @param onTransport when it cannot be reached
 * @param patience how long a branch may say nothing, not even 100, while another waits
 * @param holdsMedia whether the caller hears only ringing as long as another waits; else media that
 *     come before the answer settle it, and nobody else is tried
 */
public record Failover(
    Set<Integer> statuses,
    boolean onSilence,
    boolean onTransport,
    Duration patience,
    boolean holdsMedia) {
  public Failover {
    statuses = Set.copyOf(statuses);
  }

  boolean follows(CalleeRefused refused) {
    return switch (refused.why()) {
      case SAID -> statuses.contains(refused.status()) || statuses.contains(refused.status() / 100);
      case SILENCE -> onSilence;
      case TRANSPORT -> onTransport;
      case NOT_TRIED -> true;
    };
  }
}
