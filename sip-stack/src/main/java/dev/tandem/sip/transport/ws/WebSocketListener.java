package dev.tandem.sip.transport.ws;

import dev.tandem.sip.transport.FlowEnd;

/**
 * What a sub-protocol does with one connection. The calls come one at a time, on the connection's
 * I/O thread, which must not be blocked.
 */
public interface WebSocketListener {

  /**
   * One whole message, at most {@link WebSocketLimits#maxMessageBytes()} long. The array belongs to
   * the listener; of a text message it is valid UTF-8.
   */
  void message(byte[] payload, boolean text);

  /** Exactly once, and the last call. */
  void ended(FlowEnd end);
}
