package dev.tandem.gateway.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.gateway.config.AdminConfig;
import dev.tandem.gateway.config.DemoConfig;
import dev.tandem.gateway.metrics.GatewayMetrics;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.PathHandler;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Answers every HTTP request that is no WebSocket upgrade: {@code /healthz} and {@code /readyz} for
 * everybody, {@code /metrics} for {@link AdminConfig#allowFrom}, the schema and the client of the
 * JSON dialect for pages of any origin, and the demo page. Everything is in memory; only the
 * metrics are gathered on a worker thread. Thread-safe.
 */
public final class HttpSite implements HttpHandler {
  private static final HttpString FORWARDED = new HttpString("Forwarded");
  private static final HttpString ALLOW_ORIGIN = new HttpString("Access-Control-Allow-Origin");
  static final String PLAIN = "text/plain; charset=utf-8";

  private final Map<String, HttpHandler> pages = new LinkedHashMap<>();
  private final Map<String, HttpHandler> adminPages = new LinkedHashMap<>();
  private final PathHandler applications = new PathHandler(this::page);
  private final AdminConfig admin;
  private final GatewayMetrics metrics;
  private final Supplier<Readiness> readiness;
  private final DemoFiles demo;
  private final List<DemoFiles> dialect = List.of(DemoFiles.schema(), DemoFiles.client());
  private final IceServersPage iceServers;

  /**
   * Makes a site.
   *
   * @param domain what the demo page calls users by
   * @param webSocketPath where the demo page connects
   * @param readiness asked at each request, from any thread
   */
  public HttpSite(
      AdminConfig admin,
      DemoConfig demo,
      String domain,
      String webSocketPath,
      GatewayMetrics metrics,
      Supplier<Readiness> readiness,
      IceServersPage iceServers) {
    this.iceServers = iceServers;
    this.admin = admin;
    this.metrics = metrics;
    this.readiness = readiness;
    this.demo = demo.enabled() ? DemoFiles.bundled() : DemoFiles.NONE;
    pages.put("/healthz", exchange -> send(exchange, StatusCodes.OK, PLAIN, "ok\n"));
    pages.put("/readyz", this::readyz);
    pages.put("/metrics", this::metrics);
    if (demo.enabled()) {
      byte[] settings = demoSettings(domain, webSocketPath);
      pages.put(
          "/demo/config.json",
          exchange -> send(exchange, StatusCodes.OK, "application/json", settings));
    }
  }

  /**
   * Adds a page that only {@link AdminConfig#allowFrom} may see, by GET or POST. Before the site
   * serves.
   */
  public void addAdminPage(String path, HttpHandler page) {
    adminPages.put(path, page);
  }

  /** Adds what answers everything below a path, by whatever method. Before the site serves. */
  public void addApplication(String prefix, HttpHandler application) {
    applications.addPrefixPath(prefix, application);
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    SecurityHeaders.add(exchange);
    applications.handleRequest(exchange);
  }

  private void page(HttpServerExchange exchange) throws Exception {
    HttpHandler adminPage = adminPages.get(exchange.getRequestPath());
    if (adminPage != null) {
      adminPage(exchange, adminPage);
      return;
    }
    if (exchange.getRequestPath().equals(IceServersPage.PATH)) {
      iceServers.handleRequest(exchange);
      return;
    }
    if (!exchange.getRequestMethod().equals(Methods.GET)
        && !exchange.getRequestMethod().equals(Methods.HEAD)) {
      exchange.getResponseHeaders().put(Headers.ALLOW, "GET, HEAD");
      send(exchange, StatusCodes.METHOD_NOT_ALLOWED, PLAIN, "405 Method Not Allowed\n");
      return;
    }
    String path = exchange.getRequestPath();
    HttpHandler page = pages.get(path);
    if (page != null) {
      page.handleRequest(exchange);
      return;
    }
    for (DemoFiles files : dialect) {
      DemoFile file = files.find(path);
      if (file != null) {
        exchange.getResponseHeaders().put(ALLOW_ORIGIN, "*");
        file.serve(exchange);
        return;
      }
    }
    DemoFile file = demo.find(path);
    if (file == null) {
      send(exchange, StatusCodes.NOT_FOUND, PLAIN, "404 Not Found\n");
    } else {
      file.serve(exchange);
    }
  }

  private void readyz(HttpServerExchange exchange) {
    Readiness now = readiness.get();
    send(
        exchange,
        now == Readiness.READY ? StatusCodes.OK : StatusCodes.SERVICE_UNAVAILABLE,
        PLAIN,
        now.name().toLowerCase(java.util.Locale.ROOT) + "\n");
  }

  private void adminPage(HttpServerExchange exchange, HttpHandler page) throws Exception {
    boolean post = exchange.getRequestMethod().equals(Methods.POST);
    if (!isAllowed(exchange)) {
      forbidden(exchange);
    } else if (post || exchange.getRequestMethod().equals(Methods.GET)) {
      page.handleRequest(exchange);
    } else {
      exchange.getResponseHeaders().put(Headers.ALLOW, "GET, POST");
      send(exchange, StatusCodes.METHOD_NOT_ALLOWED, PLAIN, "405 Method Not Allowed\n");
    }
  }

  private static void forbidden(HttpServerExchange exchange) {
    send(
        exchange,
        StatusCodes.FORBIDDEN,
        PLAIN,
        "403 Forbidden: not an address of admin.allowFrom, or forwarded by a proxy\n");
  }

  private void metrics(HttpServerExchange exchange) throws Exception {
    if (!isAllowed(exchange)) {
      forbidden(exchange);
      return;
    }
    if (exchange.isInIoThread()) {
      exchange.dispatch(this::metrics);
      return;
    }
    String accepted = exchange.getRequestHeaders().getFirst(Headers.ACCEPT);
    boolean openMetrics = accepted != null && accepted.contains("application/openmetrics-text");
    String type =
        openMetrics
            ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
            : "text/plain; version=0.0.4; charset=utf-8";
    ByteArrayOutputStream out = new ByteArrayOutputStream(64 * 1024);
    metrics.scrape(out, type);
    send(exchange, StatusCodes.OK, type, out.toByteArray());
  }

  /** What a proxy hands on comes from its address but not from its host. */
  private boolean isAllowed(HttpServerExchange exchange) {
    HeaderMap headers = exchange.getRequestHeaders();
    return !headers.contains(Headers.X_FORWARDED_FOR)
        && !headers.contains(FORWARDED)
        && admin.allowFrom().stream()
            .anyMatch(range -> range.contains(exchange.getSourceAddress().getAddress()));
  }

  static void send(HttpServerExchange exchange, int status, String type, String text) {
    send(exchange, status, type, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpServerExchange exchange, int status, String type, byte[] body) {
    exchange.setStatusCode(status);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, type);
    exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
    exchange.getResponseSender().send(ByteBuffer.wrap(body));
  }

  private static byte[] demoSettings(String domain, String webSocketPath) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("domain", domain);
    settings.put("webSocketPath", webSocketPath);
    settings.put("iceServersPath", IceServersPage.PATH);
    try {
      return new ObjectMapper().writeValueAsBytes(settings);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts and lists are always JSON", e);
    }
  }
}
