package dev.tandem.gateway.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.GatewayEnvironment;
import dev.tandem.gateway.TestGateway;
import dev.tandem.gateway.ladder.UdpRoundTrip;
import dev.tandem.gateway.media.FakeRtpengine;
import dev.tandem.gateway.sip.SipService;
import dev.tandem.testkit.ManualClock;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random walks of two browsers and a carrier over calls while everything that can break does: the
 * sockets, packets on the way to the carrier and back, the rtpengine, the clock on the wall. In the
 * end who made the calls leaves, or is gone for good; after all patience nothing may be left, not a
 * call, a dialog, a transaction or a place at an rtpengine. On a clock of its own, so that an hour
 * takes a moment.
 *
 * <p>{@code -Dtandem.rounds=5000} makes more of them, {@code -Dtandem.walkSeed=17} begins
 * elsewhere.
 */
@Tag("slow")
class FaultWalkTest {
  /** Walks of one gateway. */
  private static final int BLOCK = 25;

  private static final int WALKS = Integer.getInteger("tandem.rounds", 3 * BLOCK);
  private static final int SEED = Integer.getInteger("tandem.walkSeed", 1);

  /** Pings come so often that not more may pass before they can be answered. */
  private static final Duration PIECE = Duration.ofSeconds(5);

  private static final Duration HALF_SECOND = Duration.ofMillis(500);

  /**
   * SIP's patience with an INVITE, its CANCEL, a BYE, the window to come back in, and the time
   * after which a carrier is asked whether it still has a call.
   */
  private static final Duration ALL_PATIENCE = Duration.ofMinutes(4);

  /** The time in which an INVITE of the carrier's arrives, or is given up. */
  private static final Duration CARRIER_CALLS = Duration.ofSeconds(7);

  private final ManualClock clock = new ManualClock();
  private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
  private final List<String> story = new ArrayList<>();
  private final Journal alices = new Journal(clock::elapsed);
  private final Journal bobs = new Journal(clock::elapsed);
  private final Journal carriers = new Journal(clock::elapsed);
  private final LossyCarrier carrier = new LossyCarrier("127.0.0.2", 0, carriers);
  private final FakeRtpengine engine = new FakeRtpengine();
  private volatile Duration clockSet = Duration.ZERO;
  private Duration began = Duration.ZERO;
  private TestGateway gateway;
  private RoughDevice alice;
  private RoughDevice bob;

  static IntStream seeds() {
    return IntStream.range(0, (WALKS + BLOCK - 1) / BLOCK).map(block -> SEED + block * BLOCK);
  }

  @AfterEach
  void stop() {
    alice.close();
    bob.close();
    gateway.close();
    carrier.close();
    engine.close();
  }

