package dev.tandem.gateway.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.GatewayEnvironment;
import dev.tandem.gateway.TestGateway;
import dev.tandem.gateway.bridge.CallInfo;
import dev.tandem.gateway.media.FakeRtpengine;
import dev.tandem.gateway.media.RtpengineDaemon;
import dev.tandem.testkit.ManualClock;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Calls between browsers, by SIP and by JSON, and to a carrier by way of rtpengines, as quick as
 * real time, while sockets are cut, peers fall silent, packets to the carrier and to the rtpengines
 * are lost, rtpengines die and come back, and somebody sets the clock. No call may outlive all
 * patience, nobody may be bound or called in another's place, and in the end nothing is left.
 * {@code -Dtandem.faults=1800} lasts so many seconds, with a real rtpengine if there is one, and
 * judges the heap as well.
 */
@Tag("slow")
class MixedFaultsTest {
  private static final int SECONDS = Integer.getInteger("tandem.faults", 8);
  private static final boolean LONG = SECONDS >= 300;
  private static final int PAIRS = LONG ? 16 : 8;

  /** The share of packets that get lost on the way to the carrier and the rtpengines, and back. */
  private static final double LOSS = 0.05;

  private static final Duration HALF_SECOND = Duration.ofMillis(500);
  private static final long MOST_GROWTH = 6 << 20;

  /**
   * The longest that all patience together takes: an INVITE to the silent, its CANCEL, a window to
   * come back in, and a BYE that nobody answers, 32 s each for SIP.
   */
  private static final Duration LONGEST_CALL = Duration.ofSeconds(150);

  private static final Pattern NOT_ZERO =
      Pattern.compile(
          "tandem_(calls|sip_dialogs|sip_transactions|legs_detached|registrar_bindings"
              + "|registrar_aors|subscriptions|media_sessions|overload_setups|json_sessions"
              + "|flows(?=.*ws))"
              + "(\\{[^}]*})? [^0].*");

  @TempDir Path folder;

  private final ManualClock clock = new ManualClock();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicReference<Duration> clockSet = new AtomicReference<>(Duration.ZERO);
  private final AtomicInteger made = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger cut = new AtomicInteger();
  private final AtomicInteger silenced = new AtomicInteger();
  private final AtomicInteger engineDeaths = new AtomicInteger();
  private final AtomicInteger clockJumps = new AtomicInteger();
  private final Map<String, Long> firstSeen = new HashMap<>();
  private final Journal carriersJournal = journal();
  private final LossyCarrier carrier = new LossyCarrier("127.0.0.2", LOSS, carriersJournal);
  private final Map<String, Journal> journals = new ConcurrentHashMap<>(); // by user
  private final FakeRtpengine fake = new FakeRtpengine();
  private final List<LossyLine> lines = new ArrayList<>(); // to the rtpengines
  private RtpengineDaemon daemon;
  private TestGateway gateway;
  private Duration carrierRepeats = Duration.ZERO;
  private volatile boolean goesOn = true;

  private void start() throws Exception {
    if (LONG) {
      daemon = new RtpengineDaemon(folder).start();
    }
    gateway =
        TestGateway.start(
            """
            domain: example.test
            http: {listen: ["127.0.0.1:0"]}
            websocket: {pingInterval: 5s, missedPings: 1}
            sip: {listen: {udp: ["127.0.0.2:0"], tcp: []}}
            users: [{user: "u{0..99}", password: secret}]
            trunks:
              - name: carrier
                address: "%s"
                transport: udp
                media: rtp
                health: {interval: none}
            routes: [{number: "9*", trunk: carrier}]
            calls: {detachWindow: 6s, noAnswer: 20s}
            media:
              rtpengine: {timeout: 500ms, ping: 1s, engines: [%s]}
            json: {resumeWindow: 6s, framesPerSecond: 1000, callsPerMinute: 1000}
            log: {level: warn}
            """
                .formatted(carrier.address(), engines()),
            new GatewayEnvironment(
                clock, () -> clock.instant().plus(clockSet.get()), clock::millis));
  }

  private String engines() {
    lines.add(new LossyLine(fake.address(), LOSS));
    if (daemon != null) {
      String[] at = daemon.hostAndPort().split(":");
      lines.add(new LossyLine(new InetSocketAddress(at[0], Integer.parseInt(at[1])), LOSS));
    }
    return lines.stream()
        .map(line -> "{address: \"" + line.address() + "\"}")
        .collect(Collectors.joining(", "));
  }

  @AfterEach
  void stop() throws InterruptedException {
    goesOn = false;
    threads.shutdownNow();
    threads.awaitTermination(20, TimeUnit.SECONDS);
    gateway.close();
    carrier.close();
    lines.forEach(LossyLine::close);
    fake.close();
    if (daemon != null) {
      daemon.close();
    }
  }

