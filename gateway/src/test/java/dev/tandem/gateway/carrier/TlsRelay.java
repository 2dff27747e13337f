package dev.tandem.gateway.carrier;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;

/**
 * Passes bytes from connections that it accepts to connections that it makes, so that a program
 * without TLS speaks TLS. Debian's SIPp is such a one.
 */
final class TlsRelay implements AutoCloseable {
  private final ServerSocket listening;
  private final InetSocketAddress to;
  private final SocketFactory out;
  private final String from;
  private final AtomicInteger accepted = new AtomicInteger();
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

  /**
   * Begins to listen.
   *
   * @param host where it listens, and where it connects from
   * @param in makes what listens
   * @param out makes what connects
   */
  TlsRelay(String host, ServerSocketFactory in, InetSocketAddress to, SocketFactory out) {
    this.to = to;
    this.out = out;
    this.from = host;
    try {
      listening = in.createServerSocket(0, 5, InetAddress.getByName(host));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    begin("accept", this::accept);
  }

  /** Where it listens. */
  InetSocketAddress address() {
    return (InetSocketAddress) listening.getLocalSocketAddress();
  }

  /** How many connections have come in. */
  int accepted() {
    return accepted.get();
  }

  private void accept() throws IOException {
    while (true) {
      Socket in = listening.accept();
      sockets.add(in);
      accepted.incrementAndGet();
      Socket made = out.createSocket(to.getAddress(), to.getPort(), InetAddress.getByName(from), 0);
      sockets.add(made);
      begin("in", () -> pass(in, made));
      begin("out", () -> pass(made, in));
    }
  }

  private static void pass(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  /** Whatever fails ends the connection, which is what its ends notice. */
  private static void begin(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException closed) {
                Thread.currentThread().interrupt();
              }
            },
            "tls-relay-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listening.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
