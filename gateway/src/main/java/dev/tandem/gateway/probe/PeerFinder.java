package dev.tandem.gateway.probe;

import dev.tandem.gateway.config.PeerAddress;
import dev.tandem.gateway.trunk.AddressLookup;
import dev.tandem.sip.transport.Transport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Finds out where a peer is, in the way of the gateway. May block. */
@FunctionalInterface
public interface PeerFinder {

  /** One place to try. */
  record Found(Transport transport, InetSocketAddress address) {}

  /** No place, and why. */
  final class NotFoundException extends Exception {
    private static final long serialVersionUID = 1L;

    public NotFoundException(String words) {
      super(words);
    }
  }

  /** The places in the order in which they are tried, at least one. */
  List<Found> find(PeerAddress peer, Duration limit) throws NotFoundException, InterruptedException;

  /** By the lookup that trunks use. */
  static PeerFinder by(AddressLookup lookup) {
    return (peer, limit) -> {
      try {
        return lookup.find(peer).get(limit.toMillis(), TimeUnit.MILLISECONDS).stream()
            .map(address -> new Found(peer.transportOrDefault(), address))
            .toList();
      } catch (TimeoutException e) {
        throw new NotFoundException("no DNS server answers within " + limit.toSeconds() + " s");
      } catch (ExecutionException e) {
        Throwable cause = e.getCause();
        throw new NotFoundException(String.valueOf(cause == null ? e : cause.getMessage()));
      }
    };
  }
}
