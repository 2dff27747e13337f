package dev.tandem.gateway.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway in a process of its own under hostile load, while two people go on calling each other.
 * {@code -Dtandem.hostile=1} for the long form with the numbers of {@code docs/security.md}, which
 * this prints. Strangers come from addresses 127.1.x.y, which no limit is lifted for.
 */
abstract class HostileLoad {
  static final boolean LONG = System.getProperty("tandem.hostile") != null;
  private static final int PER_ADDRESS = 180; // fewer than may come in a second

  @TempDir Path folder;

  ServerProcess server;
  LiveCalls calls;
  Swarm swarm;

  /**
   * Starts it.
   *
   * @param limits more of them, as in {@code ", ban: {after: 0}"}
   */
  final void start(String limits) throws Exception {
    server =
        new ServerProcess(
            folder,
            """
            domain: example.test
            http: {listen: ["127.0.0.1:0"]}
            sip: {listen: {udp: ["127.0.0.1:0"], tcp: ["127.0.0.1:0"]}}
            users: [{user: "u{0..19999}", password: secret}]
            json: {callsPerMinute: 1000000}
            limits: {allow: [127.0.0.1]%s}
            """
                .formatted(limits));
    calls = new LiveCalls(server.webSocket());
    swarm = new Swarm();
    await("the gateway to be warm")
        .atMost(Duration.ofMinutes(1))
        .until(() -> calls.made() > (LONG ? 200 : 30));
    calls.begins();
  }

  @AfterEach
  void stop() {
    if (calls != null) {
      calls.close();
    }
    if (swarm != null) {
      swarm.close();
    }
    if (server != null) {
      server.close();
    }
  }

  static String stranger(int number) {
    return "127.1." + (number / PER_ADDRESS / 250) + "." + (1 + number / PER_ADDRESS % 250);
  }

  final void tells(String what) {
    System.out.printf("%s; beside: %s; RSS %d MiB%n", what, calls, server.rss() >> 10);
  }

  final void callsWentWell(double mostMillis) {
    assertThat(calls.made()).isPositive();
    if (LONG) { // a few seconds hold too few calls for a share of them
      assertThat(calls.success()).as(calls.toString()).isGreaterThanOrEqualTo(0.99);
      assertThat(calls.millis(99)).as(calls.toString()).isLessThan(mostMillis);
    }
  }
}
