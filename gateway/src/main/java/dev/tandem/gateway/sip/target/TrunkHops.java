package dev.tandem.gateway.sip.target;

import dev.tandem.gateway.config.trunk.TrunkConfig;
import dev.tandem.gateway.config.value.PeerAddress;
import dev.tandem.sip.dns.SipTarget;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.net.TlsPeer;
import dev.tandem.sip.ua.HopRules;
import dev.tandem.sip.ua.Hops;
import dev.tandem.sip.ua.LargeRequests;
import dev.tandem.sip.ua.NextHops;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The ways to trunks, each by its settings. Thread-safe; never blocks. */
public final class TrunkHops {
  private final NextHops all;
  private final Map<String, TlsPeer> tls;

  /**
   * Makes a finder.
   *
   * @param tls how trunks are believed on TLS, by their names; those that are believed as all are
   *     have none
   */
  public TrunkHops(NextHops all, Map<String, TlsPeer> tls) {
    this.all = all;
    this.tls = Map.copyOf(tls);
  }

  /** The ways to anybody. */
  public NextHops all() {
    return all;
  }

  /** The ways for one request to a trunk. */
  public Hops to(TrunkConfig trunk) {
    PeerAddress next = trunk.nextHop();
    return all.to(new SipTarget(next.host(), next.port(), next.transport(), false), rules(trunk));
  }

  /** The flow to one address of a trunk; null when there is no socket that can reach it. */
  public @Nullable Flow at(TrunkConfig trunk, PeerAddress peer, InetSocketAddress address) {
    return all.at(peer.transportOrDefault(), address, peer.host(), rules(trunk));
  }

  private HopRules rules(TrunkConfig trunk) {
    return HopRules.server(
        switch (trunk.peer().largeRequests()) {
          case TCP -> LargeRequests.TCP;
          case UDP -> LargeRequests.UDP;
          case REFUSE -> LargeRequests.REFUSE;
        },
        tls.get(trunk.name()),
        trunk.peer().nextServerAfter());
  }
}
