package dev.tandem.sip.transport.ws;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Very many handshakes at once: how a wave is let in is {@link TurnstileTest}'s to say. */
class HandshakeWaveTest {
  private static final int CLIENTS = 200;
  private static final int IO_THREADS = 2;

  private final WsServer server = new WsServer(WebSocketLimits.DEFAULTS);
  private final List<Socket> clients = new ArrayList<>();

  @AfterEach
  void stop() throws IOException {
    for (Socket client : clients) {
      client.close();
    }
    server.close();
  }

  @Test
  void allAreLetInAndMostOfThemHaveWaited() throws IOException {
    String handshake = server.client().text();
    URI uri = server.uri();
    for (int i = 0; i < CLIENTS; i++) {
      Socket client = new Socket(uri.getHost(), uri.getPort());
      client.setSoTimeout(10_000);
      clients.add(client);
      send(client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(answer(client)).doesNotStartWith("HTTP/1.1 101 "); // it is accepted, and idle
    }
    server.whileNothingIsRead(() -> clients.forEach(client -> send(client, handshake)));
    for (Socket client : clients) {
      assertThat(answer(client)).startsWith("HTTP/1.1 101 ");
    }
    assertThat(server.endpoint.counters().delayed())
        .isBetween(CLIENTS - (long) IO_THREADS * Turnstile.MOST_AT_ONCE, (long) CLIENTS);
  }

  private static void send(Socket client, String text) {
    try {
      client.getOutputStream().write(text.getBytes(ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A whole answer, read to the end of its body. */
  private static String answer(Socket client) throws IOException {
    InputStream in = client.getInputStream();
    StringBuilder head = new StringBuilder();
    for (int b = in.read(); b >= 0; b = head.indexOf("\r\n\r\n") < 0 ? in.read() : -1) {
      head.append((char) b);
    }
    int body =
        head.toString()
            .lines()
            .filter(line -> line.regionMatches(true, 0, "Content-Length:", 0, 15))
            .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
            .findFirst()
            .orElse(0);
    in.readNBytes(body);
    return head.toString();
  }
}
