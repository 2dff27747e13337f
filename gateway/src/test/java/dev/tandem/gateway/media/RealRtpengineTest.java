package dev.tandem.gateway.media;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.TestGateway;
import dev.tandem.gateway.bridge.RelayedMedia.Recording;
import dev.tandem.gateway.bridge.RunningCall;
import dev.tandem.gateway.bridge.RunningCall.Recorded;
import dev.tandem.testkit.Ladder;
import dev.tandem.testkit.ManualClock;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import dev.tandem.testkit.SipText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A real rtpengine between two trunks of plain RTP, whose packets the test makes and reads itself:
 * what goes through it besides sound.
 */
@Tag("foreign")
class RealRtpengineTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir private Path folder;
  private final Ladder ladder = new Ladder(PATIENCE);
  private final EchoingRtp callerMedia = new EchoingRtp("127.0.0.8");
  private final EchoingRtp calleeMedia = new EchoingRtp("127.0.0.9");
  private RtpengineDaemon engine;
  private TestGateway gateway;
  private Phone caller;
  private Phone callee;
  private SipText answer;

  @BeforeEach
  void start() throws Exception {
    engine = new RtpengineDaemon(folder).start();
    caller = phone("caller", "127.0.0.8");
    callee = phone("callee", "127.0.0.9");
  }

  private Phone phone(String name, String host) {
    PhoneIdentity identity = new PhoneIdentity(name, "pbx.test", null);
    return Phone.pbxUdp(ladder, name, identity, host, () -> gateway.address("udp"));
  }

  private void startGateway(String callerTrunk, String calleeTrunk) throws Exception {
    startGateway("", callerTrunk, calleeTrunk);
  }

  private void startGateway(String scheme, String callerTrunk, String calleeTrunk)
      throws Exception {
    gateway =
        TestGateway.start(
            """
            domain: example.test
            http: {listen: ["127.0.0.1:0"]}
            sip: {listen: {udp: ["127.0.0.1:0"], tcp: []}}
            media:
              anchor: all
              rtpengine: {dtmfListen: "%s", engines: [{address: "%s"}]}
            trunks:
              - {name: one, address: "%s", media: rtp%s}
              - {name: other, address: "%s", media: rtp%s}
            routes:
              - {number: "9*", from: {trunks: [one]}, trunk: other}
            """
                .formatted(
                    engine.tellsKeysTo(),
                    scheme + engine.hostAndPort(),
                    caller.address(),
                    callerTrunk,
                    callee.address(),
                    calleeTrunk),
            new ManualClock());
  }

  @AfterEach
  void stop() {
    ladder.close();
    gateway.close();
    callerMedia.close();
    calleeMedia.close();
    engine.close();
  }

  /** Both hear each other: the caller speaks, and the callee sends it back. */
  private void talk() {
    talk(calleeMedia.sdp());
  }

  private void talk(String calleeSays) {
    caller.describes(callerMedia.sdp()).invites("sip:95550100@example.test");
    callee.receives(INVITE);
    callee.describes(calleeSays).answers(200);
    answer = caller.receives(200, INVITE);
    callerMedia.speaksTo(answer.bodyText());
    caller.sends(ACK);
    callee.receives(ACK);
    await("the echo").atMost(PATIENCE).until(() -> callerMedia.packets() > 25);
  }

  private void hangUp() {
    caller.sends(BYE);
    callee.receives(BYE);
    callee.answers(200);
    caller.receives(200, BYE);
    await().atMost(PATIENCE).until(() -> engine.calls().isEmpty());
  }

  private static void reads(EchoingRtp media, String digits) {
    await("the digits " + digits)
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(media.digits()).isEqualTo(digits));
  }

  @Test
  void keysInInfoAreReadInTheMediaAndKeysInTheMediaStayThere() throws Exception {
    startGateway("", "");
    talk();
    callerMedia.presses('7');
    reads(calleeMedia, "7");
    for (char key : "1*#".toCharArray()) {
      caller.sends(INFO, info -> info.body("application/dtmf-relay", "Signal=" + key + "\r\n"));
      caller.receives(200, INFO);
    }
    reads(calleeMedia, "71*#");
    calleeMedia.presses('5');
    reads(callerMedia, "5");
    int before = callerMedia.packets();
    await("the echo").atMost(PATIENCE).until(() -> callerMedia.packets() > before + 25);
    hangUp();
  }

  private static void isTold(Phone phone, String key) {
    assertThat(phone.receives(INFO).bodyText()).isEqualTo("Signal=" + key + "\r\nDuration=100\r\n");
    phone.answers(200);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void keysInTheMediaAreToldByInfoToWhoWantsThemSo(boolean describesEvents) throws Exception {
    startGateway("", ", dtmf: info");
    String sdp = calleeMedia.sdp();
    talk(
        describesEvents
            ? sdp
            : sdp.replace(" 101\r", "\r").replaceAll("a=(rtpmap|fmtp):101.*\r\n", ""));
    callerMedia.presses('7');
    isTold(callee, "7");
    callerMedia.presses('7');
    isTold(callee, "7");
    callerMedia.presses('#');
    isTold(callee, "#");
    caller.sends(INFO, info -> info.body("application/dtmf-relay", "Signal=4\r\nDuration=100\r\n"));
    isTold(callee, "4");
    caller.receives(200, INFO);
    int before = callerMedia.packets();
    await("the echo").atMost(PATIENCE).until(() -> callerMedia.packets() > before + 25);
    assertThat(calleeMedia.digits()).isEmpty();
    hangUp();
  }

  @Test
  void keysByInfoAreInTheMediaOfOneSideAndKeysInTheMediaByInfoAtTheOther() throws Exception {
    startGateway(", dtmf: info", "");
    talk();
    caller.sends(INFO, info -> info.body("application/dtmf-relay", "Signal=8\r\nDuration=100\r\n"));
    caller.receives(200, INFO);
    reads(calleeMedia, "8");
    calleeMedia.presses('2');
    isTold(caller, "2");
    hangUp();
  }

  /** While an offer that comes to nothing is under way, and after it. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void offerThatComesToNothingLeavesTheSoundWhereItWas(boolean refused) throws Exception {
    startGateway("", "");
    talk();
    try (EchoingRtp elsewhere = new EchoingRtp("127.0.0.10")) {
      if (refused) {
        caller.describes(elsewhere.sdp()).sends(INVITE);
        callee.receives(INVITE);
        callee.answers(488);
        callee.receives(ACK);
        caller.receives(488, INVITE);
      } else {
        caller.sends(INVITE, invite -> invite.noBody());
        callee.receives(INVITE);
        callee.describes(elsewhere.sdp()).answers(200);
        caller.receives(200, INVITE);
        caller.sends(ACK, ack -> ack.noBody());
        callee.receives(ACK);
      }
      int before = callerMedia.packets();
      await("the echo").atMost(PATIENCE).until(() -> callerMedia.packets() > before + 50);
      int after = elsewhere.packets();
      int then = callerMedia.packets();
      await("the echo").atMost(PATIENCE).until(() -> callerMedia.packets() > then + 50);
      assertThat(elsewhere.packets()).isEqualTo(after);
    }
    hangUp();
  }

  /** The caller asks the callee to talk to somebody else, and then both to each other. */
  @Test
  void whoIsJoinedWithTheOneWhoWasCalledIsHeardAndTheFormerPairIsForgotten() throws Exception {
    startGateway("", "");
    talk();
    String first = engine.calls().get(0);
    try (EchoingRtp newcomer = new EchoingRtp("127.0.0.10")) {
      caller
          .describes(newcomer.sdp())
          .invites(
              "sip:95550100@example.test",
              invite ->
                  invite.add(
                      "Replaces",
                      answer.callId()
                          + ";to-tag="
                          + answer.toTag()
                          + ";from-tag="
                          + answer.fromTag()));
      callee.receives(INVITE);
      callee.describes(calleeMedia.sdp()).answers(200);
      newcomer.speaksTo(caller.receives(200, INVITE).bodyText());
      caller.sends(ACK);
      callee.receives(ACK);
      caller.receives(BYE);
      caller.answers(200, BYE);
      await("the echo").atMost(PATIENCE).until(() -> newcomer.packets() > 50);
      assertThat(engine.calls()).hasSize(1).doesNotContain(first);
      hangUp();
    }
  }

  @Test
  void recordingThatIsPausedHasNothingOfThePause() throws Exception {
    startGateway(", record: true", "");
    talk();
    RunningCall call = gateway.gateway().calls().running().iterator().next();
    assertThat(call.record(Recording.PAUSE).get(5, TimeUnit.SECONDS)).isEqualTo(Recorded.DONE);
    long paused = recorded();
    int before = callerMedia.packets();
    await("the echo").atMost(PATIENCE).until(() -> callerMedia.packets() > before + 50);
    assertThat(recorded()).isEqualTo(paused);
    assertThat(call.record(Recording.START).get(5, TimeUnit.SECONDS)).isEqualTo(Recorded.DONE);
    int then = callerMedia.packets();
    await("the echo").atMost(PATIENCE).until(() -> callerMedia.packets() > then + 50);
    hangUp();
    assertThat(recorded()).isGreaterThan(paused + 40 * 200);
  }

  /** Bytes of packets. */
  private long recorded() throws Exception {
    try (Stream<Path> files = Files.list(engine.recordings().resolve("pcaps"))) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }

  @Test
  void aCallWhoseEngineWasStartedAnewIsHeardAgainAfterAReInvite() throws Exception {
    startGateway("", "");
    talk();
    engine.dies();
    engine.start();
    try (EchoingRtp again = new EchoingRtp("127.0.0.8")) {
      caller.describes(again.sdp()).sends(INVITE);
      callee.receives(INVITE);
      callee.describes(calleeMedia.sdp()).answers(200);
      again.speaksTo(caller.receives(200, INVITE).bodyText());
      caller.sends(ACK);
      callee.receives(ACK);
      await("the echo").atMost(PATIENCE).until(() -> again.packets() > 25);
      hangUp();
    }
  }

  @Test
  void itIsAskedByTcpAsWell() throws Exception {
    startGateway("tcp://", "", "");
    talk();
    hangUp();
    engine.dies();
    engine.start();
    talk(); // by a new connection
    hangUp();
  }

  @Test
  void whatATrunkSaysIsRecorded() throws Exception {
    startGateway(", record: true", "");
    talk();
    hangUp();
    byte[] packets = Files.readAllBytes(only("pcaps"));
    assertThat(packets).hasSizeGreaterThan(40 * 200); // 20 packets each way, with their headers
    assertThat(Files.readString(only("metadata"))).contains("callId=", "from=sip:caller@pbx.test");
  }

  private Path only(String kind) throws Exception {
    try (Stream<Path> files = Files.list(engine.recordings().resolve(kind))) {
      List<Path> found = files.toList();
      assertThat(found).hasSize(1);
      return found.get(0);
    }
  }
}
