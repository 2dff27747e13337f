package dev.tandem.gateway.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A way to a server by UDP, for one client, that loses some packets in either direction. */
final class LossyLine implements AutoCloseable {
  private final DatagramSocket near = socket();
  private final DatagramSocket far = socket();
  private final SocketAddress server;
  private volatile double loss;
  private volatile @Nullable SocketAddress client;

  LossyLine(InetSocketAddress server, double loss) {
    this.server = server;
    this.loss = loss;
    start(near);
    start(far);
  }

  private static DatagramSocket socket() {
    try {
      return new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the client sends to. */
  String address() {
    return "127.0.0.1:" + near.getLocalPort();
  }

  void loses(double share) {
    loss = share;
  }

  private void start(DatagramSocket from) {
    Thread thread = new Thread(() -> carries(from, new Random(from == near ? 3 : 4)), "lossy line");
    thread.setDaemon(true);
    thread.start();
  }

  private void carries(DatagramSocket from, Random random) {
    DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
    while (!from.isClosed()) {
      try {
        packet.setLength(65_535);
        from.receive(packet);
        if (from == near) {
          client = packet.getSocketAddress();
        }
        SocketAddress to = from == near ? server : client;
        if (to != null && random.nextDouble() >= loss) {
          packet.setSocketAddress(to);
          (from == near ? far : near).send(packet);
        }
      } catch (IOException e) {
        continue; // closed, or nobody listens at the other end just now
      }
    }
  }

  @Override
  public void close() {
    near.close();
    far.close();
  }
}
