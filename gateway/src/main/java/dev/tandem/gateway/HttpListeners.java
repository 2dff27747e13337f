package dev.tandem.gateway;

import dev.tandem.gateway.config.HttpConfig;
import dev.tandem.gateway.config.value.ListenAddress;
import dev.tandem.gateway.config.value.TlsFiles;
import dev.tandem.sip.transport.http.HttpLimits;
import dev.tandem.sip.transport.http.HttpServer;
import dev.tandem.sip.transport.http.HttpServerException;
import dev.tandem.sip.transport.http.IoThread;
import dev.tandem.sip.transport.http.ServerTls;
import io.undertow.server.HttpHandler;
import java.util.ArrayList;
import java.util.List;

/** The HTTP and HTTPS ports of the configuration. */
final class HttpListeners implements AutoCloseable {
  private final HttpServer server;
  private final List<Service.Endpoint> endpoints;

  private HttpListeners(HttpServer server, List<Service.Endpoint> endpoints) {
    this.server = server;
    this.endpoints = endpoints;
  }

  /**
   * Listens on all of them.
   *
   * @throws StartException when one cannot be had; none is left open then
   */
  static HttpListeners open(HttpConfig config, HttpHandler front) throws StartException {
    List<HttpServer.Listener> listeners = new ArrayList<>();
    List<String> protocols = new ArrayList<>();
    for (ListenAddress address : config.listen()) {
      listeners.add(HttpServer.Listener.plain(host(address), address.port()));
      protocols.add("http");
    }
    TlsFiles files = config.tls();
    if (files != null && !config.listenTls().isEmpty()) {
      ServerTls tls = TlsIdentities.read(files, "http.tls");
      for (ListenAddress address : config.listenTls()) {
        listeners.add(HttpServer.Listener.tls(host(address), address.port(), tls));
        protocols.add("https");
      }
    }
    try {
      HttpServer server = HttpServer.start(listeners, HttpLimits.defaults(), front);
      List<Service.Endpoint> endpoints = new ArrayList<>();
      for (int i = 0; i < protocols.size(); i++) {
        endpoints.add(new Service.Endpoint(protocols.get(i), server.addresses().get(i)));
      }
      return new HttpListeners(server, List.copyOf(endpoints));
    } catch (HttpServerException e) {
      throw new StartException("http.listen", String.valueOf(e.getMessage()), e);
    }
  }

  private static String host(ListenAddress address) {
    return address.host().isEmpty() ? "0.0.0.0" : address.host();
  }

  /** In the order of the configuration, plain ones first. */
  List<Service.Endpoint> endpoints() {
    return endpoints;
  }

  /** The threads that read connections. */
  List<IoThread> threads() {
    return server.ioThreads();
  }

  @Override
  public void close() {
    server.close();
  }
}
