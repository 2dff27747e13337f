package dev.tandem.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket client (RFC 6455) on a plain socket, that can do what a real one refuses to: half
 * frames, wrong masks, no handshake, no reading. Anything may be called from any thread. A thread
 * of its own reads, and ends with the connection.
 */
public final class RawWebSocket implements AutoCloseable {
  public static final int CONTINUATION = 0;
  public static final int TEXT = 1;
  public static final int BINARY = 2;
  public static final int CLOSE = 8;
  public static final int PING = 9;
  public static final int PONG = 10;

  /** How long receiving waits, in real time, unless told otherwise. */
  public static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int LARGEST_FRAME = 64 * 1024 * 1024;

  /** One frame as it came. Immutable. */
  public static final class Frame {
    private final int opcode;
    private final boolean fin;
    private final byte[] payload;

    Frame(int opcode, boolean fin, byte[] payload) {
      this.opcode = opcode;
      this.fin = fin;
      this.payload = payload;
    }

    public int opcode() {
      return opcode;
    }

    /** Whether it is the last of its message. */
    public boolean isFinal() {
      return fin;
    }

    public byte[] payload() {
      return payload.clone();
    }

    public String text() {
      return new String(payload, UTF_8);
    }

    /** The status of a close frame; 1005 when it has none (RFC 6455 §7.1.5). */
    public int closeCode() {
      return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xffff;
    }

    @Override
    public String toString() {
      return "opcode " + opcode + (fin ? ": " : ", more follows: ") + text();
    }
  }

  private final Socket socket;
  private final OutputStream out;
  private final DataInputStream in;
  private final boolean answersPings;
  private final @Nullable Consumer<Frame> frameListener;
  private final @Nullable Runnable endListener;
  private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Object gate = new Object();
  private boolean reading;
  private int status;
  private final Map<String, String> answerHeaders = new LinkedHashMap<>();

  private RawWebSocket(Socket socket, WebSocketHandshake wishes) throws IOException {
    this.socket = socket;
    this.out = socket.getOutputStream();
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    this.answersPings = wishes.answersPings;
    this.frameListener = wishes.frameListener;
    this.endListener = wishes.endListener;
    this.reading = wishes.reads;
  }

  /** Prepares a connection to a {@code ws:} or {@code wss:} address; any certificate will do. */
  public static WebSocketHandshake to(URI uri) {
    return new WebSocketHandshake(uri);
  }

  static RawWebSocket connected(Socket socket, WebSocketHandshake wishes) throws IOException {
    RawWebSocket raw = new RawWebSocket(socket, wishes);
    raw.startReader();
    return raw;
  }

