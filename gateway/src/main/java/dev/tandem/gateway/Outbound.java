package dev.tandem.gateway;

import dev.tandem.gateway.config.DnsConfig;
import dev.tandem.gateway.config.TandemConfig;
import dev.tandem.gateway.config.trunk.TrunkConfig;
import dev.tandem.gateway.config.trunk.TrunkTls;
import dev.tandem.gateway.sip.target.TrunkHops;
import dev.tandem.gateway.trunk.AddressLookup;
import dev.tandem.gateway.trunk.DnsLookup;
import dev.tandem.sip.dns.DestinationResolver;
import dev.tandem.sip.dns.DnsSettings;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.http.PeerTls;
import dev.tandem.sip.transport.http.PemException;
import dev.tandem.sip.transport.http.PemIdentity;
import dev.tandem.sip.transport.net.TlsPeer;
import dev.tandem.sip.ua.NextHops;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What leads out to peers: DNS, our sockets, and who we are to each trunk. */
final class Outbound {
  private final DestinationResolver resolver;
  private final TrunkHops hops;

  /** Reads the certificates that trunks want of us, and the authorities that vouch for them. */
  Outbound(TandemConfig config, SocketTransports sockets, Timers timers) throws StartException {
    DnsConfig dns = config.sip().dns();
    this.resolver =
        new DestinationResolver(
            DnsSettings.defaults()
                .withServers(dns.servers())
                .withTimes(dns.timeout(), dns.limit(), dns.setBack()),
            timers,
            sockets.sockets()::has,
            new SecureRandom());
    this.hops =
        new TrunkHops(
            new NextHops(resolver, sockets.sockets(), dns.nextServerAfter()), tls(config.trunks()));
  }

  private static Map<String, TlsPeer> tls(List<TrunkConfig> trunks) throws StartException {
    Map<String, TlsPeer> peers = new HashMap<>();
    for (TrunkConfig trunk : trunks) {
      TrunkTls tls = trunk.peer().tls();
      if (tls != null) {
        try {
          PemIdentity ours =
              tls.identity() == null
                  ? null
                  : PemIdentity.load(tls.identity().certificate(), tls.identity().privateKey());
          peers.put(
              trunk.name(),
              new TlsPeer(PeerTls.connecting(tls.authorities(), ours), tls.verifyName()));
        } catch (PemException e) {
          String key = "trunks (" + trunk.name() + ").tls";
          throw new StartException(key, String.valueOf(e.getMessage()), e);
        }
      }
    }
    return peers;
  }

  TrunkHops hops() {
    return hops;
  }

  AddressLookup lookup() {
    return new DnsLookup(resolver);
  }
}
