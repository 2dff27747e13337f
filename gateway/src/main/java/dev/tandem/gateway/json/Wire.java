package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.InetSocketAddress;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/** Whatever carries frames to one client now: a WebSocket, or HTTP. Thread-safe; never blocks. */
public interface Wire {

  /** Queues one frame; false when nothing can be sent any more. */
  boolean send(byte[] frame);

  /** There is a new frame in the outbox, this one; the client is to have it. */
  default void kept(byte[] frame) {
    send(frame);
  }

  /** Adds what only clients of this kind are told to the reply to their login. */
  default void describe(ObjectNode reply) {}

  /** Ends it with one of {@link CloseReason}'s codes. */
  void close(CloseReason reason, String text);

  InetSocketAddress remote();

  /** Whether nobody on the way can read what a client says: TLS, or this machine. */
  boolean isPrivate();

  /** Who the client proved to be when it connected; null for nobody. */
  @Nullable Principal principal();
}
