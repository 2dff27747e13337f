package dev.tandem.gateway.probe;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds peers whose address is written as one. */
final class Literals {
  static final PeerFinder FINDER =
      (peer, limit) -> {
        try {
          return List.of(
              new PeerFinder.Found(
                  peer.transportOrDefault(),
                  new InetSocketAddress(InetAddress.getByName(peer.host()), peer.portOrDefault())));
        } catch (UnknownHostException e) {
          throw new PeerFinder.NotFoundException("the name " + peer.host() + " is not found");
        }
      };

  private Literals() {}
}
