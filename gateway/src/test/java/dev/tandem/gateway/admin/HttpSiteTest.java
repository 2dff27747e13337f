package dev.tandem.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.gateway.config.ConfigLoader;
import dev.tandem.gateway.config.TandemConfig;
import dev.tandem.gateway.metrics.GatewayMetrics;
import dev.tandem.sip.transport.ws.OriginPolicy;
import io.undertow.Undertow;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over a real socket. */
class HttpSiteTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private final GatewayMetrics metrics = new GatewayMetrics("test");
  private volatile Readiness readiness = Readiness.READY;
  private @Nullable Undertow server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.stop();
    }
    metrics.close();
  }

  @Test
  void healthIsAnsweredAndReadinessFollowsTheGateway() throws Exception {
    start("");
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").statusCode()).isEqualTo(200);

    readiness = Readiness.DRAINING;
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    assertThat(get("/readyz").body()).asString(StandardCharsets.UTF_8).isEqualTo("draining\n");
    assertThat(get("/readyz").headers().firstValue("Cache-Control")).contains("no-store");
  }

  @Test
  void metricsAreInPrometheusText() throws Exception {
    start("");
    metrics.calls().refused(486);

    HttpResponse<byte[]> response = get("/metrics");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(new String(response.body(), StandardCharsets.UTF_8))
        .contains("tandem_calls_refused_total{status=\"486\"} 1.0")
        .doesNotContain("# EOF");
    assertThat(
            new String(
                get("/metrics", "Accept", "application/openmetrics-text").body(),
                StandardCharsets.UTF_8))
        .endsWith("# EOF\n");
  }

  @Test
  void theDialectIsDescribedAndItsClientServedAlsoWithoutTheDemo() throws Exception {
    start("demo: {enabled: false}");
    HttpResponse<byte[]> schema = get("/schema/tandem.v1.json");
    assertThat(schema.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(schema.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
    assertThat(new ObjectMapper().readTree(schema.body()))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    HttpSiteTest.class.getResource(
                        "/dev/tandem/gateway/json/tandem.v1.schema.json")));
    assertThat(get("/schema/tandem.v1.asyncapi.json").statusCode()).isEqualTo(200);
    assertThat(new String(get("/schema/").body(), StandardCharsets.UTF_8))
        .contains("id=\"call_request\"");
    HttpResponse<byte[]> client = get("/client/tandem.js");
    assertThat(client.headers().firstValue("Content-Type"))
        .contains("text/javascript; charset=utf-8");
    assertThat(client.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
    assertThat(get("/client/../demo/app.js").statusCode()).isEqualTo(404);
    assertThat(get("/").statusCode()).isEqualTo(404);
  }

  @Test
  void metricsAreNotForThePublic() throws Exception {
    start("admin: {allowFrom: [192.0.2.0/24]}");
    assertThat(get("/metrics").statusCode()).isEqualTo(403);
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Forwarded-For", "Forwarded"})
  void metricsAreNotForWhomAProxyForwards(String header) throws Exception {
    start("");
    assertThat(get("/metrics", header, "for=127.0.0.1").statusCode()).isEqualTo(403);
  }

  @Test
  void theDemoPageIsServedWithItsSettings() throws Exception {
    start("");

    HttpResponse<byte[]> page = get("/");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
    assertThat(page.headers().firstValue("Cache-Control")).contains("no-cache");
    assertThat(page.body()).asString(StandardCharsets.UTF_8).contains("app.js");
    assertThat(get("/app.js").headers().firstValue("Content-Type"))
        .contains("text/javascript; charset=utf-8");

    JsonNode settings = new ObjectMapper().readTree(get("/demo/config.json").body());
    assertThat(settings.path("domain").asText()).isEqualTo("a.b");
    assertThat(settings.path("webSocketPath").asText()).isEqualTo("/ws");
    assertThat(settings.path("iceServersPath").asText()).isEqualTo("/ice-servers");
  }

  @Test
  void anUnchangedFileIsNotSentAgain() throws Exception {
    start("");
    HttpResponse<byte[]> first = get("/app.js", "Accept-Encoding", "gzip, br");
    String tag = first.headers().firstValue("ETag").orElseThrow();
    assertThat(first.headers().firstValue("Content-Encoding")).contains("gzip");
    assertThat(new GZIPInputStream(new ByteArrayInputStream(first.body())).readAllBytes())
        .isEqualTo(get("/app.js").body());

    HttpResponse<byte[]> again =
        get("/app.js", "Accept-Encoding", "gzip, br", "If-None-Match", tag);
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(get("/app.js", "If-None-Match", tag).statusCode())
        .as("the unzipped form has another tag")
        .isEqualTo(200);
  }

  @Test
  void bundlesNamedByTheirContentAreKeptForEver() throws Exception {
    start("");
    String page = new String(get("/app.js").body(), StandardCharsets.UTF_8);
    java.util.regex.Matcher bundle =
        java.util.regex.Pattern.compile("\\./(sipjs-[A-Z0-9]{8}\\.js)").matcher(page);
    assertThat(bundle.find()).isTrue();

    assertThat(get("/" + bundle.group(1)).headers().firstValue("Cache-Control"))
        .contains("public, max-age=31536000, immutable");
  }

  @Test
  void theDemoCanBeTurnedOff() throws Exception {
    start("demo: {enabled: false}");
    assertThat(get("/").statusCode()).isEqualTo(404);
    assertThat(get("/demo/config.json").statusCode()).isEqualTo(404);
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "/healthz/",
        "/../pom.xml",
        "/%2e%2e/x",
        "/..%2f..%2fx",
        "/logback.xml",
        "//"
      })
  void whatIsNotThereIs404(String path) throws Exception {
    start("");
    assertThat(get(path).statusCode()).isEqualTo(404);
  }

  @Test
  void onlyReadingIsAllowed() throws Exception {
    start("");
    HttpResponse<byte[]> posted =
        client.send(
            request("/healthz").POST(HttpRequest.BodyPublishers.ofString("x")).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(posted.statusCode()).isEqualTo(405);
    assertThat(posted.headers().firstValue("Allow")).contains("GET, HEAD");

    HttpResponse<byte[]> head =
        client.send(
            request("/app.js").method("HEAD", HttpRequest.BodyPublishers.noBody()).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.headers().firstValueAsLong("Content-Length").orElseThrow()).isPositive();
  }

  @Test
  void browsersAreToldWhatOurPagesNeverDo() throws Exception {
    start("");
    for (String path : new String[] {"/", "/healthz", "/nothing"}) {
      HttpResponse<byte[]> response = get(path);
      String authority = response.uri().getAuthority();
      assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
          .contains("default-src 'self'", "frame-ancestors 'none'")
          .endsWith("connect-src 'self' ws://" + authority + " wss://" + authority);
      assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
      assertThat(response.headers().firstValue("Permissions-Policy").orElseThrow())
          .contains("microphone=(self)");
    }
  }

  private void start(String yaml) throws Exception {
    TandemConfig config = new ConfigLoader().parse("test", "domain: a.b\n" + yaml, Path.of(""));
    HttpSite site =
        new HttpSite(
            config.admin(),
            config.demo(),
            config.domain(),
            "/ws",
            metrics,
            () -> readiness,
            new IceServersPage(
                config.ice(),
                null,
                "tandem_token",
                OriginPolicy.allowing(java.util.List.of()),
                java.time.Instant::now));
    server = Undertow.builder().addHttpListener(0, "127.0.0.1").setHandler(site).build();
    server.start();
  }

  private HttpResponse<byte[]> get(String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = request(path);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private HttpRequest.Builder request(String path) {
    InetSocketAddress address = (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path));
  }
}
