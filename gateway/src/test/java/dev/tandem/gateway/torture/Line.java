package dev.tandem.gateway.torture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tandem.gateway.TestGateway;
import dev.tandem.testkit.RawWebSocket;
import dev.tandem.testkit.SipText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A connection, or a socket, that sends bytes as they are and keeps what is answered. */
abstract class Line implements AutoCloseable {
  private static final Pattern RESPONSE =
      Pattern.compile("(?s)SIP/2\\.0 (\\d{3}) .*?\r\nCall-ID: *([^\r]*)\r\n.*?\r\n\r\n");

  private final String marker = "marker-" + SipText.token(8);
  private final List<String> received = new CopyOnWriteArrayList<>();
  private volatile boolean ended;

  static Line open(Way way, TestGateway gateway) throws IOException {
    return switch (way) {
      case WEBSOCKET -> new OfWebSocket(gateway.address("http"));
      case TCP -> new OfTcp(gateway.address("tcp"));
      case UDP -> new OfUdp(gateway.address("udp"));
    };
  }

  abstract void send(byte[] bytes);

  /** A request that is certainly answered: what came before it has been looked at by then. */
  void sendMarker() {
    send(
        ("OPTIONS sip:example.com SIP/2.0\r\nVia: SIP/2.0/TCP marker.invalid;rport;branch="
                + SipText.newBranch()
                + "\r\nMax-Forwards: 70\r\nFrom: <sip:m@marker.invalid>;tag=m\r\n"
                + "To: <sip:example.com>\r\nCall-ID: "
                + marker
                + "\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n")
            .getBytes(ISO_8859_1));
  }

  boolean isMarkerAnswered() {
    return statuses(true).contains("200");
  }

  boolean isEnded() {
    return ended;
  }

  /** The statuses that were answered to anything but the marker; a repeated one counts once. */
  List<String> answers() {
    return statuses(false).stream().distinct().toList();
  }

  /** All that came, for messages of failure and for what answers must contain. */
  String text() {
    return String.join("", received);
  }

  private List<String> statuses(boolean ofMarker) {
    List<String> statuses = new ArrayList<>();
    Matcher response = RESPONSE.matcher(text());
    while (response.find()) {
      if (response.group(2).equals(marker) == ofMarker) {
        statuses.add(response.group(1));
      }
    }
    return statuses;
  }

  void came(byte[] bytes, int length) {
    received.add(new String(bytes, 0, length, ISO_8859_1));
  }

  void end() {
    ended = true;
  }

  @Override
  public abstract void close();

  private static final class OfWebSocket extends Line {
    private final RawWebSocket socket;

    OfWebSocket(InetSocketAddress gateway) {
      socket =
          RawWebSocket.to(URI.create("ws://127.0.0.1:" + gateway.getPort() + "/ws"))
              .subprotocol("sip")
              .onFrame(frame -> came(frame.payload(), frame.payload().length))
              .onEnd(this::end)
              .connect();
    }

    /** As binary, which carries what is no UTF-8 too. */
    @Override
    void send(byte[] bytes) {
      socket.sendFrame(RawWebSocket.BINARY, true, bytes);
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  private static final class OfTcp extends Line {
    private final Socket socket;

    OfTcp(InetSocketAddress gateway) throws IOException {
      socket = new Socket(gateway.getAddress(), gateway.getPort());
      read("torture-tcp", this::readAll);
    }

    private void readAll() throws IOException {
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[8192];
      int count = in.read(buffer);
      while (count >= 0) {
        came(buffer, count);
        count = in.read(buffer);
      }
    }

    @Override
    void send(byte[] bytes) {
      try {
        socket.getOutputStream().write(bytes);
      } catch (IOException e) {
        end(); // the gateway has closed it for what came before
      }
    }

    @Override
    public void close() {
      closeQuietly(socket);
    }
  }

  private static final class OfUdp extends Line {
    private final DatagramSocket socket;
    private final InetSocketAddress gateway;

    OfUdp(InetSocketAddress gateway) throws IOException {
      this.gateway = gateway;
      socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      read("torture-udp", this::readAll);
    }

    private void readAll() throws IOException {
      byte[] buffer = new byte[65_535];
      while (!socket.isClosed()) {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        came(Arrays.copyOf(buffer, packet.getLength()), packet.getLength());
      }
    }

    @Override
    void send(byte[] bytes) {
      try {
        socket.send(new DatagramPacket(bytes, bytes.length, gateway));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  /** Reads until there is no more. */
  interface Reading {
    void all() throws IOException;
  }

  void read(String thread, Reading reading) {
    Thread reader =
        new Thread(
            () -> {
              try {
                reading.all();
              } catch (IOException e) {
                // reset, or closed by ourselves: an end too
              }
              end();
            },
            thread);
    reader.setDaemon(true);
    reader.start();
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // it is gone either way
    }
  }
}
