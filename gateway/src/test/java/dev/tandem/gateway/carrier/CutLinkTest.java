package dev.tandem.gateway.carrier;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.OPTIONS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.trunk.TrunkReport;
import dev.tandem.testkit.ManualClock;
import dev.tandem.testkit.Phone;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Two carriers, each at the other end of a cable of its own, and the first cable is cut. */
@EnabledIf(
    value = "dev.tandem.gateway.carrier.Island#canBeMade",
    disabledReason = "network namespaces need root, and ip and nsenter of iproute2 and util-linux")
class CutLinkTest extends SippTest {
  private static final Duration TRY = Duration.ofSeconds(1);

  /** After {@link #TRY}, this much is allowed for everything else. */
  private static final Duration SLACK = Duration.ofSeconds(1);

  /** What the health check below needs for down or up, and as much again. */
  private static final Duration NOTICED = Duration.ofSeconds(15);

  private static final int PORT = 5060;

  private Island firstIsland;
  private Island secondIsland;
  private Sipp first;
  private Sipp second;

  @BeforeEach
  void startCarriers() throws Exception {
    firstIsland = new Island(1);
    secondIsland = new Island(2);
    first = carrier(firstIsland);
    second = carrier(secondIsland);
  }

  @AfterEach
  void removeIslands() {
    for (Island island : new Island[] {firstIsland, secondIsland}) {
      if (island != null) {
        island.close();
      }
    }
  }

  private Sipp carrier(Island island) {
    return kept(
        new Sipp.Builder(directory, island.host(), PORT)
            .by(island.launcher())
            .calls(1_000)
            .listens(
                Script.callee()
                    .answersOptions()
                    .receives(INVITE)
                    .answers(INVITE, 180)
                    .takesTheCall()));
  }

  private String yaml(String health) {
    return """
        sip: {listen: {udp: ["0.0.0.0:0"], tcp: []}}
        calls: {probe: 1m}
        trunks:
          - {name: first, address: "%1$s:%3$d", largeRequests: udp%4$s}
          - {name: second, address: "%2$s:%3$d", largeRequests: udp%4$s}
        trunkGroups:
          - {name: both, members: [{trunk: first}, {trunk: second}], tryTimeout: 1s}
        routes: [{number: "9*", trunk: both}]
        """
        .formatted(firstIsland.host(), secondIsland.host(), PORT, health);
  }

  private TrunkReport report(String trunk) {
    return gateway.trunks().reports().stream()
        .filter(report -> report.name().equals(trunk))
        .findFirst()
        .orElseThrow();
  }

  private void comesUp(String trunk) {
    await(trunk + " to be up")
        .atMost(NOTICED)
        .until(() -> report(trunk).up() && report(trunk).roundTrip() != null);
  }

  /** A call from the beginning to the end; how long the caller waits for the ringing. */
  private Duration calls(Phone alice, String number) {
    long began = System.nanoTime();
    alice.invites("sip:" + number + "@example.test");
    alice.receives(180);
    Duration waited = Duration.ofNanos(System.nanoTime() - began);
    isAnsweredAndHangsUp(alice);
    return waited;
  }

  /** Whether a call to this number was taken there. */
  private static boolean took(Sipp carrier, String number) {
    return carrier.received().stream()
        .anyMatch(
            it -> it.isRequest() && it.method().equals(ACK) && it.header("To").contains(number));
  }

  @Test
  void callsGoByTheOtherCableUntilTheFirstIsWholeAgain() throws Exception {
    start(inRealTime(), yaml(", health: {interval: 2s, timeout: 1s, up: 2, down: 2}"));
    comesUp("first");
    comesUp("second");
    Phone alice = sipJs("alice");
    assertThat(calls(alice, "95550101")).isLessThan(SLACK);
    await().until(() -> took(first, "95550101"));

    firstIsland.isCutOff();
    assertThat(calls(alice, "95550102")).isLessThan(TRY.plus(SLACK)); // known already or not
    await().until(() -> took(second, "95550102"));
    await("first to be down").atMost(NOTICED).until(() -> !report("first").up());
    assertThat(report("second").up()).isTrue();
    assertThat(calls(alice, "95550103")).isLessThan(SLACK);
    await().until(() -> took(second, "95550103"));

    firstIsland.joins();
    await("first to be up").atMost(NOTICED).until(() -> report("first").up());
    assertThat(calls(alice, "95550104")).isLessThan(SLACK);
    await().until(() -> took(first, "95550104"));
    assertThat(second.requests(OPTIONS)).isGreaterThan(2);
    ladder.nothingMore();
  }

  @Test
  void aCallWhosePeerIsBehindTheCutEndsWhenItIsAskedInVain() throws Exception {
    ManualClock clock = new ManualClock();
    start(on(clock), yaml(""));
    Phone alice = sipJs("alice");
    alice.invites(NUMBER);
    alice.receives(180);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    await().until(() -> first.requests(ACK) == 1);

    firstIsland.isCutOff();
    Duration passed = Duration.ZERO;
    while (alice.isIdle() && passed.compareTo(Duration.ofMinutes(3)) < 0) {
      clock.advance(Duration.ofSeconds(1));
      passed = passed.plusSeconds(1);
      ladder.settle();
    }
    alice.receives(BYE);
    alice.answers(200);
    // Asked after a minute, and given up by Timer F.
    assertThat(passed).isBetween(Duration.ofSeconds(90), Duration.ofSeconds(95));
    assertThat(gateway.trunks().reports()).allSatisfy(it -> assertThat(it.calls()).isZero());
    assertThat(second.requests(INVITE)).isZero();
    ladder.nothingMore();
  }
}
