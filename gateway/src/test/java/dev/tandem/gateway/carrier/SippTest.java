package dev.tandem.gateway.carrier;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.Gateway;
import dev.tandem.gateway.GatewayEnvironment;
import dev.tandem.gateway.Service;
import dev.tandem.gateway.config.ConfigLoader;
import dev.tandem.gateway.pbx.Asterisk;
import dev.tandem.testkit.Ladder;
import dev.tandem.testkit.ManualClock;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import dev.tandem.testkit.SipText;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway in this process, browsers of the testkit, and SIPp at addresses of its own. Users alice
 * and bob with the password "secret"; numbers that begin with 9 go to the trunk "carrier".
 */
@Tag("foreign")
abstract class SippTest {
  static final String FIRST = "127.0.0.7";
  static final String SECOND = "127.0.0.8";
  static final String NUMBER = "sip:95550100@example.test";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration AGES = Duration.ofSeconds(10);

  /** Less than what is waited for a part that does not end by itself. */
  private static final Duration CLOSES_WITHIN = Duration.ofMillis(2_500);

  @TempDir Path directory;
  final Ladder ladder = new Ladder(PATIENCE);
  private final List<Sipp> started = new ArrayList<>();
  Gateway gateway;
  private @Nullable ManualClock clock;
  private @Nullable Ticker ticker;

  @AfterEach
  void stop() {
    if (ticker != null) {
      ticker.close();
    }
    try {
      if (gateway != null) {
        await("all calls to end").atMost(PATIENCE).untilAsserted(this::assertNothingIsLeft);
      }
    } finally {
      long began = System.nanoTime();
      if (gateway != null) {
        gateway.close();
      }
      Duration closing = Duration.ofNanos(System.nanoTime() - began);
      ladder.close();
      started.forEach(Sipp::close);
      assertThat(closing).as("time to close").isLessThan(CLOSES_WITHIN);
    }
  }

  private void assertNothingIsLeft() {
    if (clock != null) {
      clock.advance(AGES);
      assertThat(gateway.sip().agent().stack().transactions()).isZero();
    }
    assertThat(gateway.calls().running()).isEmpty();
    assertThat(gateway.sip().agent().dialogs()).isZero();
    assertThat(gateway.trunks().reports()).allSatisfy(trunk -> assertThat(trunk.calls()).isZero());
  }

  // The gateway.

  /** Starts one; the YAML begins with trunks. */
  void start(GatewayEnvironment environment, String yaml) throws Exception {
    String all =
        """
        domain: example.test
        http: {listen: ["127.0.0.1:0"]}
        users:
          - {user: alice, password: secret}
          - {user: bob, password: secret}
        """
            + (yaml.contains("sip:")
                ? ""
                : "sip: {listen: {udp: [\"127.0.0.1:0\"], tcp: [\"127.0.0.1:0\"]}}\n")
            + yaml
            + (yaml.contains("routes:") ? "" : "routes: [{number: \"9*\", trunk: carrier}]\n");
    gateway = Gateway.start(new ConfigLoader().parse("test.yaml", all, directory), environment);
  }

  /** A clock that the test moves. */
  GatewayEnvironment on(ManualClock moved) {
    clock = moved;
    return new GatewayEnvironment(moved, moved);
  }

  /** A clock that goes as a real one does, until the test is over; then it need not be waited. */
  GatewayEnvironment inRealTime() {
    ManualClock moved = new ManualClock();
    ticker = new Ticker(moved);
    return on(moved);
  }

  void start(String yaml) throws Exception {
    start(GatewayEnvironment.system(), yaml);
  }

  /** Starts one whose trunk "carrier" is this. */
  void startWithTrunk(Sipp sipp, String transport, String more) throws Exception {
    start(trunk(sipp, transport, more));
  }

  static String trunk(Sipp sipp, String transport, String more) {
    InetSocketAddress at = sipp.address();
    return "trunks: [{name: carrier, address: \"%s:%d\", transport: %s, largeRequests: udp%s}]\n"
        .formatted(at.getHostString(), at.getPort(), transport, more);
  }

  /** The trunks "first" and "second". */
  static String trunks(String transport, Sipp first, Sipp second) {
    return """
        trunks:
          - {name: first, address: "%2$s:%3$d", transport: %1$s, largeRequests: udp}
          - {name: second, address: "%4$s:%5$d", transport: %1$s, largeRequests: udp}
        """
        .formatted(
            transport,
            first.address().getHostString(),
            first.address().getPort(),
            second.address().getHostString(),
            second.address().getPort());
  }

  /** Where it listens for "http", "udp", "tcp" or "tls". */
  InetSocketAddress address(String protocol) {
    return gateway.endpoints().stream()
        .filter(endpoint -> endpoint.protocol().equals(protocol))
        .map(Service.Endpoint::address)
        .findFirst()
        .orElseThrow();
  }

  // Who takes part.

  Sipp.Builder sipp(String host) {
    return new Sipp.Builder(directory, host, Asterisk.freePort(host));
  }

  Sipp listens(String host, String transport, Script script) {
    return kept(sipp(host).over(transport).listens(script));
  }

  /** SIPp calls the gateway. */
  Sipp calls(String transport, Script script) {
    return kept(sipp(FIRST).over(transport).calls(address(transport), script));
  }

  Sipp kept(Sipp sipp) {
    started.add(sipp);
    return sipp;
  }

  /** Where SIPp calls from is a trunk. */
  static String callersTrunk() {
    return "trunks: [{name: carrier, address: \"127.0.0.7:9\", sources: [127.0.0.7]}]\n";
  }

  private static PhoneIdentity identity(String user) {
    return new PhoneIdentity(user, "example.test", "secret");
  }

  private URI webSocket() {
    return URI.create("ws://127.0.0.1:" + address("http").getPort() + "/ws");
  }

  Phone sipJs(String user) {
    return Phone.sipJs(ladder, user, identity(user), webSocket());
  }

  Phone jsSip(String user) {
    return Phone.jsSip(ladder, user, identity(user), webSocket());
  }

  // Often done.

  /** The browser's call has been answered; it talks a moment and hangs up. */
  SipText isAnsweredAndHangsUp(Phone phone) {
    SipText answer = phone.receives(200, INVITE);
    phone.sends(ACK);
    phone.sends(BYE);
    phone.receives(200, BYE);
    return answer;
  }
}
