package dev.tandem.gateway.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.OperatingSystemMXBean;
import dev.tandem.gateway.Gateway;
import dev.tandem.gateway.GatewayEnvironment;
import dev.tandem.gateway.config.ConfigLoader;
import dev.tandem.gateway.pbx.Asterisk;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many calls without packets between two SIPps, through a real rtpengine and past it: none is left
 * in it, and what a relay costs. {@code -Dtandem.media.calls=10000} makes it ten thousand.
 */
@Tag("foreign")
class ManyCallsTest {
  private static final int CALLS = Integer.getInteger("tandem.media.calls", 200);
  private static final String CALLER = "127.0.0.8";
  private static final String CALLEE = "127.0.0.9";

  @TempDir private Path folder;

  private record Cost(Duration gateway, Duration engine) {
    static final Cost NONE = new Cost(Duration.ZERO, Duration.ZERO);

    Cost plus(Cost more) {
      return new Cost(gateway.plus(more.gateway), engine.plus(more.engine));
    }

    String of(Duration what) {
      return "%d ms CPU per 1000 calls".formatted(what.toMillis() * 1000 / CALLS);
    }

    @Override
    public String toString() {
      return "gateway " + of(gateway) + ", rtpengine " + of(engine);
    }
  }

  @Test
  void noCallIsLeftInTheEngine() throws Exception {
    try (RtpengineDaemon engine = new RtpengineDaemon(folder).start()) {
      run("all", engine, Math.min(CALLS, 3_000)); // until the compiler has seen it all
      Cost without = Cost.NONE;
      Cost with = Cost.NONE;
      for (int half = 0; half < 2; half++) { // what it still learns is both sides' gain
        without = without.plus(run("needed", engine, CALLS / 2));
        with = with.plus(run("all", engine, CALLS / 2));
      }
      assertThat(engine.calls()).isEmpty();
      System.out.println("without relay: " + without + "; with it: " + with);
    }
  }

  private Cost run(String anchor, RtpengineDaemon engine, int calls) throws Exception {
    int callerPort = Asterisk.freePort(CALLER);
    int calleePort = Asterisk.freePort(CALLEE);
    String yaml =
        """
        domain: example.test
        http: {listen: ["127.0.0.1:0"]}
        sip: {listen: {udp: ["127.0.0.1:0"], tcp: []}}
        log: {level: warn}
        media:
          anchor: %s
          rtpengine: {engines: [{address: "%s"}]}
        trunks:
          - {name: one, address: "%s:%d", media: rtp}
          - {name: other, address: "%s:%d", media: rtp}
        routes:
          - {number: "9*", from: {trunks: [one]}, trunk: other}
        """
            .formatted(anchor, engine.hostAndPort(), CALLER, callerPort, CALLEE, calleePort);
    Gateway gateway =
        Gateway.start(
            new ConfigLoader().parse("test.yaml", yaml, Path.of("")), GatewayEnvironment.system());
    Process callee = sipp("-sn", "uas", "-i", CALLEE, "-p", "" + calleePort);
    try {
      InetSocketAddress udp =
          gateway.endpoints().stream()
              .filter(endpoint -> endpoint.protocol().equals("udp"))
              .findFirst()
              .orElseThrow()
              .address();
      Duration before = own();
      Duration engineBefore = engine.cpu();
      Process caller =
          sipp(
              "-sn",
              "uac",
              "-i",
              CALLER,
              "-p",
              "" + callerPort,
              "-s",
              "9555",
              "-d",
              "100",
              "-r",
              "100",
              "-m",
              "" + calls,
              udp.getHostString() + ":" + udp.getPort());
      assertThat(caller.waitFor(10 + calls / 20, TimeUnit.SECONDS)).as("SIPp ends").isTrue();
      assertThat(caller.exitValue()).as("all calls went by the scenario").isZero();
      await().atMost(Duration.ofSeconds(10)).until(() -> gateway.calls().running().isEmpty());
      await().atMost(Duration.ofSeconds(10)).until(() -> engine.calls().isEmpty());
      return new Cost(own().minus(before), engine.cpu().minus(engineBefore));
    } finally {
      callee.destroyForcibly().onExit().join();
      gateway.close();
    }
  }

  private static Duration own() {
    return Duration.ofNanos(
        ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime());
  }

  private Process sipp(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("sipp", "-nostdin", "-skip_rlimit"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("sipp-" + arguments[1]).toFile())
        .start();
  }
}
