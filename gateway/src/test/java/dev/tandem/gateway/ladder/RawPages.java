package dev.tandem.gateway.ladder;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Whole answers to HTTP requests, right and wrong ones, as they are on the wire. */
final class RawPages {
  private RawPages() {}

  /** The answer to a request for this path, which need not be one. */
  static String get(InetSocketAddress server, String path) throws IOException {
    return answer(server, "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  }

  /** All that comes until the server closes; empty if it does so at once. */
  static String answer(InetSocketAddress server, String request) throws IOException {
    try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
      socket.setSoTimeout(5000);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    } catch (java.net.SocketException reset) {
      return "";
    }
  }
}
