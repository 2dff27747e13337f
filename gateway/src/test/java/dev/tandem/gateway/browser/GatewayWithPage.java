package dev.tandem.gateway.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.Gateway;
import dev.tandem.gateway.GatewayEnvironment;
import dev.tandem.gateway.Service.Endpoint;
import dev.tandem.gateway.config.ConfigLoader;
import dev.tandem.gateway.config.TandemConfig;
import dev.tandem.gateway.token.TestTokens;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A gateway in this process, on ports that were free, with the demo page and four users. */
final class GatewayWithPage implements AutoCloseable {
  private static final String CONFIG =
      """
      domain: tandem.example
      http:
        listen: ["127.0.0.1:0"]
      websocket:
        allowedOrigins: []
      sip:
        listen:
          udp: ["127.0.0.1:0"]
          tcp: []
      users:
        - {user: alice, password: secret}
        - {user: bob, password: secret}
        - {user: carol, password: secret}
        - {user: dave, password: secret}
        - {user: erin}
      auth:
        tokens: {secret: "%s"}
      """
          .formatted(TestTokens.SECRET);

  /** What must be 0 when nobody calls any more; each may have labels. */
  private static final Pattern OF_CALLS =
      Pattern.compile(
          "tandem_(calls|sip_dialogs|sip_transactions|legs_detached)(\\{[^}]*})? [^0].*");

  private final Gateway gateway;
  private final String authority;

  private GatewayWithPage(Gateway gateway) {
    this.gateway = gateway;
    this.authority = "127.0.0.1:" + address("http").getPort();
  }

  /** Where it listens for that protocol. */
  InetSocketAddress address(String protocol) {
    return gateway.endpoints().stream()
        .filter(endpoint -> endpoint.protocol().equals(protocol))
        .map(Endpoint::address)
        .findFirst()
        .orElseThrow();
  }

  static GatewayWithPage start() throws Exception {
    return start(CONFIG);
  }

  /** With a configuration of the test's own; let it listen on port 0. */
  static GatewayWithPage start(String yaml) throws Exception {
    TandemConfig config = new ConfigLoader().parse("browser tests", yaml, Path.of("."));
    return new GatewayWithPage(Gateway.start(config, GatewayEnvironment.system()));
  }

  String pageUrl() {
    return "http://" + authority + "/";
  }

  String webSocketUrl() {
    return "ws://" + authority + "/ws";
  }

  /** Every call is over and forgotten; waits for the last BYE that is still on its way. */
  void hasNoCallLeft() {
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(gateway.calls().running()).isEmpty());
  }

  /**
   * Nothing is left of any call, by what an operator sees.
   *
   * @param patience transactions over UDP outlive their call by half a minute (timers J, K and L of
   *     RFC 3261 and 6026)
   */
  void hasNothingLeft(Duration patience) {
    await("calls, dialogs and transactions to end")
        .atMost(patience)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> assertThat(metrics().filter(OF_CALLS.asMatchPredicate())).isEmpty());
  }

  /** Waits until an operator sees this figure. */
  void comesToMeasure(String line) {
    await(line)
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(metrics()).contains(line));
  }

  private Stream<String> metrics() throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(pageUrl() + "metrics")).build();
    HttpResponse<Stream<String>> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofLines());
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }

  @Override
  public void close() {
    gateway.close();
  }
}
