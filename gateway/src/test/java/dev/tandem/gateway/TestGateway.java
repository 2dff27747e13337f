package dev.tandem.gateway;

import dev.tandem.gateway.config.ConfigLoader;
import dev.tandem.testkit.ManualClock;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** A gateway in this process, on a clock that a test moves. */
public final class TestGateway implements AutoCloseable {
  private final Gateway gateway;

  private TestGateway(Gateway gateway) {
    this.gateway = gateway;
  }

  /** Starts one with a configuration as an operator would write it; let it listen on port 0. */
  public static TestGateway start(String yaml, ManualClock clock) throws Exception {
    return start(yaml, new GatewayEnvironment(clock, clock));
  }

  /** Starts one in other surroundings. */
  public static TestGateway start(String yaml, GatewayEnvironment environment) throws Exception {
    return new TestGateway(
        Gateway.start(new ConfigLoader().parse("test.yaml", yaml, Path.of("")), environment));
  }

  /** Where it listens for "http", "udp" or "tcp". */
  public InetSocketAddress address(String protocol) {
    return gateway.endpoints().stream()
        .filter(endpoint -> endpoint.protocol().equals(protocol))
        .map(Service.Endpoint::address)
        .findFirst()
        .orElseThrow();
  }

  public Gateway gateway() {
    return gateway;
  }

  @Override
  public void close() {
    gateway.close();
  }
}
