package dev.tandem.gateway.media;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.bridge.CallInfo;
import dev.tandem.gateway.bridge.Keypress;
import dev.tandem.gateway.bridge.MediaRelay;
import dev.tandem.gateway.bridge.RelayedMedia;
import dev.tandem.gateway.bridge.RelayedMedia.Outcome;
import dev.tandem.gateway.bridge.RelayedMedia.Recording;
import dev.tandem.gateway.bridge.RelayedMedia.Side;
import dev.tandem.gateway.call.Body;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.config.MediaConfig;
import dev.tandem.gateway.config.MediaConfig.EngineConfig;
import dev.tandem.gateway.config.value.ListenAddress;
import dev.tandem.gateway.sdp.PeerMedia;
import dev.tandem.gateway.sdp.PeerMedia.Keys;
import dev.tandem.gateway.sdp.PeerMedia.Kind;
import dev.tandem.sip.time.Timers;
import dev.tandem.testkit.ManualClock;
import dev.tandem.testkit.Sdp;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RtpengineRelayTest {
  private static final CallInfo CALL =
      new CallInfo("1", "id", "sip:alice@a", "sip:1@b", "trunk pbx", Instant.EPOCH);
  private static final PeerMedia PBX = PeerMedia.of(Kind.RTP);

  private final ManualClock clock = new ManualClock();
  private final FakeRtpengine first = new FakeRtpengine();
  private final FakeRtpengine second = new FakeRtpengine();
  private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
  private final List<String> ended = new ArrayList<>();
  private boolean answered = true;
  private final MediaRelay.Legs legs =
      new MediaRelay.Legs() {
        @Override
        public boolean areAnswered() {
          return answered;
        }

        @Override
        public void end(Cause cause, Runnable ending) {
          ending.run();
          ended.add(cause.text());
        }

        @Override
        public void pressed(Side by, Keypress key) {
          heard.add(by + " pressed " + key.key());
        }
      };
  private int starts;
  private @Nullable Duration silence;
  private @Nullable RtpengineRelay relay;

  @AfterEach
  void stop() {
    if (relay != null) {
      relay.close();
    }
    first.close();
    second.close();
  }

  private RtpengineRelay start(@Nullable String node, FakeRtpengine... engines) {
    return start(node, MediaConfig.Anchor.NEEDED, engines);
  }

  private RtpengineRelay start(
      @Nullable String node, MediaConfig.Anchor anchor, FakeRtpengine... engines) {
    List<EngineConfig> at = new ArrayList<>();
    for (FakeRtpengine engine : engines) {
      at.add(new EngineConfig("127.0.0.1", engine.address().getPort(), false, 1));
    }
    MediaObserver observer =
        new MediaObserver() {
          @Override
          public void cameUp(String engine) {
            heard.add("up " + engine);
          }

          @Override
          public void wentDown(String engine, String why) {
            heard.add("down " + engine);
          }

          @Override
          public void failed(CallInfo call, MediaFault fault, String why) {
            heard.add("failed " + fault);
          }

          @Override
          public void orphansRemoved(String engine, int calls) {
            heard.add("orphans " + calls);
          }
        };
    try {
      relay =
          new RtpengineRelay(
              new MediaConfig(
                  at,
                  Duration.ofSeconds(2),
                  Duration.ofSeconds(5),
                  node,
                  anchor,
                  silence,
                  new ListenAddress("127.0.0.1", 0),
                  "public"),
              new Timers(clock, clock),
              new Random(++starts), // no two have the same cookies
              observer,
              true);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return relay;
  }

  private void areUp(FakeRtpengine... engines) {
    for (FakeRtpengine engine : engines) {
      await().until(() -> heard.contains("up " + engine.hostAndPort()));
    }
  }

  private RelayedMedia session(RtpengineRelay relay) {
    RelayedMedia media = relay.between(CALL, legs, PeerMedia.BROWSER, PBX);
    assertThat(media).isNotNull();
    return media;
  }

  private static Body browser() {
    return Body.sdp(Sdp.browser());
  }

  private static Outcome of(CompletableFuture<Outcome> future) throws Exception {
    return future.get(10, SECONDS);
  }

  private static String text(Outcome outcome) {
    assertThat(outcome.failure()).isNull();
    return new String(outcome.body().bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void anOfferOfABrowserBecomesPlainRtpAndItsAnswerWebRtc() throws Exception {
    RelayedMedia media = session(start(null, first));
    String offer = text(of(media.offer(Side.CALLER, browser())));
    assertThat(offer).contains("m=audio 30002 RTP/AVP 111").doesNotContain("a=mid:", "a=ssrc");
    String answer = text(of(media.answer(Side.CALLEE, Body.sdp(Sdp.rtp()))));
    assertThat(answer).contains("m=audio 30004 UDP/TLS/RTP/SAVPF 8 0 101");

    Map<String, Object> asked = first.asked("offer").get(0);
    assertThat(asked)
        .containsEntry("ICE", "remove")
        .containsEntry("DTLS", "off")
        .containsEntry("from-tag", "caller")
        .doesNotContainKey("to-tag");
    assertThat(first.asked("answer").get(0))
        .containsEntry("ICE", "force")
        .containsEntry("DTLS", "active")
        .containsEntry("from-tag", "caller")
        .containsEntry("to-tag", "callee")
        .containsEntry("call-id", asked.get("call-id"));
  }

  @Test
  void aPbxCallsABrowserWhoseDtlsRoleIsKept() throws Exception {
    RelayedMedia media = start(null, first).between(CALL, legs, PBX, PeerMedia.BROWSER);
    of(media.offer(Side.CALLER, Body.sdp(Sdp.rtp())));
    Body answer = Body.sdp(Sdp.browser().replace("actpass", "active"));
    of(media.answer(Side.CALLEE, answer));
    of(media.offer(Side.CALLEE, browser()));
    of(media.answer(Side.CALLER, Body.sdp(Sdp.rtp())));
    assertThat(first.asked("offer").get(0)).containsEntry("ICE", "force");
    assertThat(first.asked("offer").get(1))
        .containsEntry("from-tag", "callee")
        .containsEntry("to-tag", "caller");
    assertThat(first.asked("answer").get(0)).containsEntry("DTLS", "off");
    assertThat(first.asked("answer").get(1)).containsEntry("DTLS", "passive");
  }

  @Test
  void theSameAnswerIsNotAskedForTwiceAndAnOtherForksIs() throws Exception {
    RelayedMedia media = session(start(null, first));
    of(media.offer(Side.CALLER, browser()));
    Body early = Body.sdp(Sdp.rtp());
    Outcome told = of(media.answer(Side.CALLEE, early));
    assertThat(of(media.answer(Side.CALLEE, early)).body()).isEqualTo(told.body());
    assertThat(first.asked("answer")).hasSize(1);
    of(media.answer(Side.CALLEE, Body.sdp(Sdp.rtp())));
    assertThat(first.asked("answer")).hasSize(2);
  }

  @Test
  void aRefusedOfferLeavesMediaAsTheyWere() throws Exception {
    RelayedMedia media = session(start(null, first));
    Body offer = browser();
    Body answer = Body.sdp(Sdp.rtp());
    of(media.offer(Side.CALLER, offer));
    of(media.answer(Side.CALLEE, answer));
    of(media.offer(Side.CALLEE, Body.sdp(Sdp.rtp())));
    media.refused();
    await().until(() -> first.asked("answer").size() == 2);
    assertThat(first.asked("offer").get(2).get("sdp")).isEqualTo(sdp(offer));
    assertThat(first.asked("answer").get(1).get("sdp")).isEqualTo(sdp(answer));
  }

  @Test
  void keysThatStrangersTellOfDoNotCount() throws Exception {
    var unused = talking(Keys.INFO, Sdp.rtp());
    InetSocketAddress at = relay.dtmfAddress();
    try (DatagramSocket stranger = new DatagramSocket(new InetSocketAddress("127.0.0.9", 0))) {
      String text =
          "{\"callid\":\"%s\",\"source_tag\":\"caller\",\"event\":9}"
              .formatted(first.calls().get(0));
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      stranger.send(new DatagramPacket(bytes, bytes.length, at));
    }
    first.tells(at, "caller", 12);
    await().until(() -> heard.contains("CALLER pressed A"));
    assertThat(heard).doesNotContain("CALLER pressed 9");
  }

  private RelayedMedia talking(Keys keys, String pbx) throws Exception {
    PeerMedia trunk = new PeerMedia(Kind.RTP, List.of(), List.of(), false, keys, false, null);
    RelayedMedia media = start(null, first).between(CALL, legs, PeerMedia.BROWSER, trunk);
    of(media.offer(Side.CALLER, browser()));
    of(media.answer(Side.CALLEE, Body.sdp(pbx)));
    return media;
  }

  @Test
  void keysArePlayedAfterTheEngineWasToldThatTheyWillBe() throws Exception {
    RelayedMedia media = talking(Keys.AUTO, Sdp.rtp());
    assertThat(first.asked("offer").get(0).get("flags").toString()).doesNotContain("inject-DTMF");
    assertThat(of(media.press(Side.CALLER, new Keypress('#', 160)))).isEqualTo(Outcome.DONE);
    assertThat(of(media.press(Side.CALLER, new Keypress('1', 0)))).isEqualTo(Outcome.DONE);
    assertThat(first.asked("offer")).hasSize(2);
    assertThat(first.asked("answer")).hasSize(2);
    assertThat(first.asked("offer").get(1).get("flags").toString()).contains("inject-DTMF");
    assertThat(first.asked("answer").get(1).get("flags").toString()).contains("inject-DTMF");
    assertThat(first.asked("offer").get(1).get("sdp"))
        .isEqualTo(first.asked("offer").get(0).get("sdp"));
    assertThat(first.asked("play DTMF").get(0))
        .containsEntry("from-tag", "caller")
        .containsEntry("code", "#")
        .containsEntry("duration", 160L);
    assertThat(first.asked("play DTMF").get(1))
        .containsEntry("code", "1")
        .doesNotContainKey("duration");
  }

  @Test
  void keysAreNotInTheMediaOfWhoDescribesNoEventsOrWantsInfo() throws Exception {
    String deaf = Sdp.rtp().replace("a=rtpmap:101 telephone-event/8000\r\n", "");
    RelayedMedia media = talking(Keys.AUTO, deaf);
    assertThat(of(media.press(Side.CALLER, new Keypress('1', 0))).failure()).isNotNull();
    assertThat(of(media.press(Side.CALLEE, new Keypress('1', 0))).failure()).isNotNull();
    media = talking(Keys.INFO, Sdp.rtp());
    assertThat(of(media.press(Side.CALLER, new Keypress('1', 0))).failure()).isNotNull();
    assertThat(first.asked("play DTMF")).isEmpty();
    media = talking(Keys.RFC4733, deaf); // as a tone
    assertThat(of(media.press(Side.CALLER, new Keypress('1', 0)))).isEqualTo(Outcome.DONE);
  }

  private static String sdp(Body body) {
    return new String(body.bytes(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void deleteComesOnceAndAfterWhatIsUnderWay() throws Exception {
    RtpengineRelay started = start(null, first);
    areUp(first);
    first.holds();
    RelayedMedia media = session(started);
    CompletableFuture<Outcome> offer = media.offer(Side.CALLER, browser());
    media.close();
    media.close();
    assertThat(of(media.offer(Side.CALLER, browser())).failure()).isNotNull();
    first.goesOn();
    of(offer);
    await().until(() -> started.open() == 0);
    assertThat(first.asked("offer")).hasSize(1);
    assertThat(first.asked("delete")).hasSize(1);
    assertThat(first.asked("delete").get(0)).containsEntry("from-tag", "caller");
    assertThat(first.calls()).isEmpty();
  }

  @Test
  void aCallThatNeverOfferedAnythingIsNotDeleted() {
    RtpengineRelay started = start(null, first);
    session(started).close();
    await().until(() -> started.open() == 0);
    assertThat(first.asked("delete")).isEmpty();
  }

  @Test
  void aLostQuestionIsAskedAgain() throws Exception {
    RtpengineRelay started = start(null, first);
    areUp(first);
    first.drops(2);
    CompletableFuture<Outcome> offer = session(started).offer(Side.CALLER, browser());
    clock.advance(Duration.ofMillis(250));
    clock.advance(Duration.ofMillis(500));
    assertThat(of(offer).failure()).isNull();
    assertThat(first.asked("offer")).hasSize(1);
    assertThat(started.waiting()).isZero();
  }

  @Test
  void aSilentEngineFailsTheCallInTimeAndTheNextAtOnce() throws Exception {
    RtpengineRelay started = start(null, first);
    areUp(first);
    first.silent(true);
    CompletableFuture<Outcome> offer = session(started).offer(Side.CALLER, browser());
    clock.advance(Duration.ofSeconds(2));
    Outcome outcome = of(offer);
    assertThat(outcome.failure().status()).isEqualTo(503);
    assertThat(outcome.failure().reasons())
        .containsExactly("Q.850;cause=47;text=\"Media Relay Unreachable\"");
    assertThat(heard).contains("down " + first.hostAndPort(), "failed UNREACHABLE");
    assertThat(session(started).offer(Side.CALLER, browser())).isDone();
    first.silent(false);
    clock.advance(Duration.ofSeconds(3)); // the next ping
    await().until(() -> started.reports().get(0).up());
    assertThat(of(session(started).offer(Side.CALLER, browser())).failure()).isNull();
  }

  @Test
  void callsWhoseDeleteWasLostAreDeletedWhenTheEngineIsBack() throws Exception {
    RtpengineRelay started = start(null, first);
    areUp(first);
    List<RelayedMedia> calls = List.of(session(started), session(started));
    for (RelayedMedia call : calls) {
      assertThat(of(call.offer(Side.CALLER, browser())).failure()).isNull();
    }
    first.silent(true);
    calls.forEach(RelayedMedia::close);
    clock.advance(Duration.ofSeconds(2));
    assertThat(started.open()).isZero();
    assertThat(first.calls()).hasSize(2);
    first.silent(false);
    clock.advance(Duration.ofSeconds(3)); // the next ping
    await().until(() -> first.calls().isEmpty());
  }

  @Test
  void aCallThatTheEngineTookUnheardIsDeletedThereToo() throws Exception {
    RtpengineRelay started = start(null, first, second);
    areUp(first, second);
    first.mute(true);
    RelayedMedia call = session(started);
    CompletableFuture<Outcome> offer = call.offer(Side.CALLER, browser());
    await().until(() -> first.calls().size() == 1);
    clock.advance(Duration.ofSeconds(2));
    assertThat(of(offer).failure()).isNull();
    assertThat(second.calls()).hasSize(1);
    first.mute(false);
    call.close();
    await().until(() -> first.calls().isEmpty() && second.calls().isEmpty());
  }

  @Test
  void anotherEngineTakesTheCallOfOneThatIsSilentOrFull() throws Exception {
    RtpengineRelay started = start(null, first, second);
    areUp(first, second);
    first.refuses("load limit");
    second.refuses(null);
    for (int i = 0; i < 4; i++) {
      assertThat(of(session(started).offer(Side.CALLER, browser())).failure()).isNull();
    }
    assertThat(second.calls()).hasSize(4);
    second.silent(true);
    first.refuses(null);
    List<CompletableFuture<Outcome>> offers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      offers.add(session(started).offer(Side.CALLER, browser()));
    }
    // The time of those that are answered must not run out before the answer is there.
    await().until(() -> offers.stream().filter(CompletableFuture::isDone).count() == 2);
    clock.advance(Duration.ofSeconds(2));
    for (CompletableFuture<Outcome> offer : offers) {
      assertThat(of(offer).failure()).isNull();
    }
    assertThat(first.calls()).hasSize(4);
  }

  @Test
  void callsGoToAllInTurn() throws Exception {
    RtpengineRelay started = start(null, first, second);
    areUp(first, second);
    for (int i = 0; i < 10; i++) {
      of(session(started).offer(Side.CALLER, browser()));
    }
    assertThat(first.calls()).hasSize(5);
    assertThat(second.calls()).hasSize(5);
  }

  @Test
  void whatAnEngineRefusesFailsWithItsOwnCause() throws Exception {
    RelayedMedia media = session(start(null, first));
    first.refuses("Failed to parse SDP");
    Outcome outcome = of(media.offer(Side.CALLER, browser()));
    assertThat(outcome.failure().text()).isEqualTo("Media Relay Refuses");
    assertThat(heard).contains("failed REFUSED");
  }

  @Test
  void anEngineThatWasRestartedKnowsTheCallAgainByTheNextOffer() throws Exception {
    RelayedMedia media = session(start(null, first));
    of(media.offer(Side.CALLER, browser()));
    of(media.answer(Side.CALLEE, Body.sdp(Sdp.rtp())));
    first.restarts();
    assertThat(of(media.offer(Side.CALLER, browser())).failure()).isNull();
    assertThat(of(media.answer(Side.CALLEE, Body.sdp(Sdp.rtp()))).failure()).isNull();
  }

  @Test
  void callsOfAnEarlierRunOfThisNodeAreRemoved() throws Exception {
    first.has("gw1-old-1");
    first.has("gw2-old-1");
    first.has("gw1-old-2");
    start("gw1", first);
    await().until(() -> heard.contains("orphans 2"));
    assertThat(first.calls()).containsExactly("gw2-old-1");
  }

  @Test
  void whoNeedsNoRelayHasNone() {
    RtpengineRelay needed = start(null, first);
    assertThat(needed.between(CALL, legs, PeerMedia.BROWSER, PeerMedia.BROWSER)).isNull();
    assertThat(needed.between(CALL, legs, PBX, PBX)).isNull();
    assertThat(needed.between(CALL, legs, PeerMedia.BROWSER, PeerMedia.AS_IT_IS)).isNull();
    needed.close();
    RtpengineRelay all = start(null, MediaConfig.Anchor.ALL, first);
    assertThat(all.between(CALL, legs, PeerMedia.BROWSER, PeerMedia.BROWSER)).isNotNull();
    assertThat(all.between(CALL, legs, PeerMedia.BROWSER, PeerMedia.AS_IT_IS)).isNull();
  }

  @Test
  void trunksSayWhatTheyAreOffered() throws Exception {
    PeerMedia trunk =
        new PeerMedia(Kind.SRTP, List.of("opus"), List.of("PCMA"), true, Keys.AUTO, false, "lan");
    RelayedMedia media = start(null, first).between(CALL, legs, PeerMedia.BROWSER, trunk);
    of(media.offer(Side.CALLER, browser()));
    Map<String, Object> asked = first.asked("offer").get(0);
    assertThat(asked)
        .containsEntry("transport-protocol", "RTP/SAVP")
        .containsEntry("codec", Map.of("strip", List.of("opus"), "transcode", List.of("PCMA")))
        .containsEntry("direction", List.of("public", "lan"))
        .containsEntry("DTLS", "off");
    assertThat(asked.get("SDES")).asString().contains("no-NULL_HMAC_SHA1_80").doesNotContain("off");
    assertThat(asked.get("flags")).asString().contains("strict-source");
  }

  /** So many looks, each answered before the next. */
  private void looks(int times) {
    for (int i = 0; i < times; i++) {
      int before = first.asked("query").size();
      clock.advance(Duration.ofSeconds(1));
      await().until(() -> first.asked("query").size() > before && relay.looking() == 0);
    }
  }

  private RelayedMedia talkingUnder(Duration limit) throws Exception {
    silence = limit;
    RelayedMedia media = session(start(null, first));
    areUp(first);
    of(media.offer(Side.CALLER, browser()));
    of(media.answer(Side.CALLEE, Body.sdp(Sdp.rtp())));
    return media;
  }

  @Test
  void aCallInWhichNobodyIsHeardAnyMoreEnds() throws Exception {
    talkingUnder(Duration.ofSeconds(10));
    for (int i = 0; i < 20; i++) {
      first.hears(50);
      looks(1);
    }
    assertThat(ended).isEmpty();
    looks(9);
    assertThat(ended).isEmpty();
    looks(2);
    assertThat(ended).containsExactly("Media Timeout");
    assertThat(heard).contains("failed SILENT");
  }

  @Test
  void aCallThatTheEngineHasForgottenIsSilent() throws Exception {
    talkingUnder(Duration.ofSeconds(10));
    first.restarts();
    looks(11);
    assertThat(ended).containsExactly("Media Timeout");
  }

  @Test
  void aHeldCallAndOneThatNobodyHasAnsweredMayBeSilent() throws Exception {
    RelayedMedia media = talkingUnder(Duration.ofSeconds(10));
    of(media.offer(Side.CALLER, Body.sdp(Sdp.directed(Sdp.browser(), "sendonly"))));
    of(media.answer(Side.CALLEE, Body.sdp(Sdp.directed(Sdp.rtp(), "recvonly"))));
    looks(30);
    of(media.offer(Side.CALLER, browser()));
    of(media.answer(Side.CALLEE, Body.sdp(Sdp.rtp())));
    answered = false;
    looks(30);
    assertThat(ended).isEmpty();
    answered = true;
    looks(11);
    assertThat(ended).containsExactly("Media Timeout");
  }

  private long callsAskedFor() {
    return first.asked("query").stream().map(asked -> asked.get("call-id")).distinct().count();
  }

  @Test
  void manyCallsAreAskedForInTurnAndNoMoreThanAFewAtOnce() throws Exception {
    silence = Duration.ofSeconds(40);
    RtpengineRelay started = start(null, first);
    areUp(first);
    List<RelayedMedia> all = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      RelayedMedia media = session(started);
      all.add(media);
      of(media.offer(Side.CALLER, browser()));
    }
    await()
        .pollInSameThread()
        .until(
            () -> {
              clock.advance(Duration.ofMillis(500));
              assertThat(started.looking()).isLessThanOrEqualTo(Silence.MAX_ASKED);
              return callsAskedFor() == 300;
            });
    assertThat(first.asked("query").size()).isLessThan(600);
    all.forEach(RelayedMedia::close);
    await()
        .pollInSameThread()
        .until(
            () -> {
              clock.advance(Duration.ofMillis(500)); // for questions that were lost
              return started.open() == 0 && started.looking() == 0;
            });
    int before = first.asked("query").size();
    clock.advance(Duration.ofSeconds(40));
    assertThat(first.asked("query")).hasSize(before);
  }

  @Test
  void aCallThatIsToBeRecordedIsRelayedAndRecordedFromItsFirstOffer() throws Exception {
    RelayedMedia media =
        start(null, first).between(CALL, legs, PeerMedia.BROWSER, PeerMedia.BROWSER.recorded());
    of(media.offer(Side.CALLER, browser()));
    assertThat(first.asked("offer").get(0))
        .containsEntry("record call", "yes")
        .containsEntry("metadata", "call=1 callId=id from=sip:alice@a to=sip:1@b");
    assertThat(relay.between(CALL, legs, PeerMedia.BROWSER, PeerMedia.AS_IT_IS.recorded()))
        .isNull();
  }

  @Test
  void recordingBeginsAndStopsWithinACall() throws Exception {
    RelayedMedia media = session(start(null, first));
    assertThat(of(media.record(Recording.START)).failure()).isNotNull(); // there is nothing yet
    of(media.offer(Side.CALLER, browser()));
    of(media.answer(Side.CALLEE, Body.sdp(Sdp.rtp())));
    assertThat(first.asked("offer").get(0)).doesNotContainKey("record call");
    assertThat(of(media.record(Recording.START))).isEqualTo(Outcome.DONE);
    of(media.offer(Side.CALLER, browser()));
    assertThat(first.asked("offer").get(1)).containsEntry("record call", "yes");
    of(media.answer(Side.CALLEE, Body.sdp(Sdp.rtp())));
    assertThat(of(media.record(Recording.STOP))).isEqualTo(Outcome.DONE);
    of(media.offer(Side.CALLER, browser()));
    assertThat(first.asked("offer").get(2)).doesNotContainKey("record call");
    assertThat(first.asked("start recording")).hasSize(1);
    assertThat(first.asked("stop recording")).hasSize(1);
  }
}
