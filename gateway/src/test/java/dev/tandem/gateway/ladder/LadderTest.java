package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.BYE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.GatewayEnvironment;
import dev.tandem.gateway.TestGateway;
import dev.tandem.gateway.sip.SipService;
import dev.tandem.sip.stack.plain.PlainReader;
import dev.tandem.testkit.Ladder;
import dev.tandem.testkit.ManualClock;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A gateway in this process on ports of its own, on a clock that a test moves. Users alice, bob and
 * carol with the password "secret"; numbers that begin with 9 go by UDP to {@link #carrier}, which
 * has an address of its own because the gateway trusts a trunk by its address.
 */
abstract class LadderTest {
  static final String DOMAIN = "example.test";

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration STEP = Duration.ofMillis(100);
  private static final Duration PIECE = Duration.ofSeconds(10);

  /**
   * In real time. What a client's last message should have ended goes with the clock, after so many
   * pieces, if its connection was gone before that message was read; on a machine without a free
   * core a piece takes seconds.
   */
  private static final Duration UNTIL_ALL_HAS_ENDED = Duration.ofSeconds(60);

  final ManualClock clock = new ManualClock();
  final Ladder ladder = new Ladder();
  private final LoggedTrouble trouble = new LoggedTrouble();
  Phone carrier;
  TestGateway gateway;

  @BeforeEach
  void startGateway() throws Exception {
    trouble.watch();
    carrier = carrier("carrier", "127.0.0.2");
    gateway = TestGateway.start(yaml(), environment());
  }

  @AfterEach
  void stopGateway() {
    ladder.close();
    try {
      assertNothingIsLeft();
    } catch (ConditionTimeoutException left) {
      // A step that failed is why something is left.
      trouble.seen().forEach(why -> left.addSuppressed(new AssertionError(why)));
      throw left;
    } finally {
      gateway.close();
      trouble.unwatch();
    }
    assertThat(trouble.seen()).isEmpty();
    assertThat(PlainReader.sharedHeadersAreIntact()).isTrue();
  }

  /** When everybody has gone, all calls end, and with time everything that was kept for them. */
  private void assertNothingIsLeft() {
    SipService sip = gateway.gateway().sip();
    await("all calls, subscriptions, dialogs and transactions to end")
        .atMost(UNTIL_ALL_HAS_ENDED)
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(
            () -> {
              clock.advance(PIECE);
              assertThat(gateway.gateway().calls().running()).isEmpty();
              assertThat(gateway.gateway().trunks().reports())
                  .allSatisfy(trunk -> assertThat(trunk.calls()).isZero());
              assertThat(gateway.gateway().subscriptions().size()).as("subscriptions").isZero();
              assertThat(sip.agent().dialogs()).as("dialogs").isZero();
              assertThat(sip.agent().stack().transactions()).as("transactions").isZero();
            });
  }

  /** Time and threads; a test may have another clock on the wall. */
  GatewayEnvironment environment() {
    return new GatewayEnvironment(clock, clock);
  }

  /** The configuration; a test may add to it. */
  String yaml() {
    return """
        domain: example.test
        http:
          listen: ["127.0.0.1:0"]
        sip:
          listen:
            udp: ["127.0.0.1:0"]
            tcp: ["127.0.0.1:0"]
        users:
          - {user: alice, password: secret}
          - {user: bob, password: secret}
          - {user: carol, password: secret}
        trunks:
          - {name: carrier, largeRequests: udp, address: "%s", transport: udp}
        routes:
          - {number: "9*", trunk: carrier}
        calls:
          noAnswer: 60s
        """
        .formatted(carrier.address());
  }

  // Who takes part.

  static PhoneIdentity identity(String user) {
    return new PhoneIdentity(user, DOMAIN, "secret");
  }

  static String sip(String user) {
    return "sip:" + user + "@" + DOMAIN;
  }

  /** A carrier or PBX on UDP, at an address of its own. */
  Phone carrier(String name, String host) {
    return Phone.pbxUdp(
        ladder, name, new PhoneIdentity(name, name + ".test", null), host, this::udp);
  }

  Phone sipJs(String user) {
    return Phone.sipJs(ladder, user, identity(user), webSocket());
  }

  Phone jsSip(String user) {
    return Phone.jsSip(ladder, user, identity(user), webSocket());
  }

  /** A phone of that kind: "sipJs", "jsSip", "udp" or "tcp". */
  Phone phone(String kind, String user) {
    return phone(kind, user, user);
  }

  /** A phone of that kind whose column in the ladder has another name than its user. */
  Phone phone(String kind, String name, String user) {
    PhoneIdentity identity = identity(user);
    return switch (kind) {
      case "sipJs" -> Phone.sipJs(ladder, name, identity, webSocket());
      case "jsSip" -> Phone.jsSip(ladder, name, identity, webSocket());
      case "udp" -> Phone.pbxUdp(ladder, name, identity, "127.0.0.1", this::udp);
      case "tcp" -> Phone.pbxTcp(ladder, name, identity, "127.0.0.1", this::tcp);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  URI webSocket() {
    return URI.create("ws://127.0.0.1:" + gateway.address("http").getPort() + "/ws");
  }

  InetSocketAddress udp() {
    return gateway.address("udp");
  }

  InetSocketAddress tcp() {
    return gateway.address("tcp");
  }

  /** The sum of those samples of {@code /metrics} that match. */
  double metric(String regex) {
    URI uri = URI.create("http://127.0.0.1:" + gateway.address("http").getPort() + "/metrics");
    try {
      return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body()
          .lines()
          .filter(line -> line.matches(regex + " .*"))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  // Time.

  /**
   * Lets the gateway finish what it was asked, moves its clock, and lets it finish what that did.
   * In pieces, so that WebSocket pings can be answered.
   */
  void passes(Duration time) {
    settle();
    Duration left = time;
    while (left.compareTo(Duration.ZERO) > 0) {
      Duration piece = left.compareTo(PIECE) < 0 ? left : PIECE;
      clock.advance(piece);
      settle();
      left = left.minus(piece);
    }
    ladder.remark(time + " passed");
  }

  /**
   * Who was told that its transfer is done may hang up by itself for a while, and then is hung up.
   */
  void isHungUpInTheEnd(Phone transferor) {
    passes(Duration.ofSeconds(1));
    transferor.receives(BYE);
    transferor.answers(200, BYE);
  }

  /** Comes back when so many legs wait for their device to come back. */
  void isDetached(int legs) {
    await("legs that wait: " + legs)
        .untilAsserted(() -> assertThat(gateway.gateway().sip().detachedLegs()).isEqualTo(legs));
  }

  /** Lets time pass in steps until something has come for this phone; fails when nothing does. */
  Duration passesUntilReceived(Phone phone, Duration longest) {
    Duration passed = Duration.ZERO;
    settle();
    while (phone.isIdle()) {
      assertThat(passed).isLessThan(longest);
      passed = passed.plus(STEP);
      clock.advance(STEP);
      settle();
    }
    ladder.remark(passed + " passed");
    return passed;
  }

  /** Comes back when the gateway has read all that the phones sent, on each transport. */
  void settle() {
    ladder.settle();
    UdpRoundTrip.to(udp());
    ladder.settle(); // what that made the gateway send has arrived
  }
}
