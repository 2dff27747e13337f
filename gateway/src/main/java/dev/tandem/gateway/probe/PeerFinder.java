package dev.tandem.gateway.probe;

import dev.tandem.gateway.config.value.PeerAddress;
import dev.tandem.sip.dns.DestinationResolver;
import dev.tandem.sip.dns.ResolutionException;
import dev.tandem.sip.dns.SipTarget;
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

  /** As the gateway's own requests find it (RFC 3263). */
  static PeerFinder by(DestinationResolver resolver) {
    return (peer, limit) -> {
      SipTarget target = new SipTarget(peer.host(), peer.port(), peer.transport(), false);
      try {
        return resolver.resolve(target).get(limit.toMillis(), TimeUnit.MILLISECONDS).stream()
            .map(each -> new Found(each.transport(), each.address()))
            .toList();
      } catch (TimeoutException e) {
        throw new NotFoundException("DNS did not say in time where " + peer.host() + " is");
      } catch (ExecutionException e) {
        Throwable cause = e.getCause();
        throw new NotFoundException(
            String.valueOf(ResolutionException.of(cause == null ? e : cause).getMessage()));
      }
    };
  }
}
