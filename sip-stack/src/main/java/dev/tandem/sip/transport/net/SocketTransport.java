package dev.tandem.sip.transport.net;

import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowListener;
import dev.tandem.sip.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;

/** One bound address of one transport. Thread-safe; nothing blocks but {@link #start}, shortly. */
public interface SocketTransport extends AutoCloseable {

  Transport transport();

  /** As who this socket shows itself to peers. Before {@link #start}. */
  void advertise(Advertising advertising);

  /**
   * Binds the socket, and from now on tells the listener. Once only.
   *
   * @throws IOException if the address cannot be bound
   */
  void start(FlowListener listener) throws IOException;

  /** The address to bind, before and after {@link #start}; its port may be 0. */
  InetSocketAddress wantedAddress();

  /**
   * The address that was bound, with the real port.
   *
   * @throws IllegalStateException before {@link #start}
   */
  InetSocketAddress localAddress();

  /**
   * The open flow to this address, or a new one. A new flow may be dead already or die soon, when
   * the peer cannot be reached; that is told to the listener as the end of any flow is. The
   * listener hears {@code opened} of a new flow on this thread, before anybody gets the flow from
   * here.
   *
   * @throws IllegalArgumentException if the address is unresolved: nobody asks DNS here
   */
  Flow flowTo(InetSocketAddress remote);

  NetCounters counters();

  /**
   * Stops. Idempotent. Each flow ends with SHUTDOWN, which the listener hears soon after on the
   * thread of that flow.
   */
  @Override
  void close();
}
