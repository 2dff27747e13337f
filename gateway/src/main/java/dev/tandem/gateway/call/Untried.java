package dev.tandem.gateway.call;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a call keeps for the branches whose turn has not come.
 *
 * @param rounds those that are to be invited together; the next ones first
 * @param invite what their INVITE carries; empty when nobody will be invited any more
 * @param redirects how many branches 3xx responses have brought so far
 * @param failover the rule of the round that was invited last; null when it has none
 */
record Untried(List<Waiting> rounds, Payload invite, int redirects, @Nullable Failover failover) {
  static final Untried NONE = new Untried(List.of(), Payload.EMPTY, 0, null);

  /** Branches that will be invited together. */
  record Waiting(List<LegId> legs, @Nullable Failover failover) {
    Waiting {
      legs = List.copyOf(legs);
    }
  }

  Untried {
    rounds = List.copyOf(rounds);
  }

  Untried withRounds(List<Waiting> next) {
    return new Untried(next, invite, redirects, failover);
  }

  Untried withRedirects(int more) {
    return new Untried(rounds, invite, redirects + more, failover);
  }

  /** The first round's turn has come. */
  Untried withoutFirst() {
    return new Untried(
        rounds.subList(1, rounds.size()), invite, redirects, rounds.get(0).failover());
  }
}