  static RawWebSocket upgraded(Socket socket, WebSocketHandshake wishes) throws IOException {
    RawWebSocket raw = new RawWebSocket(socket, wishes);
    try {
      raw.sendRaw(wishes.text().getBytes(ISO_8859_1));
      socket.setSoTimeout((int) PATIENCE.toMillis());
      raw.readAnswer(wishes.key());
      socket.setSoTimeout(0);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
    if (raw.isUpgraded()) {
      raw.startReader();
    } else {
      raw.close();
    }
    return raw;
  }

  private void readAnswer(String key) throws IOException {
    String first = readLine();
    status = Integer.parseInt(first.split(" ", 3)[1]);
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      int colon = line.indexOf(':');
      answerHeaders.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    if (status == 101 && !accept(key).equals(answerHeaders.get("sec-websocket-accept"))) {
      throw new IOException("Sec-WebSocket-Accept is not the answer to " + key);
    }
  }

  private String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("closed within the handshake, after: " + line.toString(ISO_8859_1));
      }
      line.write(b);
    }
    return line.toString(ISO_8859_1).stripTrailing();
  }

  private static String accept(String key) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(ISO_8859_1));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The HTTP status of the answer; 0 when there was no handshake. */
  public int status() {
    return status;
  }

  public boolean isUpgraded() {
    return status == 101;
  }

  /** A header of the answer; null when it has none of that name. */
  public @Nullable String answerHeader(String name) {
    return answerHeaders.get(name.toLowerCase(Locale.ROOT));
  }

  // Sending.

  public void sendText(String text) {
    sendFrame(TEXT, true, text.getBytes(UTF_8));
  }

  /** A text frame with these bytes, valid UTF-8 or not. */
  public void sendText(byte[] bytes) {
    sendFrame(TEXT, true, bytes);
  }

  public void sendBinary(byte[] bytes) {
    sendFrame(BINARY, true, bytes);
  }

  /** One message in several frames. */
  public void sendFragments(int opcode, byte[]... parts) {
    for (int i = 0; i < parts.length; i++) {
      sendFrame(i == 0 ? opcode : CONTINUATION, i == parts.length - 1, parts[i]);
    }
  }

  public void sendPing(String payload) {
    sendFrame(PING, true, payload.getBytes(UTF_8));
  }

  public void sendClose(int code) {
    sendFrame(CLOSE, true, new byte[] {(byte) (code >> 8), (byte) code});
  }

  /** One masked frame. */
  public void sendFrame(int opcode, boolean fin, byte[] payload) {
    sendRaw(frame((fin ? 0x80 : 0) | opcode, true, payload));
  }

  /**
   * The bytes of one frame, for those who send it by halves or spoil it.
   *
   * @param firstByte FIN, RSV1 to RSV3 and the opcode
   */
  public static byte[] frame(int firstByte, boolean masked, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(payload.length + 14);
    frame.put((byte) firstByte);
    int maskBit = masked ? 0x80 : 0;
    if (payload.length < 126) {
      frame.put((byte) (maskBit | payload.length));
    } else if (payload.length < 65536) {
      frame.put((byte) (maskBit | 126)).putShort((short) payload.length);
    } else {
      frame.put((byte) (maskBit | 127)).putLong(payload.length);
    }
    if (masked) {
      byte[] mask = new byte[4];
      ThreadLocalRandom.current().nextBytes(mask);
      frame.put(mask);
      for (int i = 0; i < payload.length; i++) {
        frame.put((byte) (payload[i] ^ mask[i & 3]));
      }
    } else {
      frame.put(payload);
    }
    byte[] bytes = new byte[frame.position()];
    frame.flip().get(bytes);
    return bytes;
  }

  /**
   * Any bytes at all.
   *
   * @throws UncheckedIOException if the connection is over
   */
  public void sendRaw(byte[] bytes) {
    try {
      synchronized (out) {
        out.write(bytes);
        out.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // Receiving.

  /** The next frame; fails when none comes within {@link #PATIENCE}. */
  public Frame receive() {
    return receive(PATIENCE);
  }

  /** The next frame; fails when none comes in time. */
  public Frame receive(Duration patience) {
    Frame frame = poll(patience);
    if (frame == null) {
      throw new AssertionError(
          "no frame within " + patience + (hasEnded() ? "; the connection is over" : ""));
    }
    return frame;
  }

  /** The next frame, or null when none comes in time. */
  public @Nullable Frame poll(Duration patience) {
    try {
      return frames.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Whether the connection is over, whoever ended it. */
  public boolean hasEnded() {
    return closed.get() || ended.getCount() == 0;
  }

  /** Fails when the connection is not over in time. */
  public void awaitEnd(Duration patience) {
    try {
      if (!ended.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new AssertionError("still connected after " + patience);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** From the frame after the next on, nothing is read: a slow reader. */
  public void stopReading() {
    synchronized (gate) {
      reading = false;
    }
  }

  public void resumeReading() {
    synchronized (gate) {
      reading = true;
      gate.notifyAll();
    }
  }

  private void startReader() {
    Thread reader = new Thread(this::readFrames, "testkit-ws-" + socket.getLocalPort());
    reader.setDaemon(true);
    reader.start();
  }

  private void readFrames() {
    try {
      while (awaitGate()) {
        received(readFrame());
      }
    } catch (IOException | UncheckedIOException e) {
      // The connection is over; that is told below.
    } finally {
      closeSocket();
      ended.countDown();
      if (endListener != null) {
        endListener.run();
      }
    }
  }

  /** Waits while reading is stopped; false when the connection was closed meanwhile. */
  private boolean awaitGate() {
    synchronized (gate) {
      while (!reading && !closed.get()) {
        try {
          gate.wait();
        } catch (InterruptedException e) {
          return false;
        }
      }
      return !closed.get();
    }
  }

  private Frame readFrame() throws IOException {
    int first = in.readUnsignedByte();
    int second = in.readUnsignedByte();
    long length = second & 0x7f;
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = in.readLong();
    }
    if ((second & 0x80) != 0 || length < 0 || length > LARGEST_FRAME) {
      throw new IOException("a server's frame is not masked, and not that long: " + length);
    }
    return new Frame(first & 0x0f, (first & 0x80) != 0, in.readNBytes((int) length));
  }

  private void received(Frame frame) {
    if (frame.opcode == PING && answersPings) {
      sendFrame(PONG, true, frame.payload);
    } else if (frameListener != null) {
      frameListener.accept(frame);
    } else {
      frames.add(frame);
    }
  }

  // The end.

  /** Ends the TCP connection without a close frame. */
  @Override
  public void close() {
    closeSocket();
    if (status != 0 && status != 101) {
      ended.countDown();
    }
  }

  /** Ends it so that the peer gets a reset: what a browser's network does when it flips. */
  public void reset() {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    closeSocket();
  }

  private void closeSocket() {
    closed.set(true);
    resumeReading();
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
