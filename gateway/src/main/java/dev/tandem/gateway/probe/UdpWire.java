package dev.tandem.gateway.probe;

import dev.tandem.sip.transport.Transport;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * UDP. It is not connected: a peer with several addresses may answer from another one. Requests
 * that come are answered to where the last packet came from (RFC 3581).
 */
final class UdpWire implements Wire {
  private static final int LARGEST = 65_535;
  private static final Duration ICMP_WAIT = Duration.ofMillis(300);

  private final DatagramSocket socket;
  private final InetAddress shown;
  private final InetSocketAddress remote;

  /**
   * Takes a socket over.
   *
   * @param shown our address on the way to the peer
   */
  UdpWire(DatagramSocket socket, InetAddress shown, InetSocketAddress remote) {
    this.socket = socket;
    this.shown = shown;
    this.remote = remote;
  }

  @Override
  public Transport transport() {
    return Transport.UDP;
  }

  @Override
  public InetSocketAddress local() {
    return new InetSocketAddress(shown, socket.getLocalPort());
  }

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  @Override
  public void send(String message) throws IOException {
    byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
    socket.send(new DatagramPacket(bytes, bytes.length, remote));
  }

  @Override
  public @Nullable String receive(Duration limit) throws IOException {
    long end = System.nanoTime() + limit.toNanos();
    DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
    while (true) {
      long left = Math.max(1, (end - System.nanoTime()) / 1_000_000);
      socket.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
      try {
        packet.setLength(LARGEST);
        socket.receive(packet);
      } catch (SocketTimeoutException nothingCame) {
        return null;
      }
      boolean fromPeer = packet.getAddress().equals(remote.getAddress());
      String text = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
      if (!text.isBlank() && (fromPeer || text.startsWith("SIP/"))) {
        return text;
      }
      if (System.nanoTime() >= end) {
        return null;
      }
    }
  }

  /** Whether the peer's machine says that nobody listens there; most say nothing. */
  boolean isRefused() {
    try (DatagramSocket asking = new DatagramSocket()) {
      asking.connect(remote);
      byte[] keepAlive = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
      asking.send(new DatagramPacket(keepAlive, keepAlive.length));
      asking.setSoTimeout((int) ICMP_WAIT.toMillis());
      asking.receive(new DatagramPacket(new byte[1], 1));
      return false;
    } catch (PortUnreachableException nobodyListens) {
      return true;
    } catch (IOException silence) {
      return false;
    }
  }

  /** The address of ours that packets to a peer leave from. */
  static InetAddress towards(InetSocketAddress remote) throws SocketException {
    try (DatagramSocket asking = new DatagramSocket()) {
      asking.connect(remote); // sends nothing: the system only chooses the way
      return asking.getLocalAddress();
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
