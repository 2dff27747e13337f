package dev.tandem.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** SIP over UDP from a port of its own. */
final class UdpLink implements Link {
  private final String host;
  private final Supplier<InetSocketAddress> gateway;
  private final Listener listener;
  private final DatagramSocket socket;
  private final BlockingQueue<Integer> echoes = new LinkedBlockingQueue<>();

  UdpLink(String host, Supplier<InetSocketAddress> gateway, Listener listener) {
    this.host = host;
    this.gateway = gateway;
    this.listener = listener;
    try {
      socket = new DatagramSocket(new InetSocketAddress(host, 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread reader = new Thread(this::read, "testkit-udp-" + socket.getLocalPort());
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    byte[] buffer = new byte[65536];
    try {
      while (!socket.isClosed()) {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        InetSocketAddress peer = (InetSocketAddress) packet.getSocketAddress();
        if (peer.equals(socket.getLocalSocketAddress())) {
          echoes.add(packet.getLength());
        } else if (packet.getLength() > 4) { // else a keep-alive
          listener.received(Arrays.copyOf(buffer, packet.getLength()), to(peer));
        }
      }
    } catch (IOException e) {
      // Closed by us: a UDP socket on loopback ends in no other way.
    } finally {
      listener.ended();
    }
  }

  private Path to(InetSocketAddress peer) {
    return new Path() {
      @Override
      public void send(byte[] message) {
        try {
          socket.send(new DatagramPacket(message, message.length, peer));
        } catch (IOException e) {
          if (socket.isClosed()) {
            return; // the phone has gone while it was about to say something
          }
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public @Nullable InetSocketAddress peerForVia() {
        return peer;
      }
    };
  }

  @Override
  public String transport() {
    return "UDP";
  }

  @Override
  public String sentBy() {
    return host + ":" + socket.getLocalPort();
  }

  @Override
  public Path pathTo(String uri) {
    InetSocketAddress literal = Uris.literalAddress(uri);
    return to(literal == null ? gateway.get() : literal);
  }

  /**
   * A datagram cannot ask the gateway; but one to ourselves comes after all that the gateway has
   * sent us before.
   */
  @Override
  public void roundTrip() {
    if (socket.isClosed()) {
      return;
    }
    echoes.clear();
    to((InetSocketAddress) socket.getLocalSocketAddress()).send(new byte[1]);
    try {
      if (echoes.poll(3, TimeUnit.SECONDS) == null) {
        throw new AssertionError("a datagram to ourselves did not come");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void reset() {
    close();
  }

  @Override
  public void awaitEnd() {
    throw new AssertionError("UDP has no end");
  }

  @Override
  public void close() {
    socket.close();
  }
}
