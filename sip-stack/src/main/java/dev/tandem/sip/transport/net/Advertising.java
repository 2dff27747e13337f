package dev.tandem.sip.transport.net;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Says as who we show ourselves to a peer. Asked often, on any thread; never blocks. */
@FunctionalInterface
public interface Advertising {
  /** Shows every peer the address that its packets come to. */
  Advertising NONE = peer -> null;

  /**
   * A name or an address of ours, perhaps with {@code :port} (else that of the socket); IPv6 in
   * brackets. Null where the peer knows us by the socket's own address.
   */
  @Nullable String to(InetAddress peer);
}
