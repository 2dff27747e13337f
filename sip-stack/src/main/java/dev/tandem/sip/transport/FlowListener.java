package dev.tandem.sip.transport;

/**
 * Hears of every flow of a transport. For one flow the calls come one at a time and in order:
 * opened, any number of received, ended; on a thread that must not be blocked (for WebSockets the
 * Undertow I/O thread).
 */
public interface FlowListener {

  void opened(Flow flow);

  /**
   * One message: for stream transports framed by Content-Length (RFC 3261 §18.3), for WebSockets
   * one message as the peer sent it (RFC 7118 §5), for UDP one datagram. Within the transport's
   * size limit, never a keep-alive, otherwise unchecked.
   */
  void received(Flow flow, byte[] message);

  /** Exactly once for each flow that was opened, whatever ended it. */
  void ended(Flow flow, FlowEnd end);
}
