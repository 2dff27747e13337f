package dev.tandem.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpFrontTest {

  @ParameterizedTest
  @CsvSource({
    "/ws, websocket, socket",
    "/, WebSocket, socket",
    "/, 'h2c, websocket', socket",
    "/, h2c, site", // Java's own client asks for it
    "/ws, '', site",
    "/other, websocket, site",
  })
  void onlyWebSocketUpgradesOnTheirPathsAreTaken(String path, String upgrade, String taker)
      throws Exception {
    HttpFront front = new HttpFront(Set.of("/ws", "/"), says("socket"), says("site"));
    Undertow server = Undertow.builder().addHttpListener(0, "127.0.0.1").setHandler(front).build();
    server.start();
    try {
      InetSocketAddress address = (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
      assertThat(get(address, path, upgrade)).endsWith("\r\n\r\n" + taker);
    } finally {
      server.stop();
    }
  }

  private static HttpHandler says(String word) {
    return exchange -> exchange.getResponseSender().send(word);
  }

  private static String get(InetSocketAddress address, String path, String upgrade)
      throws IOException {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      String headers = upgrade.isEmpty() ? "" : "Upgrade: " + upgrade + "\r\n";
      String request = "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + headers;
      socket.getOutputStream().write((request + "\r\n").getBytes(StandardCharsets.US_ASCII));
      try (InputStream in = socket.getInputStream()) {
        return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      }
    }
  }
}
