package dev.tandem.sip.transport.ws;

import static dev.tandem.testkit.RawWebSocket.BINARY;
import static dev.tandem.testkit.RawWebSocket.CLOSE;
import static dev.tandem.testkit.RawWebSocket.CONTINUATION;
import static dev.tandem.testkit.RawWebSocket.PING;
import static dev.tandem.testkit.RawWebSocket.PONG;
import static dev.tandem.testkit.RawWebSocket.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.testkit.RawWebSocket;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Cases of our own after the public case list of the Autobahn suite: its groups 1 (sizes), 2
 * (pings), 5 (fragments), 6 (UTF-8) and 10 (messages sent in pieces) here; 3 (reserved bits), 4
 * (opcodes) and 7 (closing) with more of the others in {@link FramingTest}. The server's echo is a
 * flow that got the message; answers are the pongs.
 */
class FramingCasesTest {
  private static final int FIN = 0x80;
  private final WsServer server = new WsServer(WebSocketLimits.DEFAULTS);
  private RawWebSocket client;

  @BeforeEach
  void connect() {
    client = server.connect();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private static byte[] payload(int size) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) '*');
    return bytes;
  }

  /** Groups 1 and 10: each length of the length field's three forms, whole and in pieces. */
  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "125, 125",
    "126, 126",
    "127, 127",
    "128, 128",
    "65535, 65535",
    "65536, 65536",
    "65536, 997",
    "65536, 1300",
    "65536, 4096",
    "128, 1"
  })
  void everyLengthIsRead(int size, int piece) {
    for (int opcode : new int[] {TEXT, BINARY}) {
      byte[] frame = RawWebSocket.frame(FIN | opcode, true, payload(size));
      int from = 0;
      while (from < frame.length) {
        int to = Math.min(frame.length, from + piece);
        client.sendRaw(Arrays.copyOfRange(frame, from, to));
        from = to;
      }
      assertThat(server.flows.nextBytes()).isEqualTo(payload(size));
    }
  }

  /** Group 1: nothing at all is a message too, and no harm. */
  @Test
  void anEmptyMessageIsNoHarm() {
    client.sendFrame(TEXT, true, payload(0));
    client.sendFrame(BINARY, true, payload(0));
    client.sendFrame(TEXT, true, payload(3));
    assertThat(server.flows.nextBytes()).hasSize(3);
  }

  /** Group 2: every ping has its pong, in order; pongs that nobody asked for are ignored. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 124, 125})
  void everyPingHasItsPong(int size) {
    client.sendFrame(PONG, true, payload(size));
    for (int i = 0; i < 10; i++) {
      client.sendFrame(PING, true, payload(size));
    }
    for (int i = 0; i < 10; i++) {
      RawWebSocket.Frame pong = client.receive();
      assertThat(pong.opcode()).isEqualTo(PONG);
      assertThat(pong.payload()).isEqualTo(payload(size));
    }
  }

  /** Not of the list: pieces are bounded by the second, or their headers would be free. */
  @Test
  void messageInTooManyPiecesIsRefused() {
    int most = WebSocketLimits.DEFAULTS.maxPiecesPerSecond();
    client.sendFrame(TEXT, false, payload(1));
    sendMany(CONTINUATION, most - 1);
    client.sendFrame(FIN | CONTINUATION, true, payload(1));
    assertThat(server.flows.nextBytes()).hasSize(most + 1);
    server.advance(Duration.ofSeconds(1));
    client.sendFrame(TEXT, false, payload(1));
    sendMany(CONTINUATION, most);
    assertThat(client.receive().closeCode()).isEqualTo(1009);
    assertThat(server.flows.nextEnd().cause()).isEqualTo(FlowEnd.Cause.TOO_BIG);
  }

  @Test
  void pongsWithoutEndAreRefused() {
    sendMany(FIN | PONG, WebSocketLimits.DEFAULTS.maxPiecesPerSecond() + 1);
    assertThat(client.receive().closeCode()).isEqualTo(1008);
    assertThat(server.flows.nextEnd().cause()).isEqualTo(FlowEnd.Cause.REFUSED);
  }

  private void sendMany(int opcode, int frames) {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    for (int i = 0; i < frames; i++) {
      wire.writeBytes(RawWebSocket.frame(opcode, true, payload(1)));
    }
    client.sendRaw(wire.toByteArray());
  }

  /** Group 5: fragments with pings in between, by frame and by byte. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1000})
  void fragmentsWithPingsBetween(int piece) {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    int fragments = 20;
    for (int i = 0; i < fragments; i++) {
      int opcode = (i == 0 ? TEXT : CONTINUATION) | (i == fragments - 1 ? FIN : 0);
      wire.writeBytes(RawWebSocket.frame(opcode, true, payload(i)));
      wire.writeBytes(RawWebSocket.frame(FIN | PING, true, payload(1)));
    }
    byte[] all = wire.toByteArray();
    for (int from = 0; from < all.length; from += piece) {
      client.sendRaw(Arrays.copyOfRange(all, from, Math.min(all.length, from + piece)));
    }
    assertThat(server.flows.nextBytes()).hasSize(fragments * (fragments - 1) / 2);
    for (int i = 0; i < fragments; i++) {
      assertThat(client.receive().opcode()).isEqualTo(PONG);
    }
  }

  /** Group 6: the first and last character of each length, and what lies at the borders. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "00",
        "7f",
        "c280",
        "dfbf",
        "e0a080",
        "ed9fbf",
        "ee8080",
        "efbfbd",
        "efbfbe",
        "efbfbf",
        "f0908080",
        "f09fbfbf",
        "f48fbfbf",
        "cebae1bdb9cf83cebcceb5"
      })
  void textOfUtf8IsRead(String hex) {
    byte[] text = HexFormat.of().parseHex(hex);
    client.sendFrame(TEXT, true, text);
    assertThat(server.flows.nextBytes()).isEqualTo(text);
    byte[][] bytes = new byte[text.length][];
    for (int i = 0; i < text.length; i++) {
      bytes[i] = new byte[] {text[i]};
    }
    client.sendFragments(TEXT, bytes);
    assertThat(server.flows.nextBytes()).isEqualTo(text);
  }

  /** Group 6: lone and missing continuations, overlong forms, surrogates, beyond U+10FFFF. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "80",
        "bf",
        "8080",
        "808180",
        "c0",
        "c020",
        "df",
        "df20",
        "e0",
        "e080",
        "ef20",
        "efbf",
        "f0",
        "f08080",
        "f7bfbf",
        "f8",
        "f888808080",
        "fc8480808080",
        "fe",
        "ff",
        "feff",
        "c0af",
        "e080af",
        "f08080af",
        "f8808080af",
        "fc80808080af",
        "c1bf",
        "e09fbf",
        "f08fbfbf",
        "c080",
        "e08080",
        "f0808080",
        "eda080",
        "edadbf",
        "edae80",
        "edafbf",
        "edb080",
        "edbfbf",
        "eda080edb080",
        "edafbfedbfbf",
        "f4908080",
        "f5808080",
        "cebae1bdb9cf83cebcceb5eda080"
      })
  void textThatIsNotUtf8FailsTheConnection(String hex) {
    client.sendFrame(TEXT, true, HexFormat.of().parseHex(hex));
    RawWebSocket.Frame close = client.receive();
    assertThat(close.opcode()).isEqualTo(CLOSE);
    assertThat(close.closeCode()).isEqualTo(1007);
    assertThat(server.flows.received).isEmpty();
    client.awaitEnd(RawWebSocket.PATIENCE);
  }
}
