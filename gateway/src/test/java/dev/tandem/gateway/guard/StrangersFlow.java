package dev.tandem.gateway.guard;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowId;
import dev.tandem.sip.transport.Transport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection of somebody, that keeps what it is sent. */
final class StrangersFlow implements Flow {
  private final FlowId id = FlowId.next();
  private final Transport transport;
  private final InetSocketAddress remote;
  final List<String> sent = new ArrayList<>();
  @Nullable FlowEnd end;

  StrangersFlow(Transport transport, String address) {
    this.transport = transport;
    this.remote = new InetSocketAddress(address, 5060);
  }

  @Override
  public FlowId id() {
    return id;
  }

  @Override
  public Transport transport() {
    return transport;
  }

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  @Override
  public InetSocketAddress local() {
    return new InetSocketAddress("192.0.2.1", 5060);
  }

  @Override
  public boolean isOpen() {
    return end == null;
  }

  @Override
  public boolean send(byte[] message) {
    sent.add(new String(message, ISO_8859_1));
    return true;
  }

  @Override
  public void close(FlowEnd why) {
    end = why;
  }
}
