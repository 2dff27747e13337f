package dev.tandem.gateway.trunk;

import dev.tandem.gateway.config.value.PeerAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Finds out where peers are. Never blocks its caller; thread-safe. */
public interface AddressLookup extends AutoCloseable {

  /**
   * The addresses of a peer, the first to be tried first, at least one; of a literal at once. Fails
   * with any exception whose message says in words why there are none.
   */
  CompletableFuture<List<InetSocketAddress>> find(PeerAddress peer);

  /** What is still looked up is not found any more. */
  @Override
  void close();
}
