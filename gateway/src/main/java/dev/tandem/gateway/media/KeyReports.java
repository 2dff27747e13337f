package dev.tandem.gateway.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.gateway.bridge.Keypress;
import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears from rtpengines which keys were pressed in media, by their {@code --dtmf-log-dest}: a
 * datagram of JSON for each, when it is released. What comes from elsewhere, or cannot be read, is
 * passed over. Has a thread of its own, on which it tells.
 */
final class KeyReports implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(KeyReports.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_BYTES = 2048;
  private static final int MAX_MILLIS = 99_999;

  /**
   * A key that somebody pressed.
   *
   * @param call the name by which the rtpengine knows the call
   * @param tag which of its two sides
   */
  record KeyReport(String call, String tag, Keypress key) {

    /** Null when it tells of no key. */
    static @Nullable KeyReport parse(byte[] bytes, int length) {
      JsonNode report;
      try {
        report = JSON.readTree(bytes, 0, length);
      } catch (IOException e) {
        return null;
      }
      int millis = Math.max(0, Math.min(report.path("duration").asInt(), MAX_MILLIS));
      Keypress key = Keypress.ofEvent(report.path("event").asLong(-1), millis);
      String call = report.path("callid").textValue();
      String tag = report.path("source_tag").textValue();
      return key == null || call == null || tag == null ? null : new KeyReport(call, tag, key);
    }
  }

  private final DatagramSocket socket;
  private final Set<InetAddress> engines;
  private final Consumer<KeyReport> listener;

  /**
   * Begins to listen.
   *
   * @param engines whose reports count
   */
  KeyReports(InetSocketAddress at, Set<InetAddress> engines, Consumer<KeyReport> listener)
      throws IOException {
    this.socket = new DatagramSocket(at);
    this.engines = Set.copyOf(engines);
    this.listener = listener;
    Thread reader = new Thread(this::read, "tandem-media-keys");
    reader.setDaemon(true);
    reader.start();
  }

  InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  private void read() {
    DatagramPacket packet = new DatagramPacket(new byte[MAX_BYTES], MAX_BYTES);
    while (!socket.isClosed()) {
      try {
        packet.setLength(MAX_BYTES);
        socket.receive(packet);
        take(packet);
      } catch (IOException e) {
        log.debug("reading keys: {}", e.toString()); // closed, or one datagram is lost
      } catch (RuntimeException e) {
        log.error("a key could not be told", e);
      }
    }
  }

  private void take(DatagramPacket packet) {
    KeyReport report =
        engines.contains(packet.getAddress())
            ? KeyReport.parse(packet.getData(), packet.getLength())
            : null;
    if (report == null) {
      log.debug("{} bytes from {} tell of no key", packet.getLength(), packet.getSocketAddress());
    } else {
      listener.accept(report);
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
