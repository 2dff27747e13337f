package dev.tandem.gateway.browser;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A web site that is not the gateway's, carrying the same page: without its policy, so that only
 * the gateway can refuse it. It calls itself "localhost", which no sample configuration of the
 * gateway under test allows.
 */
final class PageElsewhere implements AutoCloseable {
  private final HttpServer server;

  private PageElsewhere(HttpServer server) {
    this.server = server;
  }

  static PageElsewhere serve() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", PageElsewhere::answer);
    server.start();
    return new PageElsewhere(server);
  }

  String url() {
    return origin() + "/";
  }

  String origin() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String name = path.equals("/") ? "/index.html" : path;
    try (exchange;
        InputStream file = PageElsewhere.class.getResourceAsStream("/dev/tandem/demo" + name)) {
      if (file == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      exchange.getResponseHeaders().set("Content-Type", typeOf(name));
      exchange.sendResponseHeaders(200, 0);
      file.transferTo(exchange.getResponseBody());
    }
  }

  private static String typeOf(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "html" -> "text/html";
      case "js" -> "text/javascript";
      case "css" -> "text/css";
      case "svg" -> "image/svg+xml";
      default -> "text/plain";
    };
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
