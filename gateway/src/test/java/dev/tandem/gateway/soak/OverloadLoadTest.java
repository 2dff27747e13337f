package dev.tandem.gateway.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Twice as many calls as a gateway can carry, with {@code -Dtandem.hostile=1}: it has one core in a
 * process of its own, who calls has what is left. How new calls are put off is tested with a clock
 * of its own in {@code OverloadTest}.
 */
@Tag("slow")
@EnabledIfSystemProperty(named = "tandem.hostile", matches = ".+")
class OverloadLoadTest {
  private static final int SECONDS = 8;

  @TempDir Path folder;

  private ServerProcess server;
  private Swarm swarm;

  @AfterEach
  void stop() {
    if (swarm != null) {
      swarm.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @Test
  void halfOfTwiceTheCapacityIsCarriedAndTheRestIsPutOffSoon() throws Exception {
    server =
        new ServerProcess(
            folder,
            """
            domain: example.test
            http: {listen: ["127.0.0.1:0"]}
            sip: {listen: {udp: [], tcp: []}}
            auth: {enabled: false}
            users: [{user: "u{0..19999}", password: secret}]
            limits: {allow: [127.0.0.1]}
            log: {level: warn, levels: {dev.tandem.gateway.Launcher: info}}
            """,
            "-XX:TieredStopAtLevel=1"); // it is warm sooner, and who calls is quicker than it
    server.runsOnOneCore();
    swarm = new Swarm();
    OfferedCalls calls = new OfferedCalls(swarm, server.address("http"));
    System.out.println("warming: " + calls.offer(200, 5));
    System.out.println("warming: " + calls.offer(500, 8));
    double capacity = 0;
    for (double rate = 300; rate <= 4000; rate *= 1.3) {
      OfferedCalls.Counts run = calls.offer(rate, 3);
      System.out.printf("%.0f a second for 3 s: %s%n", rate, run);
      capacity = Math.max(capacity, run.answered() / 3.0);
      if (run.refused() > run.answered() / 10) {
        break;
      }
    }
    OfferedCalls.Counts twice = calls.offer(2 * capacity, SECONDS);
    System.out.printf("%.0f a second for %d s: %s%n", 2 * capacity, SECONDS, twice);
    System.out.printf("then %.0f a second: %s%n", capacity / 2, calls.offer(capacity / 2, 6));
    OfferedCalls.Counts after = calls.offer(capacity / 2, 3);
    double goodput = twice.answered() / (capacity * SECONDS);
    System.out.printf("beside: goodput %.0f%% of %.0f calls a second%n", goodput * 100, capacity);
    assertThat(goodput).isGreaterThan(0.8);
    assertThat(twice.lost()).isZero();
    assertThat(twice.refusal(50)).isLessThan(200);
    assertThat(twice.refusal(95)).isLessThan(500);
    assertThat(twice.end(95)).isLessThan(200);
    assertThat(after.refused() + after.lost()).isZero();
  }
}
