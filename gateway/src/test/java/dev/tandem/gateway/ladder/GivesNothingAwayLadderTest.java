package dev.tandem.gateway.ladder;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Garbage;
import dev.tandem.testkit.Garbage.Kind;
import dev.tandem.testkit.RawWebSocket;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is answered to mistakes does not say what we are made of, nor which version we are. */
class GivesNothingAwayLadderTest extends JsonLadderTest {
  private static final Pattern INNARDS =
      Pattern.compile(
          "(?i)exception|stack ?trace|\\bat [a-z]+\\.[a-z]|java\\.|javax|gov\\.nist|dev\\.tandem"
              + "|undertow|xnio|jackson|null pointer|\\.java:|Tandem/|[0-9]+\\.[0-9]+\\.[0-9]+-"
              + "|/(?:home|root|usr|opt|var|work|tmp)/");

  @Override
  String yaml() {
    return super.yaml().replace("sip:\n", "sip:\n  showVersion: false\n");
  }

  private static void isDiscreet(String answer) {
    // Our own addresses and times are no versions.
    assertThat(answer.replaceAll("127\\.0\\.0\\.\\d+", "")).doesNotContainPattern(INNARDS);
  }

  @Test
  void pagesOfErrors() throws IOException {
    String long9k = "a".repeat(9_000);
    for (String request :
        List.of(
            "GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "DELETE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "GET /metrics HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 1.2.3.4\r\nConnection: close\r\n\r\n",
            "GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "GET /" + long9k + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
            "NOTHING\r\n\r\n",
            "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
            "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 7\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
            "POST /v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Content-Length: 5\r\nConnection: close\r\n\r\n{\"a\":",
            "POST /api/explain HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Content-Length: 5\r\nConnection: close\r\n\r\n{\"a\":",
            "GET /ice-servers HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a.b.c\r\n"
                + "Connection: close\r\n\r\n",
            "GET /client/../../../usr/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "GET /client/none.js HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "GET /v1/session/none/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "POST /v1/session/none/frames HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
                + "Connection: close\r\n\r\n{",
            "POST /api/calls HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Content-Length: 9\r\nConnection: close\r\n\r\n{\"a\":[1]}")) {
      String answer = RawPages.answer(gateway.address("http"), request);
      isDiscreet(answer);
      assertThat(answer).as(request).doesNotContainPattern("(?im)^(server|x-powered-by):");
    }
  }

  @Test
  void answersToGarbage() throws IOException {
    Garbage garbage = new Garbage(11, "WS");
    for (Kind kind : Kind.values()) {
      RawWebSocket socket =
          RawWebSocket.to(webSocket()).subprotocol("sip").onFrame(f -> isKept(f.text())).connect();
      try {
        socket.sendText(garbage.next(kind));
        socket.sendPing("over");
      } catch (java.io.UncheckedIOException e) {
        continue; // closed for it
      } finally {
        socket.close();
      }
    }
    byUdp();
    settle();
    assertThat(heard).hasSizeGreaterThan(10).allSatisfy(GivesNothingAwayLadderTest::isDiscreet);
  }

  private final List<String> heard = new java.util.concurrent.CopyOnWriteArrayList<>();

  private void isKept(String text) {
    heard.add(text);
  }

  private void byUdp() throws IOException {
    Garbage garbage = new Garbage(12, "UDP");
    try (DatagramSocket socket = new DatagramSocket()) {
      for (Kind kind : Kind.values()) {
        byte[] message = garbage.next(kind);
        socket.send(new DatagramPacket(message, Math.min(message.length, 60_000), udp()));
      }
      UdpRoundTrip.to(udp());
      socket.setSoTimeout(200);
      byte[] buffer = new byte[65_535];
      while (true) {
        DatagramPacket answer = new DatagramPacket(buffer, buffer.length);
        socket.receive(answer);
        heard.add(new String(buffer, 0, answer.getLength(), ISO_8859_1));
      }
    } catch (java.net.SocketTimeoutException nothingMore) {
      assertThat(heard).isNotEmpty();
    }
  }

  @Test
  void framesOfErrors() {
    JsonPhone stranger = json("stranger");
    stranger.sendsRaw("{\"type\":\"call\",\"id\":\"1\"}");
    isDiscreet(stranger.reply("1").toString());
    JsonPhone alice = json("alice", new String[0]);
    for (String bad :
        List.of(
            "{\"type\":\"no\",\"id\":\"1x\"}",
            "{\"type\":\"call\",\"id\":\"2x\",\"call\":[],\"to\":{},\"sdp\":1}",
            "{\"type\":\"call\",\"id\":\"3x\",\"call\":\"c\",\"to\":\"bob\",\"sdp\":\"v=1\"}",
            "{\"type\":\"hangup\",\"id\":\"4x\",\"call\":\"none\"}")) {
      alice.sendsRaw(bad);
      isDiscreet(alice.reply(bad.replaceAll(".*\"id\":\"(..)\".*", "$1")).toString());
    }
    alice.sendsRaw("{");
    isDiscreet(alice.anyError().toString());
  }
}
