package dev.tandem.gateway.probe;

import dev.tandem.sip.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A socket towards the peer, which blocks. Owned by one thread. */
interface Wire extends AutoCloseable {
  Transport transport();

  /** Our address and port of this very socket. */
  InetSocketAddress local();

  InetSocketAddress remote();

  void send(String message) throws IOException;

  /** The next whole message; null when none came in time. Keep-alives are left out. */
  @Nullable String receive(Duration limit) throws IOException;

  @Override
  void close();
}
