package dev.tandem.gateway.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.Gateway;
import dev.tandem.gateway.GatewayEnvironment;
import dev.tandem.gateway.config.ConfigLoader;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What the JSON dialect adds to the time that a call takes to ring and to be answered, beside a
 * call from SIP to SIP: calls of all kinds in turn, one at a time, at a fixed rate. Only with
 * {@code -Dtandem.latency=2000}, the number of calls of each kind; a tenth as many come before,
 * unmeasured.
 */
@Tag("slow")
@EnabledIfSystemProperty(named = "tandem.latency", matches = "\\d+")
class AddedLatencyTest {
  private static final int CALLS = Integer.getInteger("tandem.latency", 0);
  private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(10);

  /** What nobody would notice. */
  private static final double MOST_ADDED_MILLIS = 5;

  private final Map<String, List<TimedEnd.Moments>> measured = new LinkedHashMap<>();

  @Test
  void jsonAddsLittleToTheTimeOfACall() throws Exception {
    String yaml =
        """
        domain: example.test
        http: {listen: ["127.0.0.1:0"]}
        sip: {listen: {udp: ["127.0.0.1:0"], tcp: []}}
        users: [{user: sue, password: secret}, {user: sam, password: secret},
          {user: joe, password: secret}, {user: jim, password: secret}]
        auth: {enabled: false}
        json: {framesPerSecond: 10000, callsPerMinute: 10000}
        log: {level: warn}
        """;
    try (Gateway gateway =
        Gateway.start(
            new ConfigLoader().parse("latency", yaml, Path.of("")), GatewayEnvironment.system())) {
      int port =
          gateway.endpoints().stream()
              .filter(endpoint -> endpoint.protocol().equals("http"))
              .findFirst()
              .orElseThrow()
              .address()
              .getPort();
      URI uri = URI.create("ws://127.0.0.1:" + port + "/ws");
      try (TimedEnd sue = new TimedEnd.Sip("sue", uri);
          TimedEnd sam = new TimedEnd.Sip("sam", uri);
          TimedEnd joe = new TimedEnd.Json("joe", uri);
          TimedEnd jim = new TimedEnd.Json("jim", uri)) {
        for (TimedEnd each : List.of(sue, sam, joe, jim)) {
          each.awaitsReady();
        }
        long next = System.nanoTime();
        for (int i = -CALLS / 10; i < CALLS; i++) {
          next = measure(i, "SIP to SIP", sue, sam, next);
          next = measure(i, "JSON to SIP", joe, sam, next);
          next = measure(i, "SIP to JSON", sue, jim, next);
          next = measure(i, "JSON to JSON", joe, jim, next);
        }
      }
    }
    measured.forEach(AddedLatencyTest::report);
    double sip = median("SIP to SIP");
    for (String kind : measured.keySet()) {
      assertThat(median(kind)).as(kind).isLessThan(sip + MOST_ADDED_MILLIS);
    }
  }

  private long measure(int number, String kind, TimedEnd caller, TimedEnd callee, long at)
      throws InterruptedException {
    while (System.nanoTime() < at) {
      LockSupport.parkNanos(at - System.nanoTime());
    }
    TimedEnd.Moments moments = caller.calls(callee);
    if (number >= 0) {
      measured.computeIfAbsent(kind, any -> new ArrayList<>()).add(moments);
    }
    return Math.max(at + INTERVAL, System.nanoTime());
  }

  private double median(String kind) {
    return millis(measured.get(kind), TimedEnd.Moments::answered, 0.5);
  }

  private static void report(String kind, List<TimedEnd.Moments> all) {
    System.out.printf(
        "%-12s %d calls, rings after %.2f ms (p99 %.2f), answered after %.2f ms (p99 %.2f)%n",
        kind,
        all.size(),
        millis(all, TimedEnd.Moments::rang, 0.5),
        millis(all, TimedEnd.Moments::rang, 0.99),
        millis(all, TimedEnd.Moments::answered, 0.5),
        millis(all, TimedEnd.Moments::answered, 0.99));
  }

  private static double millis(
      List<TimedEnd.Moments> all, ToLongFunction<TimedEnd.Moments> which, double part) {
    List<Long> sorted = all.stream().map(which::applyAsLong).sorted().toList();
    return sorted.get((int) (part * (sorted.size() - 1))) / 1e6;
  }
}
