package dev.tandem.sip.transport.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.RawWebSocket;
import dev.tandem.testkit.WebSocketHandshake;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 §4.2 and RFC 7118 §4, over a socket. */
class HandshakeTest {
  private final WsServer server =
      new WsServer(WebSocketLimits.DEFAULTS, OriginPolicy.allowing(List.of("https://app.example")));

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"sip | sip", "SIP | SIP", "chat, sip | sip", "tandem.v9,Sip , x | Sip"})
  void sipAmongTheOfferedIsAnsweredAsItWasSpelt(String offered, String answered) {
    RawWebSocket client = RawWebSocket.to(server.uri()).subprotocol(offered).connect();
    assertThat(client.status()).isEqualTo(101);
    assertThat(client.answerHeader("Sec-WebSocket-Protocol")).isEqualTo(answered);
    assertThat(client.answerHeader("Upgrade")).isEqualToIgnoringCase("websocket");
    assertThat(client.answerHeader("Connection")).isEqualToIgnoringCase("upgrade");
  }

  @ParameterizedTest
  @ValueSource(strings = {"chat", "sips", "sip2, xsip", ",", "\"sip\""})
  void otherSubProtocolsAreRefused(String offered) {
    assertThat(RawWebSocket.to(server.uri()).subprotocol(offered).connect().status())
        .isEqualTo(400);
    assertThat(server.flows.opened).isEmpty();
    assertThat(server.endpoint.counters().refused()).isEqualTo(1);
  }

  @Test
  void noSubProtocolIsRefused() {
    assertThat(RawWebSocket.to(server.uri()).connect().status()).isEqualTo(400);
  }

  @Test
  void compressionIsNotNegotiated() {
    RawWebSocket client =
        server.client().header("Sec-WebSocket-Extensions", "permessage-deflate").connect();
    assertThat(client.status()).isEqualTo(101);
    assertThat(client.answerHeader("Sec-WebSocket-Extensions")).isNull();
  }

  static Stream<Arguments> brokenHandshakes() {
    return Stream.of(
        Arguments.of("Upgrade", null, 426),
        Arguments.of("Upgrade", "h2c", 426),
        Arguments.of("Connection", "keep-alive", 426),
        Arguments.of("Sec-WebSocket-Version", "8", 426),
        Arguments.of("Sec-WebSocket-Version", null, 426),
        Arguments.of("Sec-WebSocket-Key", null, 400),
        Arguments.of("Sec-WebSocket-Key", "dG9vIHNob3J0", 400),
        Arguments.of("Sec-WebSocket-Key", "not base 64!", 400),
        Arguments.of("Content-Length", "5", 400),
        Arguments.of("Host", null, 400));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("brokenHandshakes")
  void brokenHandshakeIsRefused(String header, String value, int status) {
    WebSocketHandshake handshake = server.client();
    if (value == null) {
      handshake.without(header);
    } else {
      handshake.header(header, value);
    }
    assertThat(handshake.connect().status()).isEqualTo(status);
    assertThat(server.flows.opened).isEmpty();
  }

  @Test
  void upgradeAndConnectionMayBeListsInAnyCase() {
    RawWebSocket client =
        server
            .client()
            .header("Upgrade", "WebSocket")
            .header("Connection", "keep-alive, upgrade")
            .connect();
    assertThat(client.status()).isEqualTo(101);
  }

  @Test
  void refusalOfAnotherVersionNamesOurs() {
    RawWebSocket client = server.client().header("Sec-WebSocket-Version", "8").connect();
    assertThat(client.answerHeader("Sec-WebSocket-Version")).isEqualTo("13");
  }

  @Test
  void postIsRefused() {
    assertThat(server.client().method("POST").connect().status()).isEqualTo(426);
  }

  @Test
  void foreignOriginIsForbidden() {
    assertThat(server.client().origin("https://evil.example").connect().status()).isEqualTo(403);
    assertThat(server.client().origin("null").connect().status()).isEqualTo(403);
    assertThat(server.flows.opened).isEmpty();
  }

  @Test
  void listedAndOwnOriginAreAllowed() {
    assertThat(server.client().origin("https://app.example").connect().status()).isEqualTo(101);
    String own = "http://127.0.0.1:" + server.uri().getPort();
    assertThat(server.client().origin(own).connect().status()).isEqualTo(101);
  }

  @Test
  void nobodyIsLetInAfterTheClose() {
    server.endpoint.close();
    assertThat(server.client().connect().status()).isEqualTo(503);
  }
}
