package dev.tandem.gateway.browser;

import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.Gateway;
import dev.tandem.gateway.GatewayEnvironment;
import dev.tandem.gateway.Service.Endpoint;
import dev.tandem.gateway.config.ConfigLoader;
import dev.tandem.gateway.config.TandemConfig;
import java.nio.file.Path;
import java.time.Duration;

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
      """;

  private final Gateway gateway;
  private final String authority;

  private GatewayWithPage(Gateway gateway) {
    this.gateway = gateway;
    Endpoint http =
        gateway.endpoints().stream()
            .filter(endpoint -> endpoint.protocol().equals("http"))
            .findFirst()
            .orElseThrow();
    this.authority = "127.0.0.1:" + http.address().getPort();
  }

  static GatewayWithPage start() throws Exception {
    TandemConfig config = new ConfigLoader().parse("browser tests", CONFIG, Path.of("."));
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
        .untilAsserted(
            () -> org.assertj.core.api.Assertions.assertThat(gateway.calls().running()).isEmpty());
  }

  @Override
  public void close() {
    gateway.close();
  }
}
