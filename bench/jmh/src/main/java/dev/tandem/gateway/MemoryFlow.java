package dev.tandem.gateway;

import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowId;
import dev.tandem.sip.transport.Transport;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** A WebSocket without a socket: what is sent on it waits to be taken. */
final class MemoryFlow implements Flow {
  private static final InetSocketAddress HERE = new InetSocketAddress("127.0.0.1", 8080);

  private final FlowId id = FlowId.next();
  private final InetSocketAddress remote;
  private final Deque<byte[]> sent = new ArrayDeque<>();

  MemoryFlow(int port) {
    remote = new InetSocketAddress("127.0.0.1", port);
  }

  /** The next message; fails when there is none. */
  String take() {
    return new String(sent.remove(), StandardCharsets.ISO_8859_1);
  }

  /** As {@link #take}, of which the start line is known. */
  String take(String start) {
    String text = take();
    if (!text.startsWith(start)) {
      throw new IllegalStateException("expected " + start + ", got\n" + text);
    }
    return text;
  }

  @Override
  public FlowId id() {
    return id;
  }

  @Override
  public Transport transport() {
    return Transport.WS;
  }

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  @Override
  public InetSocketAddress local() {
    return HERE;
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public boolean send(byte[] message) {
    sent.add(message);
    return true;
  }

  @Override
  public void close(FlowEnd why) {
    throw new IllegalStateException("closed: " + why);
  }
}
