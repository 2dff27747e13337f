package dev.tandem.gateway.probe;

import dev.tandem.sip.transport.Transport;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** TCP or TLS: messages one after another, each as long as its Content-Length says (§18.3). */
final class StreamWire implements Wire {
  private static final int MOST = 1 << 20;
  private static final Pattern LENGTH =
      Pattern.compile("(?im)^(?:content-length|l)[ \t]*:[ \t]*(\\d{1,7})");

  private final Socket socket;
  private final Transport transport;

  /** Octets as characters, so that lengths are those of the wire. */
  private final StringBuilder waiting = new StringBuilder();

  /** Takes a connection over. */
  StreamWire(Socket socket, Transport transport) {
    this.socket = socket;
    this.transport = transport;
  }

  @Override
  public Transport transport() {
    return transport;
  }

  @Override
  public InetSocketAddress local() {
    return new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort());
  }

  @Override
  public InetSocketAddress remote() {
    return new InetSocketAddress(socket.getInetAddress(), socket.getPort());
  }

  @Override
  public void send(String message) throws IOException {
    socket.getOutputStream().write(message.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  @Override
  public @Nullable String receive(Duration limit) throws IOException {
    long end = System.nanoTime() + limit.toNanos();
    InputStream in = socket.getInputStream();
    byte[] some = new byte[8192];
    while (true) {
      String whole = take();
      if (whole != null) {
        return new String(whole.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
      }
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return null;
      }
      socket.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
      int read;
      try {
        read = in.read(some);
      } catch (SocketTimeoutException nothingCame) {
        return null;
      }
      if (read < 0) {
        throw new EOFException("the peer closed the connection");
      }
      waiting.append(new String(some, 0, read, StandardCharsets.ISO_8859_1));
      if (waiting.length() > MOST) {
        throw new IOException("what the peer sends is no SIP, or too large");
      }
    }
  }

  private @Nullable String take() {
    int start = 0;
    while (start < waiting.length()
        && (waiting.charAt(start) == '\r' || waiting.charAt(start) == '\n')) {
      start++;
    }
    waiting.delete(0, start);
    int head = waiting.indexOf("\r\n\r\n");
    if (head < 0) {
      return null;
    }
    Matcher length = LENGTH.matcher(waiting.substring(0, head));
    int end = head + 4 + (length.find() ? Integer.parseInt(length.group(1)) : 0);
    if (waiting.length() < end) {
      return null;
    }
    String whole = waiting.substring(0, end);
    waiting.delete(0, end);
    return whole;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more either way.
      waiting.setLength(0);
    }
  }
}
