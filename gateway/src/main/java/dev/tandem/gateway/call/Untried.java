package dev.tandem.gateway.call;

import java.util.List;

/**
 * What a call keeps for the branches whose turn has not come.
 *
 * @param rounds those that are to be invited together; the next ones first
 * @param invite what their INVITE carries; empty when nobody will be invited any more
 * @param redirects how many branches 3xx responses have brought so far
 */
record Untried(List<List<LegId>> rounds, Payload invite, int redirects) {
  static final Untried NONE = new Untried(List.of(), Payload.EMPTY, 0);

  Untried {
    rounds = List.copyOf(rounds);
  }

  Untried withRounds(List<List<LegId>> next) {
    return new Untried(next, invite, redirects);
  }

  Untried withRedirects(int more) {
    return new Untried(rounds, invite, redirects + more);
  }
}