  @Test
  void nothingIsLeftOrStuckOrMistaken() throws Exception {
    start();
    if (LONG) {
      runFor(Duration.ofSeconds(SECONDS / 10));
      endsInPeace();
    }
    long before = heap();
    runFor(Duration.ofSeconds(SECONDS));
    endsInPeace();
    long after = heap();
    System.out.printf(
        "%d s of faults: %d calls, %d answered; %d connections cut, %d peers silent, %d rtpengine"
            + " deaths, %d clock jumps; heap %,d KiB before, %,d KiB after%n",
        SECONDS,
        made.get(),
        answered.get(),
        cut.get(),
        silenced.get(),
        engineDeaths.get(),
        clockJumps.get(),
        before >> 10,
        after >> 10);
    assertThat(wrong).isEmpty();
    assertThat(answered.get()).isGreaterThan(PAIRS);
    if (LONG) {
      assertThat(after - before).as("growth of the heap in bytes").isLessThan(MOST_GROWTH);
    }
  }

  private void runFor(Duration time) throws Exception {
    goesOn = true;
    carrier.loses(LOSS);
    lines.forEach(line -> line.loses(LOSS));
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < PAIRS; i++) {
      int pair = i;
      all.add(threads.submit(() -> pair(pair)));
    }
    all.add(threads.submit(() -> faults(new Random(77))));
    long until = System.nanoTime() + time.toNanos();
    long told = System.nanoTime();
    long moved = System.nanoTime();
    while (all.stream().anyMatch(each -> !each.isDone())) {
      TimeUnit.MILLISECONDS.sleep(5);
      long now = System.nanoTime();
      passes(Duration.ofNanos(now - moved));
      moved = now;
      goesOn &= now < until && all.stream().noneMatch(Future::isDone);
      looksForStuckCalls();
      if (System.nanoTime() - told > TimeUnit.MINUTES.toNanos(1)) {
        told = System.nanoTime();
        System.out.printf("%s: %d calls, heap %,d KiB%n", Instant.now(), made.get(), used() >> 10);
      }
    }
    for (Future<?> each : all) {
      each.get();
    }
  }

  private void passes(Duration time) {
    clock.advance(time);
    if (clock.elapsed().compareTo(carrierRepeats) >= 0) {
      carrierRepeats = clock.elapsed().plus(HALF_SECOND);
      carrier.repeats();
    }
  }

  private void looksForStuckCalls() {
    long now = clock.elapsed().toNanos();
    Map<String, Long> still = new HashMap<>();
    for (var call : gateway.gateway().calls().running()) {
      String key = call.info().key();
      still.put(key, firstSeen.getOrDefault(key, now));
      if (now - still.get(key) > LONGEST_CALL.toNanos()) {
        wrong.add(
            "stuck: "
                + call.state()
                + " "
                + call.info()
                + "\n"
                + journalsOf(call.info(), Duration.ofNanos(still.get(key))));
        goesOn = false;
        still.remove(key);
      }
    }
    firstSeen.clear();
    firstSeen.putAll(still);
  }

  /** What the two sides of a call did in its first minute. */
  private String journalsOf(CallInfo call, Duration began) {
    Duration from = began.minusSeconds(5);
    Duration until = began.plusSeconds(60);
    StringBuilder all = new StringBuilder();
    journals.forEach(
        (user, journal) -> {
          if (call.from().contains(user + "@") || call.to().contains(user + "@")) {
            all.append(user).append(":\n").append(journal.between(from, until, line -> true));
            all.append('\n');
          }
        });
    String number = call.to().replaceAll("[^0-9]", "");
    all.append("carrier:\n");
    return all.append(
            carriersJournal.between(from, until, line -> line.contains(":" + number + "@")))
        .toString();
  }

  private Journal journal() {
    return new Journal(clock::elapsed);
  }

  /** Every third speaks JSON. */
  private RoughClient client(int number, URI uri) {
    String user = "u" + number;
    Journal journal = journals.computeIfAbsent(user, name -> journal());
    return number % 3 == 1
        ? new RoughJson(user, uri, journal)
        : new RoughDevice(user, uri, wrong::add, journal);
  }

  // Who calls.

  private Void pair(int number) throws InterruptedException {
    Random random = new Random(number);
    URI uri = URI.create("ws://127.0.0.1:" + gateway.address("http").getPort() + "/ws");
    try (RoughClient alice = client(2 * number, uri);
        RoughClient bob = client(2 * number + 1, uri)) {
      comesBack(alice);
      comesBack(bob);
      while (goesOn) {
        boolean toCarrier = random.nextInt(3) == 0;
        alice.calls(toCarrier ? "9" + random.nextInt(1000) : bob.user());
        made.incrementAndGet();
        rest(random, 100);
        if (random.nextInt(12) == 0) {
          harm(random, random.nextBoolean() ? alice : bob, alice, bob);
        }
        if (alice.isAnswered(Duration.ofSeconds(10))) {
          answered.incrementAndGet();
          talk(random, alice, bob);
        } else {
          alice.cancels();
          if (!alice.isOver(Duration.ofSeconds(5))) {
            alice.forgets();
          }
        }
        rest(random, 100);
      }
    }
    return null;
  }

  private void talk(Random random, RoughClient alice, RoughClient bob) throws InterruptedException {
    rest(random, 400);
    if (random.nextInt(3) == 0) {
      RoughClient one = random.nextBoolean() ? alice : bob;
      if (random.nextBoolean()) {
        one.presses();
      } else {
        one.changes();
      }
    }
    if (random.nextInt(6) == 0) {
      harm(random, random.nextBoolean() ? alice : bob, alice, bob);
    }
    alice.hangsUp();
    if (random.nextInt(4) == 0) {
      bob.hangsUp();
    }
    if (!alice.isOver(Duration.ofSeconds(8))) {
      alice.forgets();
    }
  }

  private void harm(Random random, RoughClient who, RoughClient alice, RoughClient bob)
      throws InterruptedException {
    switch (random.nextInt(4)) {
      case 0 -> {
        silenced.incrementAndGet();
        who.fallsSilent();
        rest(random, 8000);
        comesBack(who);
      }
      case 1 -> {
        cut.addAndGet(2);
        alice.isCut();
        bob.isCut();
        rest(random, 300);
        comesBack(bob);
        comesBack(alice);
      }
      default -> {
        cut.incrementAndGet();
        who.isCut();
        rest(random, random.nextInt(4) == 0 ? 9000 : 1500);
        comesBack(who);
      }
    }
  }

  private void comesBack(RoughClient device) throws InterruptedException {
    for (int attempt = 1; !device.connects(); attempt++) {
      if (attempt == 5) {
        wrong.add(device.user() + " is not let in any more");
        return;
      }
    }
  }

  private static void rest(Random random, int mostMillis) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(random.nextInt(mostMillis));
  }

  // What goes wrong besides.

  private Void faults(Random random) throws InterruptedException {
    while (goesOn) {
      rest(random, LONG ? 8000 : 3000);
      switch (random.nextInt(4)) {
        case 0 -> {
          carrier.silent(true);
          rest(random, 3000);
          carrier.silent(false);
        }
        case 1 -> {
          engineDeaths.incrementAndGet();
          fake.restarts();
          fake.silent(true);
          rest(random, 3000);
          fake.silent(false);
          fake.drops(random.nextInt(20));
        }
        case 2 -> {
          if (daemon != null) {
            engineDeaths.incrementAndGet();
            daemon.dies();
            rest(random, 4000);
            startsAgain();
          }
        }
        default -> {
          clockJumps.incrementAndGet();
          clockSet.set(Duration.ofSeconds(random.nextInt(-86_400, 86_400)));
        }
      }
    }
    carrier.silent(false);
    fake.silent(false);
    return null;
  }

  private void startsAgain() {
    try {
      daemon.start();
    } catch (ConditionTimeoutException e) {
      System.out.println("rtpengine takes its time on this machine");
    }
  }

  // In the end.

  private void endsInPeace() {
    carrier.loses(0);
    lines.forEach(line -> line.loses(0));
    fake.drops(0);
    await("everything to end")
        .atMost(LONGEST_CALL)
        .pollInterval(Duration.ofMillis(15))
        .untilAsserted(
            () -> {
              passes(Duration.ofMillis(250)); // much quicker than it is
              looksForStuckCalls();
              assertThat(gateway.gateway().calls().running()).isEmpty();
              assertThat(metrics().filter(NOT_ZERO.asMatchPredicate())).isEmpty();
              assertThat(fake.calls()).isEmpty();
            });
    if (daemon != null) {
      await("rtpengine to be empty")
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(() -> assertThat(daemon.calls()).isEmpty());
    }
    fake.restarts(); // and what the test itself remembers
    fake.forgetsWhatWasAsked();
    journals.values().forEach(Journal::forgets);
    carriersJournal.forgets();
  }

  private java.util.stream.Stream<String> metrics() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + gateway.address("http").getPort() + "/metrics");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body()
        .lines();
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static long heap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      least = Math.min(least, used());
    }
    return least;
  }
}
