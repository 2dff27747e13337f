package dev.tandem.sip.ua;

import dev.tandem.sip.auth.ClientCredentials;
import dev.tandem.sip.auth.DigestClient;
import dev.tandem.sip.transport.Flow;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Our credentials for one peer, and where they may go: shared by all requests to it, so that a
 * nonce serves many. Thread-safe.
 */
public final class PeerCredentials {
  private final DigestClient client;
  private final Predicate<Flow> isPeer;
  private final Consumer<DigestClient.Verdict> refusals;

  /**
   * Makes them.
   *
   * @param isPeer whether the far end of a flow is the peer; nobody else is shown anything,
   *     wherever a Contact, a route or a redirection may lead
   * @param refusals hears of challenges that cannot be answered, and why
   */
  public PeerCredentials(
      ClientCredentials credentials,
      Predicate<Flow> isPeer,
      Consumer<DigestClient.Verdict> refusals) {
    this.client = new DigestClient(credentials);
    this.isPeer = isPeer;
    this.refusals = refusals;
  }

  boolean mayGo(Flow flow) {
    return isPeer.test(flow);
  }

  DigestClient client() {
    return client;
  }

  void refused(DigestClient.Verdict why) {
    refusals.accept(why);
  }
}
