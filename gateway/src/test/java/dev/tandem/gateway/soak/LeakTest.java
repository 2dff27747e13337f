package dev.tandem.gateway.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.TestGateway;
import dev.tandem.testkit.ManualClock;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls of every kind, with connections that die at any moment: afterwards every gauge is back at
 * zero, and when there were enough of them to tell, the heap has not grown. The number is the
 * property {@code tandem.soak.calls}.
 */
@Tag("slow")
class LeakTest {
  private static final int CALLS = Integer.getInteger("tandem.soak.calls", 1500);
  private static final int ENOUGH = 20_000;
  private static final long MOST_GROWTH = 3 << 20;
  private static final Duration TICK = Duration.ofMillis(100);

  private static final Pattern NOT_ZERO =
      Pattern.compile(
          "tandem_(calls|sip_dialogs|sip_transactions|legs_detached|registrar_bindings"
              + "|registrar_aors|subscriptions)(\\{[^}]*})? [^0].*");

  private final ManualClock clock = new ManualClock();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private TestGateway gateway;

  private void start(String transfer) throws Exception {
    gateway =
        TestGateway.start(
            """
            domain: example.test
            http: {listen: ["127.0.0.1:0"]}
            websocket: {firstMessageTimeout: 1h}
            sip: {listen: {udp: ["127.0.0.1:0"], tcp: []}}
            users: [{user: "u{0..999999}", password: secret}]
            calls: {detachWindow: 20s, transfer: %s}
            messages: {perMinute: 1000000}
            log: {level: warn}
            """
                .formatted(transfer),
            clock);
  }

  @AfterEach
  void stop() throws InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    gateway.close();
  }

  /**
   * Of every kind.
   *
   * @param transfer who carries transfers out: the gateway, or a peer that can
   */
  @ParameterizedTest
  @ValueSource(strings = {"local", "peer"})
  void manyCallsLeaveNothing(String transfer) throws Exception {
    start(transfer);
    boolean peersTransfer = transfer.equals("peer");
    runCalls(Math.max(500, CALLS / 10), peersTransfer, 1);
    long before = heapWhenAllIsOver();
    runCalls(CALLS, peersTransfer, 2);
    long after = heapWhenAllIsOver();
    System.out.printf(
        "%d calls, transfer %s: heap %,d KiB before, %,d KiB after%n",
        CALLS, transfer, before >> 10, after >> 10);
    if (CALLS >= ENOUGH) {
      assertThat(after - before).as("growth of the heap in bytes").isLessThan(MOST_GROWTH);
    }
  }

  private void runCalls(int calls, boolean peersTransfer, long seed) throws Exception {
    URI webSocket = URI.create("ws://127.0.0.1:" + gateway.address("http").getPort() + "/ws");
    InetSocketAddress udp = gateway.address("udp");
    List<Future<?>> pairs = new ArrayList<>();
    for (int i = 0; i < Pair.PAIRS; i++) {
      Pair pair = new Pair(i, webSocket, udp, peersTransfer, new Random(seed * 1000 + i));
      pairs.add(threads.submit(() -> pair.calls(calls / Pair.PAIRS)));
    }
    // Slowly, so that nothing is repeated only because this machine is busy.
    while (pairs.stream().anyMatch(pair -> !pair.isDone())) {
      clock.advance(TICK);
      pairs.stream().filter(pair -> !pair.isDone()).findFirst().ifPresent(LeakTest::waitABit);
    }
    for (Future<?> pair : pairs) {
      pair.get();
    }
  }

  private static void waitABit(Future<?> pair) {
    try {
      pair.get(TICK.toMillis(), TimeUnit.MILLISECONDS);
    } catch (Exception e) {
      // Not done yet, or failed, which is told at the end.
    }
  }

  private long heapWhenAllIsOver() {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () -> {
              clock.advance(Duration.ofMinutes(2));
              assertThat(metrics().filter(NOT_ZERO.asMatchPredicate())).isEmpty();
            });
    // And what is kept for a while because it may be asked for again, such as peers on UDP.
    for (int i = 0; i < 15; i++) {
      clock.advance(Duration.ofMinutes(2));
    }
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  private Stream<String> metrics() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + gateway.address("http").getPort() + "/metrics");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body()
        .lines();
  }
}
