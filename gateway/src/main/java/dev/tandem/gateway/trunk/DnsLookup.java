package dev.tandem.gateway.trunk;

import dev.tandem.gateway.config.value.PeerAddress;
import dev.tandem.sip.dns.Destination;
import dev.tandem.sip.dns.DestinationResolver;
import dev.tandem.sip.dns.ResolutionException;
import dev.tandem.sip.dns.SipTarget;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Finds peers as requests to them do (RFC 3263), SRV records included. */
public final class DnsLookup implements AddressLookup {
  private final DestinationResolver resolver;

  public DnsLookup(DestinationResolver resolver) {
    this.resolver = resolver;
  }

  @Override
  public CompletableFuture<List<InetSocketAddress>> find(PeerAddress peer) {
    CompletableFuture<List<InetSocketAddress>> addresses = new CompletableFuture<>();
    var unused =
        resolver
            .resolve(new SipTarget(peer.host(), peer.port(), peer.transport(), false))
            .whenComplete(
                (found, failure) -> {
                  if (failure == null) {
                    addresses.complete(
                        found.stream().map(Destination::address).distinct().toList());
                  } else {
                    addresses.completeExceptionally(ResolutionException.of(failure));
                  }
                });
    return addresses;
  }

  /** What is asked for has its own limit. */
  @Override
  public void close() {}
}
