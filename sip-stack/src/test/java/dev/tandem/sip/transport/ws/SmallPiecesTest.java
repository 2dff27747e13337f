package dev.tandem.sip.transport.ws;

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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that are no whole message: bounded by the second, or their headers would be free. */
class SmallPiecesTest {
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

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1000})
  void fragmentsWithPingsBetweenInAnyPiecesAreAMessageAndPongs(int piece) {
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
}
