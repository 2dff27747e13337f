package dev.tandem.gateway.json;

import java.net.InetSocketAddress;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/** Whatever carries frames to one client now: a WebSocket, or HTTP. Thread-safe; never blocks. */
public interface Wire {

  /** Queues one frame; false when nothing can be sent any more. */
  boolean send(byte[] frame);

  /** Ends it with one of {@link CloseReason}'s codes. */
  void close(CloseReason reason, String text);

  InetSocketAddress remote();

  /** Whether nobody on the way can read what a client says: TLS, or this machine. */
  boolean isPrivate();

  /** Who the client proved to be when it connected; null for nobody. */
  @Nullable Principal principal();
}
