package dev.tandem.sip.transport.ws;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowEnd.Cause;
import dev.tandem.sip.transport.Transport;
import dev.tandem.testkit.RawWebSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One SIP message per WebSocket message, both ways, and the keep-alives of RFC 5626. */
class WsFlowTest {
  private static final Duration NOW = Duration.ofMillis(200);
  private final WsServer server = new WsServer(WebSocketLimits.DEFAULTS);

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void messagesGoBothWaysOnTheFlowTheyCameOn() {
    RawWebSocket client = server.connect();
    Flow flow = server.flows.nextOpened();
    client.sendText("REGISTER sip:example.test SIP/2.0\r\n\r\n");
    assertThat(server.flows.nextText()).isEqualTo("REGISTER sip:example.test SIP/2.0\r\n\r\n");

    assertThat(flow.send("SIP/2.0 200 OK\r\n\r\n".getBytes(UTF_8))).isTrue();
    RawWebSocket.Frame answer = client.receive();
    assertThat(answer.opcode()).isEqualTo(RawWebSocket.TEXT);
    assertThat(answer.isFinal()).isTrue();
    assertThat(answer.text()).isEqualTo("SIP/2.0 200 OK\r\n\r\n");
  }

  @Test
  void flowKnowsItsAddressesAndTransport() {
    server.connect();
    Flow flow = server.flows.nextOpened();
    assertThat(flow.transport()).isEqualTo(Transport.WS);
    assertThat(flow.isOpen()).isTrue();
    assertThat(flow.remote().getAddress().isLoopbackAddress()).isTrue();
    assertThat(flow.local()).isEqualTo(new InetSocketAddress("127.0.0.1", server.uri().getPort()));
  }

  @Test
  void binaryMessagesAreTakenToo() {
    byte[] bytes = randomBytes(300);
    server.connect().sendBinary(bytes);
    assertThat(server.flows.nextBytes()).isEqualTo(bytes);
  }

  @Test
  void whatIsNotUtf8GoesOutAsBinary() {
    RawWebSocket client = server.connect();
    byte[] latin = "Subject: Grüße".getBytes(ISO_8859_1);
    server.flows.nextOpened().send(latin);
    RawWebSocket.Frame frame = client.receive();
    assertThat(frame.opcode()).isEqualTo(RawWebSocket.BINARY);
    assertThat(frame.payload()).isEqualTo(latin);
  }

  @Test
  void messagesOfEveryLengthSurviveBothWays() {
    RawWebSocket client = server.connect();
    server.flows.onMessage = (flow, message) -> flow.send(message);
    for (int length : new int[] {1, 2, 124, 125, 126, 127, 1000, 16383, 16384, 65535, 65536}) {
      byte[] bytes = randomBytes(length);
      client.sendBinary(bytes);
      assertThat(server.flows.nextBytes()).isEqualTo(bytes);
      assertThat(client.receive().payload()).isEqualTo(bytes);
    }
  }

  @Test
  void messageSentTogetherWithTheHandshakeIsRead() {
    RawWebSocket client = server.client().connectOnly();
    byte[] handshake = server.client().text().getBytes(ISO_8859_1);
    byte[] frame = RawWebSocket.frame(0x81, true, "OPTIONS".getBytes(UTF_8));
    byte[] both = new byte[handshake.length + frame.length];
    System.arraycopy(handshake, 0, both, 0, handshake.length);
    System.arraycopy(frame, 0, both, handshake.length, frame.length);
    client.sendRaw(both);
    assertThat(server.flows.nextText()).isEqualTo("OPTIONS");
    client.close();
    assertThat(server.flows.nextEnd().cause()).isIn(Cause.PEER_CLOSED, Cause.BROKEN);
  }

  @Test
  void doubleCrlfIsAnsweredWithCrlfAndNotPassedOn() {
    RawWebSocket client = server.connect();
    client.sendText("\r\n\r\n");
    RawWebSocket.Frame pong = client.receive();
    assertThat(pong.opcode()).isEqualTo(RawWebSocket.TEXT);
    assertThat(pong.text()).isEqualTo("\r\n");
    client.sendText("after");
    assertThat(server.flows.nextText()).isEqualTo("after");
  }

  @Test
  void singleCrlfAndEmptyMessagesAreIgnored() {
    RawWebSocket client = server.connect();
    client.sendText("\r\n");
    client.sendText("");
    client.sendBinary(new byte[0]);
    client.sendText("after");
    assertThat(server.flows.nextText()).isEqualTo("after");
    assertThat(client.poll(NOW)).isNull();
  }

  @Test
  void closeOfTheFlowSendsWhatWaitsThenACloseFrame() {
    RawWebSocket client = server.connect();
    Flow flow = server.flows.nextOpened();
    flow.send("last words".getBytes(UTF_8));
    flow.close(FlowEnd.of(Cause.REFUSED, "go away"));
    assertThat(flow.isOpen()).isFalse();
    assertThat(flow.send("too late".getBytes(UTF_8))).isFalse();

    assertThat(client.receive().text()).isEqualTo("last words");
    RawWebSocket.Frame close = client.receive();
    assertThat(close.closeCode()).isEqualTo(1008);
    assertThat(close.text()).endsWith("go away");
    assertThat(server.flows.nextEnd()).isEqualTo(FlowEnd.of(Cause.REFUSED, "go away"));
    assertThat(client.hasEnded()).isFalse();
    client.sendClose(1008);
    client.awaitEnd(RawWebSocket.PATIENCE);
  }

  @Test
  void closeFromWithinAMessageIsToldAfterIt() {
    RawWebSocket client = server.connect();
    server.flows.onMessage =
        (flow, message) -> flow.close(FlowEnd.of(Cause.REFUSED, "for this message"));
    client.sendText("anything");
    assertThat(server.flows.nextEnd().cause()).isEqualTo(Cause.REFUSED);
    assertThat(client.receive().opcode()).isEqualTo(RawWebSocket.CLOSE);
  }

  @Test
  void listenerThatThrowsCostsOneMessage() {
    RawWebSocket client = server.connect();
    server.flows.onMessage =
        (flow, message) -> {
          if (message[0] == 'x') {
            throw new StackOverflowError("made for this test");
          }
        };
    byte[] first = RawWebSocket.frame(0x81, true, "x".getBytes(UTF_8));
    byte[] second = RawWebSocket.frame(0x81, true, "after".getBytes(UTF_8));
    byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    client.sendRaw(both);
    assertThat(server.flows.nextText()).isEqualTo("x");
    assertThat(server.flows.nextText()).isEqualTo("after");
    assertThat(server.endpoint.counters().failures()).isEqualTo(1);
  }

  private static byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
