package dev.tandem.sip.transport.ws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.http.HttpLimits;
import dev.tandem.sip.transport.http.HttpServer;
import dev.tandem.testkit.ManualClock;
import dev.tandem.testkit.RawWebSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several languages on one path. */
class WebSocketEndpointTest {
  private final ManualClock clock = new ManualClock();
  private final Echo sip = new Echo("sip");
  private final Echo json = new Echo("tandem.v1");
  private volatile Admission.Verdict verdict = new Admission.Admitted(null);
  private final WebSocketEndpoint endpoint =
      new WebSocketEndpoint(
          new Timers(clock, clock),
          WebSocketLimits.DEFAULTS,
          OriginPolicy.allowing(List.of()),
          request -> verdict,
          List.of(sip, json),
          json);
  private final HttpServer server =
      HttpServer.start(
          List.of(HttpServer.Listener.plain("127.0.0.1", 0)), HttpLimits.defaults(), endpoint);

  @AfterEach
  void stop() {
    endpoint.close();
    server.close();
    assertThat(sip.open).isEmpty();
    assertThat(json.open).isEmpty();
  }

  private RawWebSocket connect(String subProtocol) {
    URI uri = URI.create("ws://127.0.0.1:" + server.addresses().get(0).getPort() + "/ws");
    var handshake = RawWebSocket.to(uri);
    return subProtocol == null ? handshake.connect() : handshake.subprotocol(subProtocol).connect();
  }

  @Test
  void eachSubProtocolIsSpokenByItsOwn() {
    for (Echo each : List.of(sip, json)) {
      RawWebSocket client = connect(each.name);
      assertThat(client.answerHeader("Sec-WebSocket-Protocol")).isEqualTo(each.name);
      client.sendText("hello");
      assertThat(client.receive().text()).isEqualTo(each.name + ": hello");
    }
  }

  @Test
  void firstOfTheClientsWishesIsTaken() {
    assertThat(connect("other, tandem.v1, sip").answerHeader("Sec-WebSocket-Protocol"))
        .isEqualTo("tandem.v1");
  }

  @Test
  void clientWithoutSubProtocolGetsTheDefaultAndNoHeader() {
    RawWebSocket client = connect(null);
    assertThat(client.status()).isEqualTo(101);
    assertThat(client.answerHeader("Sec-WebSocket-Protocol")).isNull();
    client.sendText("hello");
    assertThat(client.receive().text()).isEqualTo("tandem.v1: hello");
  }

  @Test
  void clientOfAnotherSubProtocolIsRefusedAllTheSame() {
    assertThat(connect("other").status()).isEqualTo(400);
  }

  @Test
  void countersTellWhatWentThrough() {
    RawWebSocket client = connect("sip");
    client.sendText("hello");
    client.receive();
    connect("other");
    client.sendClose(1000);
    client.awaitEnd(RawWebSocket.PATIENCE);
    WebSocketCounters counters = endpoint.counters();
    Awaitility.await().until(() -> counters.ended() == 1);
    assertThat(counters.opened()).isEqualTo(1);
    assertThat(counters.refused()).isEqualTo(1);
    assertThat(counters.messagesIn()).isEqualTo(1);
    assertThat(counters.messagesOut()).isEqualTo(1);
    // Headers of 6 and 2 bytes, "hello" and "sip: hello", and the close frames.
    assertThat(counters.bytesIn()).isEqualTo(11 + 8);
    assertThat(counters.bytesOut()).isEqualTo(12 + 4);
  }

  @Test
  void limitsThatCannotWorkAreRefusedByName() {
    WebSocketLimits limits = WebSocketLimits.DEFAULTS;
    assertThatThrownBy(() -> limits.withMaxMessageBytes(10))
        .hasMessage("maxMessageBytes must be at least 1024, was 10");
    assertThatThrownBy(() -> limits.withQueue(1000, 10))
        .hasMessage("maxQueuedBytes must be at least 65536, was 1000");
    assertThatThrownBy(() -> limits.withQueue(100_000, 0))
        .hasMessageContaining("maxQueuedMessages");
    assertThatThrownBy(() -> limits.withPing(Duration.ofMillis(10), 2))
        .hasMessage("pingInterval must be at least 1 s, was PT0.01S");
    assertThatThrownBy(() -> limits.withPing(Duration.ofSeconds(10), 0))
        .hasMessageContaining("maxMissedPings");
    assertThatThrownBy(() -> limits.withFirstMessageTimeout(Duration.ZERO))
        .hasMessageContaining("firstMessageTimeout");
    assertThatThrownBy(() -> HttpLimits.defaults().withRequestTimeout(Duration.ZERO))
        .hasMessage("requestTimeout must be at least 100 ms, was PT0S");
  }

  private static final class Echo implements SubProtocol {
    private final String name;
    private final Set<WebSocketConnection> open = ConcurrentHashMap.newKeySet();

    Echo(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public WebSocketListener opened(WebSocketConnection connection) {
      open.add(connection);
      return new WebSocketListener() {
        @Override
        public void message(byte[] payload, boolean text) {
          connection.send((name + ": " + new String(payload, UTF_8)).getBytes(UTF_8), text);
        }

        @Override
        public void ended(FlowEnd end) {
          open.remove(connection);
        }
      };
    }
  }
}
