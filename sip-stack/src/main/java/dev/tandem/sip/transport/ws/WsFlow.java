package dev.tandem.sip.transport.ws;

import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowId;
import dev.tandem.sip.transport.FlowListener;
import dev.tandem.sip.transport.Transport;
import java.net.InetSocketAddress;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * A flow whose messages are WebSocket messages, one each (RFC 7118 §5). The double CRLF of a client
 * is answered here (RFC 5626 §4.4.1) and nobody above hears of it.
 */
final class WsFlow implements Flow, WebSocketListener {
  private final FlowId id = FlowId.next();
  private final WebSocketConnection connection;
  private final FlowListener listener;

  WsFlow(WebSocketConnection connection, FlowListener listener) {
    this.connection = connection;
    this.listener = listener;
  }

  @Override
  public FlowId id() {
    return id;
  }

  @Override
  public Transport transport() {
    return connection.isSecure() ? Transport.WSS : Transport.WS;
  }

  @Override
  public InetSocketAddress remote() {
    return connection.remote();
  }

  @Override
  public InetSocketAddress local() {
    return connection.local();
  }

  @Override
  public @Nullable Principal principal() {
    return connection.principal();
  }

  @Override
  public boolean isOpen() {
    return connection.isOpen();
  }

  @Override
  public boolean isDoubtful() {
    return connection.isDoubtful();
  }

  /** As text, which browsers' SIP stacks expect, unless the bytes are not UTF-8. */
  @Override
  public boolean send(byte[] message) {
    return connection.send(message, Utf8.isValid(message));
  }

  @Override
  public void close(FlowEnd why) {
    connection.close(why);
  }

  @Override
  public void message(byte[] payload, boolean text) {
    if (!isKeepAlive(payload)) {
      listener.received(this, payload);
    } else if (payload.length == 4) {
      connection.send(new byte[] {'\r', '\n'}, text);
    }
  }

  /** Line ends and nothing else, or nothing at all. */
  private static boolean isKeepAlive(byte[] payload) {
    for (byte b : payload) {
      if (b != '\r' && b != '\n') {
        return false;
      }
    }
    return true;
  }

  @Override
  public void ended(FlowEnd end) {
    listener.ended(this, end);
  }

  @Override
  public String toString() {
    return id + " " + transport() + " " + remote();
  }
}
