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
import java.util.List;
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
import org.junit.jupiter.params.provider.EnumSource;
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
                dtmfListen: "%4$s"
                engines: [{address: "%1$s"}]
            trunks:
              - {name: udp, address: "%2$s:%3$d", transport: udp, media: rtp}
              - {name: tcp, address: "%2$s:%3$d", transport: tcp, media: rtp}
              - {name: info, address: "%2$s:%3$d", transport: udp, media: rtp, dtmf: info}
            routes:
              - {number: "7*", trunk: info}
              - {number: "9*", trunk: udp}
              - {number: "8*", trunk: tcp}
            """
                .formatted(
                    engine.hostAndPort(),
                    EchoingSipp.HOST,
                    sipp.address().getPort(),
                    engine.tellsKeysTo()));
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

  /**
   * By the JSON dialect nothing waits for candidates, and here none is ever told: the INVITE and
   * the answer leave before the browser has gathered any.
   */
  @Test
  void jsonPageIsHeardAlthoughNobodyIsToldItsCandidates() throws Exception {
    try (Profile profile = chromium.newProfile()) {
      DemoTab tab = profile.open(gateway.pageUrl());
      tab.keepsItsCandidates();
      tab.signsInAs("alice", JSON);
      plays(EchoingSipp.isHeardEarlyAndAnswers(), "udp");
      tab.dials("9555");
      tab.sees("On the call");
      bothAreHeard(tab);
      isOver(tab);
      plays(EchoingSipp.answersAndIsHeld(), "tcp");
      tab.dials("8555");
      tab.sees("On the call");
      tab.pressesHold();
      tab.sees("On hold");
      tab.pressesHold();
      tab.sees("On the call");
      bothAreHeard(tab);
      isOver(tab);
      for (boolean offers : List.of(true, false)) {
        plays(EchoingSipp.calls("alice", offers), "udp");
        tab.accepts();
        tab.sees("On the call");
        bothAreHeard(tab);
        isOver(tab);
      }
      assertThat(tab.keptCandidates()).isPositive();
    }
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("ways")
  void aLostConnectionDisturbsNobodysMedia(Library library, String transport) throws Exception {
    try (Profile profile = chromium.newProfile()) {
      DemoTab tab = profile.open(gateway.pageUrl());
      tab.watchConnection();
      tab.reloads();
      tab.signsInAs("alice", library);
      plays(EchoingSipp.answers(), transport);
      tab.dials(transport.equals("udp") ? "9555" : "8555");
      tab.sees("On the call");
      bothAreHeard(tab);
      tab.loseConnection();
      tab.sees("Connection lost, call kept. Reconnecting…");
      bothAreHeard(tab);
      tab.seesConnection("Online");
      tab.sees("On the call");
      bothAreHeard(tab);
      isOver(tab);
    }
  }

  /** SIPp describes no telephone-event, and reads INFO. */
  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void keysThatTheBrowserSendsInItsMediaAreReadInInfo(Library library) throws Exception {
    try (Profile profile = chromium.newProfile()) {
      DemoTab tab = profile.open(gateway.pageUrl()).signsInAs("alice", library);
      plays(EchoingSipp.answersAndIsToldOf("5#0"), "udp");
      tab.dials("7555");
      tab.sees("On the call");
      bothAreHeard(tab);
      for (String tone : List.of("5", "#", "0")) {
        tab.sendsTone(tone);
      }
      assertThat(tab.wire()).noneMatch(line -> line.contains("> INFO "));
      bothAreHeard(tab);
      isOver(tab);
    }
  }

  /** The other engine knows nothing of the call, and has other ports, keys and candidates. */
  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void aCallWhoseEngineWasStartedAnewIsHeardAgainAfterAHold(Library library) throws Exception {
    try (Profile profile = chromium.newProfile()) {
      DemoTab tab = profile.open(gateway.pageUrl()).signsInAs("alice", library);
      plays(EchoingSipp.answersAndIsHeld(), "udp");
      tab.dials("9555");
      tab.sees("On the call");
      bothAreHeard(tab);
      engine.dies();
      engine.start();
      gateway.comesToMeasure("tandem_media_engines 1.0");
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
