package dev.tandem.sip.transport.ws;

import static dev.tandem.testkit.RawWebSocket.BINARY;
import static dev.tandem.testkit.RawWebSocket.CLOSE;
import static dev.tandem.testkit.RawWebSocket.CONTINUATION;
import static dev.tandem.testkit.RawWebSocket.PING;
import static dev.tandem.testkit.RawWebSocket.PONG;
import static dev.tandem.testkit.RawWebSocket.TEXT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.sip.transport.FlowEnd.Cause;
import dev.tandem.testkit.RawWebSocket;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 §5 and §7 as a peer can keep or break them, over a socket. */
class FramingTest {
  private static final int MAX = 4096;
  private static final int FIN = 0x80;
  private final WsServer server = new WsServer(WebSocketLimits.DEFAULTS.withMaxMessageBytes(MAX));
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

  // ---- fragments

  @Test
  void fragmentsAreOneMessage() {
    client.sendFragments(TEXT, bytes("INVITE "), bytes(""), bytes("sip:bob"), bytes(""));
    assertThat(server.flows.nextText()).isEqualTo("INVITE sip:bob");
    client.sendFragments(BINARY, bytes(""), bytes("next"));
    assertThat(server.flows.nextText()).isEqualTo("next");
  }

  @Test
  void controlFramesMayStandBetweenFragments() {
    client.sendFrame(TEXT, false, bytes("one "));
    client.sendPing("between");
    RawWebSocket.Frame pong = client.receive();
    assertThat(pong.opcode()).isEqualTo(PONG);
    assertThat(pong.text()).isEqualTo("between");
    client.sendFrame(PONG, true, bytes("unsolicited"));
    client.sendFrame(CONTINUATION, true, bytes("message"));
    assertThat(server.flows.nextText()).isEqualTo("one message");
  }

  @Test
  void charactersMayBeSplitBetweenFragments() {
    byte[] euro = bytes("€");
    client.sendFragments(
        TEXT, Arrays.copyOf(euro, 1), Arrays.copyOfRange(euro, 1, 2), new byte[] {euro[2]});
    assertThat(server.flows.nextText()).isEqualTo("€");
  }

  @Test
  void bytesMayComeOneByOne() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(RawWebSocket.frame(TEXT, true, bytes("first ")));
    all.writeBytes(RawWebSocket.frame(FIN | PING, true, bytes("p")));
    all.writeBytes(RawWebSocket.frame(FIN, true, bytes("x".repeat(300))));
    all.writeBytes(RawWebSocket.frame(FIN | BINARY, true, bytes("second")));
    for (byte b : all.toByteArray()) {
      client.sendRaw(new byte[] {b});
    }
    assertThat(server.flows.nextText()).isEqualTo("first " + "x".repeat(300));
    assertThat(server.flows.nextText()).isEqualTo("second");
    assertThat(client.receive().opcode()).isEqualTo(PONG);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void messagesInAnyPiecesComeOutWhole(long seed) {
    Random random = new Random(seed);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    int count = 200;
    byte[][] messages = new byte[count][];
    for (int i = 0; i < count; i++) {
      messages[i] = new byte[1 + random.nextInt(random.nextInt(4) == 0 ? MAX : 200)];
      random.nextBytes(messages[i]);
      messages[i][0] = 'B';
      int at = 0;
      boolean first = true;
      boolean last;
      do {
        int length = random.nextInt(3) == 0 ? messages[i].length - at : random.nextInt(50);
        length = Math.min(length, messages[i].length - at);
        last = at + length == messages[i].length && random.nextBoolean();
        int opcode = (last ? FIN : 0) | (first ? BINARY : CONTINUATION);
        all.writeBytes(
            RawWebSocket.frame(opcode, true, Arrays.copyOfRange(messages[i], at, at + length)));
        at += length;
        first = false;
      } while (!last);
    }
    ByteBuffer wire = ByteBuffer.wrap(all.toByteArray());
    while (wire.hasRemaining()) {
      byte[] piece = new byte[Math.min(wire.remaining(), 1 + random.nextInt(3000))];
      wire.get(piece);
      client.sendRaw(piece);
    }
    for (byte[] message : messages) {
      assertThat(server.flows.nextBytes()).isEqualTo(message);
    }
  }

