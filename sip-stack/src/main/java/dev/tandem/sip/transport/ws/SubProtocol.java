package dev.tandem.sip.transport.ws;

/** What is spoken on the connections that negotiated one Sec-WebSocket-Protocol. */
public interface SubProtocol {

  /** The name as it is registered: {@code sip} (RFC 7118 §8), {@code tandem.v1}. */
  String name();

  /**
   * A connection completed its handshake. Runs on its I/O thread, before anything is read; messages
   * may be sent from here on.
   */
  WebSocketListener opened(WebSocketConnection connection);
}
