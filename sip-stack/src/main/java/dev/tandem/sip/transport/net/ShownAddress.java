package dev.tandem.sip.transport.net;

import dev.tandem.sip.transport.Advertised;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Makes of what an operator wrote what a peer is told. */
final class ShownAddress {
  private ShownAddress() {}

  static @Nullable Advertised of(
      Advertising advertising, InetSocketAddress remote, InetSocketAddress bound) {
    String shown = advertising.to(remote.getAddress());
    if (shown == null) {
      return null;
    }
    int colon = shown.lastIndexOf(':');
    boolean hasPort =
        colon > shown.lastIndexOf(']') && colon == shown.indexOf(':', shown.lastIndexOf(']') + 1);
    return hasPort
        ? new Advertised(shown.substring(0, colon), Integer.parseInt(shown.substring(colon + 1)))
        : new Advertised(shown, bound.getPort());
  }
}
