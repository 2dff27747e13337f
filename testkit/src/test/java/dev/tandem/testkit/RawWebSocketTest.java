package dev.tandem.testkit;

import static dev.tandem.testkit.RawWebSocket.BINARY;
import static dev.tandem.testkit.RawWebSocket.CLOSE;
import static dev.tandem.testkit.RawWebSocket.CONTINUATION;
import static dev.tandem.testkit.RawWebSocket.PING;
import static dev.tandem.testkit.RawWebSocket.PONG;
import static dev.tandem.testkit.RawWebSocket.TEXT;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server of bare hands: the example of RFC 6455 §1.3, and frames byte by byte. */
class RawWebSocketTest {
  private static final Duration SOON = Duration.ofSeconds(5);

  private ServerSocket server;
  private Socket accepted;
  private RawWebSocket ws;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    if (ws != null) {
      ws.close();
      ws.awaitEnd(SOON);
    }
    if (accepted != null) {
      accepted.close();
    }
  }

  private URI uri() {
    return URI.create("ws://127.0.0.1:" + server.getLocalPort() + "/ws?x=1");
  }

  /** The backlog lets a client connect and send before anybody accepts. */
  private void connect(WebSocketHandshake handshake, String answer) throws Exception {
    Thread answering =
        new Thread(
            () -> {
              try {
                accepted = server.accept();
                BufferedReader lines =
                    new BufferedReader(new InputStreamReader(accepted.getInputStream(), US_ASCII));
                String all = "";
                for (String line = lines.readLine(); !line.isEmpty(); line = lines.readLine()) {
                  all += line + "\n";
                }
                assertThat(all).startsWith("GET /ws?x=1 HTTP/1.1\n").contains("Version: 13");
                accepted.getOutputStream().write(answer.getBytes(US_ASCII));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    answering.start();
    try {
      ws = handshake.connect();
    } finally {
      answering.join();
    }
  }

  private void connect(WebSocketHandshake handshake) throws Exception {
    connect(
        handshake.header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        """
        HTTP/1.1 101 Switching Protocols
        Sec-WebSocket-Protocol: sip
        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=

        """
            .replace("\n", "\r\n"));
    assertThat(ws.isUpgraded()).isTrue();
  }

  /** Opcode with FIN, then the unmasked payload. */
  private byte[] readFrame(int firstByte) throws IOException {
    DataInputStream in = new DataInputStream(accepted.getInputStream());
    assertThat(in.readUnsignedByte()).isEqualTo(firstByte);
    int second = in.readUnsignedByte();
    assertThat(second & 0x80).as("mask bit").isEqualTo(0x80);
    int length = second & 0x7f;
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = (int) in.readLong();
    }
    byte[] mask = in.readNBytes(4);
    byte[] payload = in.readNBytes(length);
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= mask[i % 4];
    }
    return payload;
  }

  private void write(int... bytes) throws IOException {
    OutputStream out = accepted.getOutputStream();
    for (int b : bytes) {
      out.write(b);
    }
  }

  @Test
  void shakesHands() throws Exception {
    connect(RawWebSocket.to(uri()).subprotocol("sip").origin("https://x.test"));
    assertThat(ws.status()).isEqualTo(101);
    assertThat(ws.answerHeader("sec-websocket-protocol")).isEqualTo("sip");
  }

  @Test
  void wrongAcceptIsFound() {
    assertThatThrownBy(
            () ->
                connect(
                    RawWebSocket.to(uri()),
                    "HTTP/1.1 101 Switching\r\nSec-WebSocket-Accept: x\r\n\r\n"))
        .hasMessageContaining("Sec-WebSocket-Accept");
  }

  @Test
  void refusalIsAStatus() throws Exception {
    connect(RawWebSocket.to(uri()), "HTTP/1.1 403 Forbidden\r\n\r\n");
    assertThat(ws.isUpgraded()).isFalse();
    assertThat(ws.status()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 125, 126, 65535, 65536})
  void sendsAndReceivesEveryLength(int length) throws Exception {
    connect(RawWebSocket.to(uri()));
    String text = "x".repeat(length);
    Thread sender = new Thread(() -> ws.sendText(text));
    sender.start();
    assertThat(readFrame(0x80 | TEXT)).isEqualTo(text.getBytes(UTF_8));
    sender.join();

    accepted
        .getOutputStream()
        .write(RawWebSocket.frame(0x80 | BINARY, false, text.getBytes(UTF_8)));
    RawWebSocket.Frame frame = ws.receive();
    assertThat(frame.opcode()).isEqualTo(BINARY);
    assertThat(frame.text()).isEqualTo(text);
  }

  @Test
  void sendsFragmentsAndControlFrames() throws Exception {
    connect(RawWebSocket.to(uri()));
    ws.sendFragments(TEXT, "a".getBytes(UTF_8), "b".getBytes(UTF_8), "c".getBytes(UTF_8));
    ws.sendPing("hi");
    ws.sendClose(1001);
    assertThat(readFrame(TEXT)).asString().isEqualTo("a");
    assertThat(readFrame(CONTINUATION)).asString().isEqualTo("b");
    assertThat(readFrame(0x80 | CONTINUATION)).asString().isEqualTo("c");
    assertThat(readFrame(0x80 | PING)).asString().isEqualTo("hi");
    assertThat(readFrame(0x80 | CLOSE)).containsExactly(3, 0xe9);
  }

  @Test
  void answersPingsUnlessToldNotTo() throws Exception {
    connect(RawWebSocket.to(uri()));
    write(0x80 | PING, 1, 'p', 0x80 | TEXT, 1, 't');
    assertThat(readFrame(0x80 | PONG)).asString().isEqualTo("p");
    assertThat(ws.receive().text()).isEqualTo("t");
  }

  @Test
  void showsPingsToWhoAnswersThemHimself() throws Exception {
    connect(RawWebSocket.to(uri()).answersPings(false));
    write(0x80 | PING, 1, 'p', 0x80 | CLOSE, 2, 3, 0xe8);
    assertThat(ws.receive().opcode()).isEqualTo(PING);
    assertThat(ws.receive().closeCode()).isEqualTo(1000);
  }

  @Test
  void readsNothingWhileStopped() throws Exception {
    connect(RawWebSocket.to(uri()).readsNothing());
    write(0x80 | TEXT, 1, 't');
    assertThat(ws.poll(Duration.ofMillis(50))).isNull();
    ws.resumeReading();
    assertThat(ws.receive().text()).isEqualTo("t");
  }

  @Test
  void endIsSeen() throws Exception {
    connect(RawWebSocket.to(uri()));
    assertThat(ws.hasEnded()).isFalse();
    accepted.close();
    ws.awaitEnd(SOON);
    assertThatThrownBy(() -> ws.receive(Duration.ofMillis(1)))
        .hasMessageContaining("the connection is over");
  }

  @Test
  void resetIsAReset() throws Exception {
    connect(RawWebSocket.to(uri()));
    ws.reset();
    assertThatThrownBy(() -> accepted.getInputStream().read()).isInstanceOf(SocketException.class);
  }
}
