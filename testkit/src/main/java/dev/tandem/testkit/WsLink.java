package dev.tandem.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** SIP over one WebSocket, as a browser does it: text frames, sub-protocol "sip", an Origin. */
final class WsLink implements Link, Link.Path {
  private final Listener listener;
  private final String sentBy;
  private final String transport;
  private final RawWebSocket socket;
  private final ByteArrayOutputStream fragments = new ByteArrayOutputStream();
  private final BlockingQueue<String> pongs = new LinkedBlockingQueue<>();
  private volatile boolean cut;

  /**
   * Connects.
   *
   * @param source the address that it comes from; null for whatever the system chooses
   */
  WsLink(URI uri, String sentBy, @Nullable String source, Listener listener) {
    this.listener = listener;
    this.sentBy = sentBy;
    this.transport = uri.getScheme().toUpperCase(Locale.ROOT);
    String scheme = "wss".equals(uri.getScheme()) ? "https" : "http";
    this.socket =
        RawWebSocket.to(uri)
            .subprotocol("sip")
            .origin(scheme + "://" + uri.getHost() + ":" + uri.getPort())
            .from(source)
            .answersPings(false)
            .onFrame(this::received)
            .onEnd(listener::ended)
            .connect();
    if (!socket.isUpgraded() || !"sip".equals(socket.answerHeader("Sec-WebSocket-Protocol"))) {
      throw new AssertionError(
          "the WebSocket handshake was answered with "
              + socket.status()
              + ", sub-protocol "
              + socket.answerHeader("Sec-WebSocket-Protocol"));
    }
  }

  private void received(RawWebSocket.Frame frame) {
    if (cut) {
      return;
    }
    switch (frame.opcode()) {
      case RawWebSocket.PING -> socket.sendFrame(RawWebSocket.PONG, true, frame.payload());
      case RawWebSocket.PONG -> pongs.add(frame.text());
      case RawWebSocket.CLOSE -> {
        listener.remarked("close frame " + frame.closeCode());
        socket.close();
      }
      default -> {
        if (frame.opcode() == RawWebSocket.BINARY) {
          listener.remarked("binary frame, which browsers drop");
        }
        fragments.writeBytes(frame.payload());
        if (frame.isFinal()) {
          byte[] message = fragments.toByteArray();
          fragments.reset();
          if (!new String(message, UTF_8).isBlank()) {
            listener.received(message, this);
          }
        }
      }
    }
  }

  @Override
  public void send(byte[] message) {
    if (cut) {
      return;
    }
    socket.sendText(message);
  }

  @Override
  public @Nullable InetSocketAddress peerForVia() {
    return null;
  }

  @Override
  public String transport() {
    return transport;
  }

  @Override
  public String sentBy() {
    return sentBy;
  }

  @Override
  public Path pathTo(String uri) {
    return this;
  }

  @Override
  public void roundTrip() {
    if (cut || socket.hasEnded()) {
      return;
    }
    String token = SipText.token(8);
    socket.sendPing(token);
    try {
      String pong = pongs.poll(RawWebSocket.PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
      if (!token.equals(pong)) {
        throw new AssertionError("ping " + token + " was answered with " + pong);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void cut() {
    cut = true;
  }

  @Override
  public void leave() {
    socket.sendClose(1001);
  }

  @Override
  public void reset() {
    socket.reset();
  }

  @Override
  public void awaitEnd() {
    socket.awaitEnd(Duration.ofSeconds(5));
  }

  @Override
  public void close() {
    socket.close();
  }
}
