package dev.tandem.gateway.browser;

import static dev.tandem.gateway.browser.Library.JSON;
import static dev.tandem.gateway.browser.Library.JSSIP;
import static dev.tandem.gateway.browser.Library.SIPJS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.browser.Chromium.Profile;
import dev.tandem.gateway.media.MediaFigures;
import dev.tandem.gateway.media.RtpengineDaemon;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A real browser and a SIPp that speaks plain RTP, with a real rtpengine between them. SIPp sends
 * back what it hears, so the browser hears itself; rtpengine counts what came from each.
 */
@Tag("browser")
@Tag("foreign")
@TestInstance(Lifecycle.PER_CLASS)
class RelayedInBrowserTest {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** {@code -Dtandem.rounds=50} makes it fifty calls of each kind. */
  private static final int ROUNDS = Integer.getInteger("tandem.rounds", 1);

  @TempDir static Path folder;
  private RtpengineDaemon engine;
  private EchoingSipp sipp;
  private Chromium chromium;
  private GatewayWithPage gateway;

  @BeforeAll
  void start() throws Exception {
    engine = new RtpengineDaemon(folder).start();
    sipp = new EchoingSipp(folder);
    chromium = new Chromium();
    gateway =
        GatewayWithPage.start(
            """
            domain: tandem.example
            http: {listen: ["127.0.0.1:0"]}
            sip: {listen: {udp: ["127.0.0.1:0"], tcp: ["127.0.0.1:0"]}}
            users:
              - {user: alice, password: secret}
            media:
              rtpengine:
                ping: 1s
                timeout: 1s
                engines: [{address: "%1$s"}]
            trunks:
              - {name: udp, address: "%2$s:%3$d", transport: udp, media: rtp}
              - {name: tcp, address: "%2$s:%3$d", transport: tcp, media: rtp}
            routes:
              - {number: "9*", trunk: udp}
              - {number: "8*", trunk: tcp}
            """
                .formatted(engine.hostAndPort(), EchoingSipp.HOST, sipp.address().getPort()));
  }

  @AfterAll
  void stop() {
    if (gateway != null) {
      gateway.close();
    }
    if (chromium != null) {
      chromium.close();
    }
    sipp.close();
    engine.close();
  }

  /** Each library by another transport; with several rounds by both. */
  static Stream<Arguments> ways() {
    Stream<Arguments> two = Stream.of(Arguments.of(SIPJS, "udp"), Arguments.of(JSSIP, "tcp"));
    Stream<Arguments> others = Stream.of(Arguments.of(JSSIP, "udp"), Arguments.of(SIPJS, "tcp"));
    return ROUNDS == 1 ? two : Stream.concat(two, others);
  }

  /** Its own voice, which came back, and both sides' packets by rtpengine's count. */
  private void bothAreHeard(DemoTab tab) {
    MediaFigures before = engine.figures();
    await("the echo")
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              tab.startListening(Duration.ofSeconds(1));
              assertThat(tab.heard()).matches(Sound.VOICE::is, "VOICE");
            });
    MediaFigures after = engine.figures();
    assertThat(after.fromCaller() - before.fromCaller()).isGreaterThan(25);
    assertThat(after.fromCallee() - before.fromCallee()).isGreaterThan(25);
  }

  private void isOver(DemoTab tab) throws Exception {
    tab.hangsUp();
    tab.isTold("Call ended.");
    sipp.succeeds();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(engine.calls()).isEmpty());
    gateway.hasNoCallLeft();
  }

  private void plays(String scenario, String transport) {
    sipp.plays(scenario, transport, gateway.address(transport));
  }

  private void callsAndHears(String scenario, Library library, String transport) throws Exception {
    try (Profile profile = chromium.newProfile()) {
      DemoTab tab = profile.open(gateway.pageUrl()).signsInAs("alice", library);
      for (int round = 0; round < ROUNDS; round++) {
        plays(scenario, transport);
        tab.dials(transport.equals("udp") ? "9555" : "8555");
        tab.sees("On the call");
        bothAreHeard(tab);
        isOver(tab);
      }
    }
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("ways")
  void whoAnswersAtOnceIsHeard(Library library, String transport) throws Exception {
    callsAndHears(EchoingSipp.answers(), library, transport);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("ways")
  void whoRingsFirstIsHeard(Library library, String transport) throws Exception {
    callsAndHears(EchoingSipp.ringsAndAnswers(), library, transport);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("ways")
  void whoHasMediaBeforeTheAnswerIsHeard(Library library, String transport) throws Exception {
    callsAndHears(EchoingSipp.isHeardEarlyAndAnswers(), library, transport);
  }

  /** Its INVITE leaves before the browser has gathered: the engine learns where it is. */
  @Test
  void jsonClientIsHeardWhenItCallsAndWhenItIsCalled() throws Exception {
    callsAndHears(EchoingSipp.isHeardEarlyAndAnswers(), JSON, "udp");
    isCalledAndHears(true, JSON, "udp");
  }

  private void isCalledAndHears(boolean offers, Library library, String transport)
      throws Exception {
    try (Profile profile = chromium.newProfile()) {
      DemoTab tab = profile.open(gateway.pageUrl()).signsInAs("alice", library);
      for (int round = 0; round < ROUNDS; round++) {
        plays(EchoingSipp.calls("alice", offers), transport);
        tab.accepts();
        tab.sees("On the call");
        bothAreHeard(tab);
        isOver(tab);
      }
    }
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("ways")
  void whoCallsIsHeard(Library library, String transport) throws Exception {
    isCalledAndHears(true, library, transport);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("ways")
  void whoCallsWithoutOfferIsHeard(Library library, String transport) throws Exception {
    isCalledAndHears(false, library, transport);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("ways")
  void afterAHoldBothAreHeardAgain(Library library, String transport) throws Exception {
    try (Profile profile = chromium.newProfile()) {
      DemoTab tab = profile.open(gateway.pageUrl()).signsInAs("alice", library);
      plays(EchoingSipp.answersAndIsHeld(), transport);
      tab.dials(transport.equals("udp") ? "9555" : "8555");
      tab.sees("On the call");
      bothAreHeard(tab);
      tab.pressesHold();
      tab.sees("On hold");
      tab.pressesHold();
      tab.sees("On the call");
      bothAreHeard(tab);
      isOver(tab);
    }
  }

  @Test
  void withoutEngineACallIsRefusedAndWithOneAgainItIsNot() throws Exception {
    try (Profile profile = chromium.newProfile()) {
      DemoTab tab = profile.open(gateway.pageUrl()).signsInAs("alice", JSSIP);
      engine.dies();
      tab.dials("9555");
      await()
          .pollInSameThread()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                tab.isInNoCall();
                assertThat(tab.wire()).anyMatch(line -> line.contains("503 Media Relay"));
              });
      engine.start();
      gateway.comesToMeasure("tandem_media_engines 1.0");
      plays(EchoingSipp.answers(), "udp");
      tab.dials("9555");
      tab.sees("On the call");
      bothAreHeard(tab);
      isOver(tab);
    }
  }
}
