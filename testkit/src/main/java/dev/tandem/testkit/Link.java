package dev.tandem.testkit;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** How a phone reaches the network. Anything may be called from any thread. */
interface Link extends AutoCloseable {

  /** Who is told of what arrives, on the link's own thread. */
  interface Listener {
    void received(byte[] message, Path from);

    void remarked(String remark);

    void ended();
  }

  /** One way to send: a connection, or the address of a peer. */
  interface Path {
    void send(byte[] message);

    /** The peer's address, when a response wants it in its Via (RFC 3581); else null. */
    @Nullable InetSocketAddress peerForVia();
  }

  /** The transport as Via names it. */
  String transport();

  /** The host and port that Via and Contact show. */
  String sentBy();

  /** The way to a URI's host and port; to the gateway where they say nothing of use. */
  Path pathTo(String uri);

  /** Comes back when the gateway has answered what was sent before, where the transport can ask. */
  void roundTrip();

  /** Ends without a word. */
  void reset();

  /** Nothing comes in or goes out any more, and neither side is told: a network that is gone. */
  default void cut() {
    throw new UnsupportedOperationException(transport());
  }

  /** Ends as a browser does that leaves the page (RFC 6455 §7.4.1: 1001). */
  default void leave() {
    throw new UnsupportedOperationException(transport());
  }

  /** Waits until the other side has ended it, or fails. */
  void awaitEnd();

  @Override
  void close();
}
