package dev.tandem.gateway.sip.target;

import dev.tandem.gateway.config.PeerAddress;
import dev.tandem.gateway.config.TrunkConfig;
import dev.tandem.sip.dns.SipTarget;
import dev.tandem.sip.ua.HopRules;
import dev.tandem.sip.ua.LargeRequests;

/** How requests go to a trunk, by its settings. */
public final class TrunkHops {
  private TrunkHops() {}

  /** Where a peer is, as DNS is asked. */
  public static SipTarget target(PeerAddress peer) {
    return new SipTarget(peer.host(), peer.port(), peer.transport(), false);
  }

  /** What to do when a way does not lead there. */
  public static HopRules rules(TrunkConfig trunk) {
    return HopRules.server(
        switch (trunk.peer().largeRequests()) {
          case TCP -> LargeRequests.TCP;
          case UDP -> LargeRequests.UDP;
          case REFUSE -> LargeRequests.REFUSE;
        });
  }
}
