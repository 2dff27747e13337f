package dev.tandem.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link RawWebSocket} says first, and how it behaves then. Starts with a correct handshake
 * (RFC 6455 §4.1) without sub-protocol and Origin.
 */
public final class WebSocketHandshake {
  private final URI uri;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private String method = "GET";
  private int receiveBuffer;
  boolean answersPings = true;
  boolean reads = true;
  @Nullable Consumer<RawWebSocket.Frame> frameListener;
  @Nullable Runnable endListener;
  private @Nullable String source;

  WebSocketHandshake(URI uri) {
    this.uri = uri;
    byte[] nonce = new byte[16];
    ThreadLocalRandom.current().nextBytes(nonce);
    headers.put("Host", uri.getHost() + ":" + uri.getPort());
    headers.put("Upgrade", "websocket");
    headers.put("Connection", "Upgrade");
    headers.put("Sec-WebSocket-Key", Base64.getEncoder().encodeToString(nonce));
    headers.put("Sec-WebSocket-Version", "13");
  }

  /** Sets a header; may replace one of the standard ones. */
  public WebSocketHandshake header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  public WebSocketHandshake without(String name) {
    headers.remove(name);
    return this;
  }

  /** The HTTP method instead of GET. */
  public WebSocketHandshake method(String name) {
    method = name;
    return this;
  }

  public WebSocketHandshake subprotocol(String names) {
    return header("Sec-WebSocket-Protocol", names);
  }

  public WebSocketHandshake origin(String origin) {
    return header("Origin", origin);
  }

  /** The address to come from; null for whatever the system chooses. */
  public WebSocketHandshake from(@Nullable String address) {
    source = address;
    return this;
  }

  /** Bytes that the operating system takes in while nobody reads. */
  public WebSocketHandshake receiveBuffer(int bytes) {
    receiveBuffer = bytes;
    return this;
  }

  /**
   * Whether pings are answered at once and kept from {@link RawWebSocket#receive()}; they are
   * unless told otherwise.
   */
  public WebSocketHandshake answersPings(boolean answers) {
    answersPings = answers;
    return this;
  }

  /** After the handshake nothing is read until {@link RawWebSocket#resumeReading()}. */
  public WebSocketHandshake readsNothing() {
    reads = false;
    return this;
  }

  /** Hands frames to a listener on the reading thread, instead of keeping them. */
  public WebSocketHandshake onFrame(Consumer<RawWebSocket.Frame> listener) {
    frameListener = listener;
    return this;
  }

  /** Runs once, on the reading thread, when the connection is over. */
  public WebSocketHandshake onEnd(Runnable listener) {
    endListener = listener;
    return this;
  }

  /** Connects and sends no byte: what is sent is the caller's, by {@link RawWebSocket#sendRaw}. */
  public RawWebSocket connectOnly() {
    try {
      return RawWebSocket.connected(socket(), this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connects and shakes hands. A refusal is not an error: see {@link RawWebSocket#status()}. */
  public RawWebSocket connect() {
    try {
      return RawWebSocket.upgraded(socket(), this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Socket socket() throws IOException {
    boolean secure = "wss".equals(uri.getScheme());
    Socket socket = secure ? TrustAll.socketFactory().createSocket() : new Socket();
    try {
      if (receiveBuffer > 0) {
        socket.setReceiveBufferSize(receiveBuffer);
      }
      socket.setTcpNoDelay(true);
      if (source != null) {
        socket.bind(new InetSocketAddress(source, 0));
      }
      socket.connect(
          new InetSocketAddress(uri.getHost(), uri.getPort()),
          (int) RawWebSocket.PATIENCE.toMillis());
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  String key() {
    return headers.getOrDefault("Sec-WebSocket-Key", "");
  }

  /** The whole handshake as text, for those who want to send it by halves. */
  public String text() {
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    StringBuilder text = new StringBuilder(method + " " + path + query + " HTTP/1.1\r\n");
    headers.forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
    return text.append("\r\n").toString();
  }
}
