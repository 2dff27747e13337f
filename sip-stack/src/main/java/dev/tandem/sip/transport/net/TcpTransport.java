package dev.tandem.sip.transport.net;

import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.Transport;
import java.net.InetSocketAddress;
import org.xnio.StreamConnection;
import org.xnio.XnioWorker;

/**
 * SIP over TCP (RFC 3261 §18). One connection per remote address is used for everything that goes
 * there, whoever made it (RFC 5923 without its alias: {@link #flowTo} finds an accepted connection
 * only by the address and port that it came from, which nobody else can listen at).
 */
public final class TcpTransport extends StreamTransport {

  /**
   * Does nothing before {@link #start}.
   *
   * @param worker whose I/O threads carry the connections; not owned
   */
  public TcpTransport(
      InetSocketAddress bind,
      XnioWorker worker,
      Timers timers,
      StreamLimits limits,
      StreamTimeouts timeouts) {
    super(bind, worker, timers, limits, timeouts);
  }

  @Override
  public Transport transport() {
    return Transport.TCP;
  }

  @Override
  public Flow flowTo(InetSocketAddress remote) {
    return flowTo(Peer.unnamed(remote));
  }

  @Override
  StreamConnection dress(StreamConnection raw, StreamFlow flow) {
    return raw;
  }
}