  @ParameterizedTest(name = "from seed {0}")
  @MethodSource("seeds")
  void nothingIsLeft(int first) throws Exception {
    start();
    for (int seed = first; seed < first + Math.min(BLOCK, WALKS); seed++) {
      story.clear();
      began = clock.elapsed();
      try {
        walk(new Random(seed));
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + story + "\n" + journals(), e);
      }
    }
  }

  private void start() throws Exception {
    gateway =
        TestGateway.start(
            """
            domain: example.test
            http: {listen: ["127.0.0.1:0"]}
            sip: {listen: {udp: ["127.0.0.2:0"], tcp: []}}
            users: [{user: alice, password: secret}, {user: bob, password: secret}]
            trunks:
              - {name: carrier, address: "%s", transport: udp, media: rtp, health: {interval: none}}
            routes: [{number: "9*", trunk: carrier}]
            calls: {detachWindow: 20s, noAnswer: 20s, probe: 1m}
            media: {rtpengine: {timeout: 2s, engines: [{address: "%s"}]}}
            limits: {ban: {after: 0}}
            log: {level: error}
            """
                .formatted(carrier.address(), engine.hostAndPort()),
            new GatewayEnvironment(clock, () -> clock.instant().plus(clockSet), clock::millis));
    URI uri = URI.create("ws://127.0.0.1:" + gateway.address("http").getPort() + "/ws");
    alice = new RoughDevice("alice", uri, wrong::add, alices);
    bob = new RoughDevice("bob", uri, wrong::add, bobs);
  }

  private String journals() {
    Duration until = clock.elapsed();
    return "alice:\n"
        + alices.between(began, until, line -> true)
        + "\nbob:\n"
        + bobs.between(began, until, line -> true)
        + "\ncarrier:\n"
        + carriers.between(began, until, line -> true)
        + "\ncalls: "
        + gateway.gateway().calls().running().stream()
            .map(call -> call.state() + " " + call.info())
            .toList();
  }

  // A walk.

  private void walk(Random random) throws InterruptedException {
    comesBack(alice);
    comesBack(bob);
    for (int i = 2 + random.nextInt(20); i > 0; i--) {
      step(random);
      switch (random.nextInt(5)) {
        case 0 -> {}
        case 1 -> settle();
        default -> passes(Duration.ofMillis(1L << random.nextInt(15)));
      }
    }
    allIsWell();
    if (random.nextInt(3) == 0) {
      (random.nextBoolean() ? bob : alice).leaves();
      told("one leaves");
      passes(Duration.ofMillis(1L << random.nextInt(15)));
    }
    if (random.nextInt(3) == 0) {
      told("alice goes for good");
      alice.isCut();
    } else {
      told("alice leaves");
      comesBack(alice);
      alice.leaves();
    }
    if (random.nextBoolean()) {
      comesBack(bob);
      passes(CARRIER_CALLS);
      does(bob, "leaves what the carrier called him for", bob::leaves);
    } else {
      told("carrier leaves its own calls");
      carrier.leavesItsOwn();
    }
    passes(ALL_PATIENCE);
    nothingIsLeft();
  }

  private void step(Random random) throws InterruptedException {
    RoughDevice one = random.nextBoolean() ? alice : bob;
    switch (random.nextInt(20)) {
      case 0, 1, 2 -> {
        if (!alice.isBusy()) {
          String whom = random.nextBoolean() ? "bob" : "9" + random.nextInt(1000);
          told("alice calls " + whom);
          alice.calls(whom);
        }
      }
      case 3 -> does(one, "leaves", one::leaves);
      case 4 -> does(one, "presses a key", one::presses);
      case 5 -> does(one, "changes", one::changes);
      case 6 -> {
        boolean slow = random.nextBoolean();
        told("they are " + (slow ? "slow" : "quick"));
        bob.slow(slow);
        carrier.slow(slow);
      }
      case 7 -> does(bob, "picks up", bob::picksUp);
      case 8 -> {
        told("carrier picks up");
        carrier.picksUp();
      }
      case 9 -> {
        told("carrier hangs up");
        carrier.hangsUp();
      }
      case 10, 11 -> does(one, "is cut", one::isCut);
      case 12, 13 -> comesBack(one);
      case 14 -> {
        double loss = random.nextInt(3) * 0.3;
        told("carrier's network loses " + loss);
        carrier.loses(loss);
      }
      case 15 -> {
        boolean silent = random.nextBoolean();
        told("carrier is " + (silent ? "silent" : "heard"));
        carrier.silent(silent);
      }
      case 16 -> engineFails(random);
      case 17, 18 -> {
        told("carrier calls bob");
        carrier.calls("bob", gateway.address("udp"));
      }
      default -> {
        clockSet = Duration.ofSeconds(random.nextInt(-86_400, 86_400));
        told("clock is set by " + clockSet);
      }
    }
  }

  private void engineFails(Random random) {
    switch (random.nextInt(4)) {
      case 0 -> {
        told("engine dies");
        engine.restarts();
        engine.silent(true);
      }
      case 1 -> {
        told("engine restarts");
        engine.restarts();
        engine.silent(false);
      }
      case 2 -> {
        told("engine is silent");
        engine.silent(true);
      }
      default -> {
        told("engine loses questions");
        engine.silent(false);
        engine.drops(random.nextInt(4));
      }
    }
  }

  private void does(RoughDevice who, String what, Runnable step) {
    told(who.user() + " " + what);
    step.run();
  }

  private void told(String what) {
    story.add(what);
    alices.notes("-- " + what);
    bobs.notes("-- " + what);
    carriers.notes("-- " + what);
  }

  private void comesBack(RoughDevice device) throws InterruptedException {
    if (!device.isConnected()) {
      told(device.user() + " comes back");
      assertThat(device.connects()).as(device.user() + " is let in").isTrue();
    }
  }

  private void allIsWell() {
    told("all is well");
    carrier.loses(0);
    carrier.silent(false);
    engine.silent(false);
    engine.drops(0);
  }

  // Time.

  /** In small steps at first, when most happens. */
  private void passes(Duration time) throws InterruptedException {
    Duration left = time;
    settle();
    for (int i = 0; !left.isZero(); i++) {
      Duration most = i < 12 ? HALF_SECOND : PIECE;
      Duration piece = left.compareTo(most) < 0 ? left : most;
      clock.advance(piece);
      carrier.repeats();
      settle();
      left = left.minus(piece);
    }
    told(time + " passed");
  }

  /** Everybody has read what the others sent, and what these sent at that. */
  private void settle() throws InterruptedException {
    alice.settle();
    bob.settle();
    carrier.settle();
    engine.settle();
    UdpRoundTrip.to(gateway.address("udp"));
    carrier.settle();
  }

  // In the end.

  private void nothingIsLeft() throws InterruptedException {
    assertThat(wrong).isEmpty();
    assertThat(gateway.gateway().calls().running()).isEmpty();
    SipService sip = gateway.gateway().sip();
    assertThat(sip.agent().dialogs()).as("dialogs").isZero();
    assertThat(sip.detachedLegs()).as("detached legs").isZero();
    assertThat(engine.calls()).as("calls of the engine").isEmpty();
    // What asked whether the gateway has read all had its answer before that ended it.
    await("all transactions to end")
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(1))
        .until(sip.agent().stack()::transactions, left -> left == 0);
  }
}