  // ---- the limit

  @Test
  void messageOfExactlyTheLimitPasses() {
    client.sendText("x".repeat(MAX));
    assertThat(server.flows.nextText()).hasSize(MAX);
    client.sendFragments(TEXT, bytes("x".repeat(MAX - 1)), bytes("y"), bytes(""));
    assertThat(server.flows.nextText()).hasSize(MAX);
  }

  @Test
  void messageOverTheLimitIsRefusedByItsHeaderAlone() {
    client.sendRaw(new byte[] {(byte) (FIN | TEXT), (byte) 0xFE, 0x10, 0x01});
    expectFailure(1009, Cause.TOO_BIG);
  }

  @Test
  void lengthOf63BitsIsRefusedByItsHeaderAlone() {
    client.sendRaw(hex("81 ff 7f ff ff ff ff ff ff ff"));
    expectFailure(1009, Cause.TOO_BIG);
  }

  @Test
  void fragmentsTogetherOverTheLimitAreRefused() {
    client.sendFrame(TEXT, false, bytes("x".repeat(MAX)));
    client.sendFrame(CONTINUATION, true, bytes("x"));
    expectFailure(1009, Cause.TOO_BIG);
  }

  @Test
  void limitHoldsForTinyFragments() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(RawWebSocket.frame(TEXT, true, bytes("x")));
    IntStream.rangeClosed(1, MAX)
        .forEach(i -> all.writeBytes(RawWebSocket.frame(CONTINUATION, true, bytes("x"))));
    client.sendRaw(all.toByteArray());
    expectFailure(1009, Cause.TOO_BIG);
    assertThat(server.flows.received).isEmpty();
  }

  // ---- violations

  static Stream<Arguments> violations() {
    String mask = "00 00 00 00 ";
    return Stream.of(
        Arguments.of("not masked", "81 01 41", 1002),
        Arguments.of("RSV1: compressed without the extension", "c1 81 " + mask + "41", 1002),
        Arguments.of("RSV2", "a1 81 " + mask + "41", 1002),
        Arguments.of("RSV3", "91 81 " + mask + "41", 1002),
        Arguments.of("RSV1 on a ping", "c9 80 " + mask, 1002),
        Arguments.of("continuation of nothing", "80 81 " + mask + "41", 1002),
        Arguments.of("fragment of nothing", "00 81 " + mask + "41", 1002),
        Arguments.of("text inside a fragmented text", "01 80 " + mask + "81 80 " + mask, 1002),
        Arguments.of("binary inside a fragmented text", "01 80 " + mask + "82 80 " + mask, 1002),
        Arguments.of("fragmented ping", "09 80 " + mask, 1002),
        Arguments.of("fragmented close", "08 80 " + mask, 1002),
        Arguments.of("ping of 126 bytes", "89 fe 00 7e", 1002),
        Arguments.of("close of 64 bits length", "88 ff 00 00", 1002),
        Arguments.of("length over 63 bits", "81 ff ff ff ff ff ff ff ff ff", 1002),
        Arguments.of("125 in two bytes", "81 fe 00 7d", 1002),
        Arguments.of("65535 in eight bytes", "81 ff 00 00 00 00 00 00 ff ff", 1002),
        Arguments.of("close with half a status", "88 81 " + mask + "03", 1002),
        Arguments.of("close reason not UTF-8", "88 84 " + mask + "03 e8 c3 28", 1007),
        Arguments.of("text not UTF-8", "81 82 " + mask + "c3 28", 1007),
        Arguments.of("text with a lone surrogate", "81 83 " + mask + "ed a0 80", 1007),
        Arguments.of("text with an overlong slash", "81 82 " + mask + "c0 af", 1007),
        Arguments.of("text beyond U+10FFFF", "81 84 " + mask + "f4 90 80 80", 1007),
        Arguments.of("text that breaks off", "81 82 " + mask + "e2 82", 1007),
        Arguments.of(
            "text not UTF-8 over two frames", "01 81 " + mask + "c3 80 81 " + mask + "28", 1007));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("violations")
  void violationFailsTheConnection(String what, String wire, int code) {
    client.sendRaw(hex(wire));
    expectFailure(code, Cause.PROTOCOL_ERROR);
    assertThat(server.flows.received).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
  void reservedOpcodesFailTheConnection(int opcode) {
    client.sendFrame(opcode, true, bytes(""));
    expectFailure(1002, Cause.PROTOCOL_ERROR);
  }

  @Test
  void nothingAfterAViolationIsRead() {
    client.sendRaw(hex("c1 81 00 00 00 00 41 81 81 00 00 00 00 42"));
    expectFailure(1002, Cause.PROTOCOL_ERROR);
    assertThat(server.flows.received).isEmpty();
  }

  private void expectFailure(int code, Cause cause) {
    RawWebSocket.Frame close = client.receive();
    assertThat(close.opcode()).isEqualTo(CLOSE);
    assertThat(close.closeCode()).isEqualTo(code);
    assertThat(server.flows.nextEnd().cause()).isEqualTo(cause);
    client.awaitEnd(RawWebSocket.PATIENCE);
  }

  // ---- pings

  @Test
  void pingIsAnsweredWithItsPayload() {
    client.sendFrame(PING, true, bytes(""));
    assertThat(client.receive().text()).isEmpty();
    client.sendPing("x".repeat(125));
    RawWebSocket.Frame pong = client.receive();
    assertThat(pong.opcode()).isEqualTo(PONG);
    assertThat(pong.text()).isEqualTo("x".repeat(125));
  }

  // ---- closing

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 1003, 1007, 1011, 1013, 1014, 3000, 3999, 4000, 4999})
  void closeIsAnsweredWithItsStatus(int code) {
    client.sendClose(code);
    RawWebSocket.Frame close = client.receive();
    assertThat(close.opcode()).isEqualTo(CLOSE);
    assertThat(close.closeCode()).isEqualTo(code);
    assertThat(server.flows.nextEnd().cause())
        .isEqualTo(code == 1001 ? Cause.PEER_LEFT : Cause.PEER_CLOSED);
    client.awaitEnd(RawWebSocket.PATIENCE);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65535})
  void closeWithAStatusThatMayNotBeSentIsAViolation(int code) {
    client.sendClose(code);
    expectFailure(1002, Cause.PROTOCOL_ERROR);
  }

  @Test
  void closeWithoutStatusIsAnsweredWithout() {
    client.sendFrame(CLOSE, true, bytes(""));
    RawWebSocket.Frame close = client.receive();
    assertThat(close.closeCode()).isEqualTo(1005);
    assertThat(server.flows.nextEnd().cause()).isEqualTo(Cause.PEER_CLOSED);
    client.awaitEnd(RawWebSocket.PATIENCE);
  }

  @Test
  void closeReasonIsInTheDetail() {
    client.sendFrame(CLOSE, true, hex("03 e9 62 79 65"));
    assertThat(server.flows.nextEnd().detail()).isEqualTo("1001 bye");
  }

  @Test
  void closeMayStandInsideAFragmentedMessage() {
    client.sendFrame(TEXT, false, bytes("never"));
    client.sendClose(1000);
    assertThat(client.receive().closeCode()).isEqualTo(1000);
    assertThat(server.flows.nextEnd().cause()).isEqualTo(Cause.PEER_CLOSED);
    assertThat(server.flows.received).isEmpty();
  }

  @Test
  void nothingAfterACloseFrameIsRead() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(RawWebSocket.frame(FIN | CLOSE, true, hex("03 e8")));
    all.writeBytes(RawWebSocket.frame(FIN | TEXT, true, bytes("too late")));
    client.sendRaw(all.toByteArray());
    assertThat(server.flows.nextEnd().cause()).isEqualTo(Cause.PEER_CLOSED);
    assertThat(server.flows.received).isEmpty();
  }

  @Test
  void endOfTheStreamIsAnEnd() {
    client.close();
    assertThat(server.flows.nextEnd().cause()).isEqualTo(Cause.PEER_CLOSED);
  }

  @Test
  void endOfTheStreamInsideAMessageIsAnEnd() {
    client.sendRaw(hex("81 85 00 00 00 00 41"));
    client.close();
    assertThat(server.flows.nextEnd().cause()).isEqualTo(Cause.PEER_CLOSED);
  }

  @Test
  void resetIsBroken() {
    client.reset();
    assertThat(server.flows.nextEnd().cause()).isEqualTo(Cause.BROKEN);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }
}
