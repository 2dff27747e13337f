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

  /**
   * The header section of a message whose end cannot be known, so that nothing after it on this
   * stream makes sense: Content-Length is missing, malformed or contradictory ({@link
   * FlowEnd.Cause#PROTOCOL_ERROR}; RFC 3261 §18.3 asks for a 400), or promises more than the limit
   * ({@link FlowEnd.Cause#TOO_BIG}; 513). What is sent within this call still goes out; then the
   * flow ends with {@code why}. Stream transports only.
   */
  default void unframed(Flow flow, byte[] headerSection, FlowEnd why) {}

  /** Exactly once for each flow that was opened, whatever ended it. */
  void ended(Flow flow, FlowEnd end);
}
