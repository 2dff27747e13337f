package dev.tandem.gateway.pbx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.Gateway;
import dev.tandem.gateway.GatewayEnvironment;
import dev.tandem.gateway.Service;
import dev.tandem.gateway.config.ConfigLoader;
import dev.tandem.testkit.Ladder;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;

/** A real Asterisk, a gateway, and phones at either: what the tests with a PBX share. */
abstract class BesideAsterisk {
  static final String DOMAIN = "example.test";

  private static final Duration PATIENCE = Duration.ofSeconds(15);

  final Ladder ladder = new Ladder(PATIENCE);
  final Asterisk pbx = Asterisk.at("127.0.0.6");
  Gateway gateway;

  /**
   * Starts the gateway, which need not find the PBX already running: so the PBX can be told its
   * address.
   *
   * @param yaml what follows domain, http and sip in its configuration
   */
  void startGateway(String yaml, GatewayEnvironment environment) throws Exception {
    String listening =
        """
        domain: example.test
        http: {listen: ["127.0.0.1:0"]}
        sip: {listen: {udp: ["127.0.0.1:0"], tcp: ["127.0.0.1:0"]}}
        """;
    gateway =
        Gateway.start(
            new ConfigLoader().parse("test.yaml", listening + yaml, Path.of("")), environment);
  }

  /** Whatever a test did, no call is left on either side; what the PBX said is in a failure. */
  @AfterEach
  void stop() {
    try {
      hasCalls(0);
      ladder.close();
      await("everything to end")
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () -> {
                assertThat(gateway.calls().running()).isEmpty();
                assertThat(gateway.sip().agent().dialogs()).isZero();
              });
    } catch (AssertionError | ConditionTimeoutException e) {
      throw new AssertionError(e.getMessage() + "\n" + ladder.draw() + pbx.console(), e);
    } finally {
      ladder.close();
      if (gateway != null) {
        gateway.close();
      }
      pbx.close();
    }
  }

  /** Where the gateway listens for "http", "udp" or "tcp". */
  InetSocketAddress address(String protocol) {
    return gateway.endpoints().stream()
        .filter(endpoint -> endpoint.protocol().equals(protocol))
        .map(Service.Endpoint::address)
        .findFirst()
        .orElseThrow();
  }

  /** A browser at the gateway: "sipJs" or "jsSip". */
  Phone browser(String kind, String user) {
    PhoneIdentity identity = new PhoneIdentity(user, DOMAIN, "secret");
    URI webSocket = URI.create("ws://127.0.0.1:" + address("http").getPort() + "/ws");
    return kind.equals("sipJs")
        ? Phone.sipJs(ladder, user, identity, webSocket)
        : Phone.jsSip(ladder, user, identity, webSocket);
  }

  /** A phone of the PBX's own, registered there. */
  Phone extension(String user) {
    PhoneIdentity identity = new PhoneIdentity(user, "pbx.test", "secret");
    Phone phone = Phone.pbxUdp(ladder, user, identity, "127.0.0.1", pbx::socketAddress);
    phone.registers();
    return phone;
  }

  /** Calls with a description that a PBX without WebRTC understands. */
  static void calls(Phone browser, String user) {
    browser.describes(Sdp.rtp());
    browser.invites("sip:" + user + "@" + DOMAIN);
  }

  /** Answers 200 with such a description. */
  static void accepts(Phone browser) {
    browser.describes(Sdp.rtp());
    browser.answers(200);
  }

  /** Comes back when the PBX has so many calls. */
  void hasCalls(int count) {
    String words = count + (count == 1 ? " active call" : " active calls") + "\n";
    pbx.comesToSay("core show channels", said -> said.contains(words));
  }

  /** Comes back when a channel of that endpoint hears itself. */
  void hearsItself(String endpoint) {
    pbx.comesToSay(
        "core show channels",
        said -> said.lines().anyMatch(it -> it.matches("PJSIP/" + endpoint + "-.* Echo\\(\\) *")));
  }

  /** Comes back with all such messages that the PBX traced, when there are so many. */
  List<SipText> traced(int count, Predicate<SipText> wanted) {
    return await("messages in the PBX's trace: " + count)
        .atMost(PATIENCE)
        .until(() -> pbx.traced().stream().filter(wanted).toList(), found -> found.size() == count);
  }

  /** Comes back when the PBX has written that to its log. */
  void hasWritten(String words) {
    await(words).atMost(PATIENCE).untilAsserted(() -> assertThat(pbx.console()).contains(words));
  }
}
