package dev.tandem.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * SIP over TCP: listens on a port of its own, which Contact shows, and keeps one connection to each
 * address that it sends to.
 */
final class TcpLink implements Link {
  private final String host;
  private final Supplier<InetSocketAddress> gateway;
  private final Listener listener;
  private final ServerSocket server;
  private final List<Connection> connections = new CopyOnWriteArrayList<>();

  TcpLink(String host, Supplier<InetSocketAddress> gateway, Listener listener) {
    this.host = host;
    this.gateway = gateway;
    this.listener = listener;
    try {
      server = new ServerSocket(0, 50, InetAddress.getByName(host));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start("testkit-tcp-" + server.getLocalPort(), this::accept);
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (!server.isClosed()) {
        adopt(server.accept(), false);
      }
    } catch (IOException e) {
      // Closed by us.
    }
  }

  private Connection adopt(Socket socket, boolean ours) throws IOException {
    socket.setTcpNoDelay(true);
    Connection connection = new Connection(socket, ours);
    connections.add(connection);
    start("testkit-tcp-" + socket.getLocalPort() + "-reader", connection::read);
    return connection;
  }

  @Override
  public String transport() {
    return "TCP";
  }

  @Override
  public String sentBy() {
    return host + ":" + server.getLocalPort();
  }

  @Override
  public synchronized Path pathTo(String uri) {
    InetSocketAddress literal = Uris.literalAddress(uri);
    InetSocketAddress target = literal == null ? gateway.get() : literal;
    for (Connection connection : connections) {
      if (connection.ours && target.equals(connection.socket.getRemoteSocketAddress())) {
        return connection;
      }
    }
    try {
      Socket socket = new Socket();
      socket.bind(new InetSocketAddress(host, 0));
      socket.connect(target, (int) RawWebSocket.PATIENCE.toMillis());
      return adopt(socket, true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** By double CRLF (RFC 5626 §4.4.1) on each connection that is ours. */
  @Override
  public void roundTrip() {
    connections.stream().filter(connection -> connection.ours).forEach(Connection::roundTrip);
  }

  @Override
  public void reset() {
    connections.forEach(Connection::reset);
  }

  @Override
  public void awaitEnd() {
    connections.forEach(Connection::awaitEnd);
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    connections.forEach(Connection::close);
  }

  private final class Connection implements Path {
    private final Socket socket;
    private final boolean ours;
    private final OutputStream out;
    private final InputStream in;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile CountDownLatch pong = new CountDownLatch(0);
    private int lineBreaks;

    private Connection(Socket socket, boolean ours) throws IOException {
      this.socket = socket;
      this.ours = ours;
      this.out = socket.getOutputStream();
      this.in = new BufferedInputStream(socket.getInputStream());
    }

    private void read() {
      try {
        while (true) {
          listener.received(readMessage(), this);
        }
      } catch (IOException e) {
        // The connection is over; that is told below.
      } finally {
        close();
        connections.remove(this);
        ended.countDown();
        listener.ended();
      }
    }

    private byte[] readMessage() throws IOException {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      while (SipText.endOfHead(head.toByteArray()) < 0) {
        int b = in.read();
        if (b < 0) {
          throw new EOFException();
        }
        head.write(b);
        if (head.toString(US_ASCII).equals("\r\n")) {
          lineBreakCame();
          head.reset();
        }
      }
      String length = SipText.parse(head.toByteArray()).find("Content-Length");
      head.writeBytes(in.readNBytes(length == null ? 0 : Integer.parseInt(length)));
      return head.toByteArray();
    }

    /** One answers our ping, two are the peer's (RFC 5626 §4.4.1). */
    private void lineBreakCame() {
      if (pong.getCount() > 0) {
        pong.countDown();
      } else if (++lineBreaks == 2) {
        lineBreaks = 0;
        send("\r\n".getBytes(US_ASCII));
      }
    }

    @Override
    public void send(byte[] message) {
      try {
        synchronized (out) {
          out.write(message);
          out.flush();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public @Nullable InetSocketAddress peerForVia() {
      return (InetSocketAddress) socket.getRemoteSocketAddress();
    }

    private void roundTrip() {
      pong = new CountDownLatch(1);
      send("\r\n\r\n".getBytes(US_ASCII));
      await(pong, "no CRLF came for our double CRLF");
    }

    private void awaitEnd() {
      await(ended, "still connected");
    }

    private void await(CountDownLatch latch, String failure) {
      try {
        if (!latch.await(RawWebSocket.PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
          throw new AssertionError(failure);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
    }

    private void reset() {
      try {
        socket.setSoLinger(true, 0);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      close();
    }

    private void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
