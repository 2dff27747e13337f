package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.testkit.Habit;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls between browsers and a trunk of plain RTP, whose media go through an rtpengine. */
class MediaLadderTest extends RelayLadderTest {
  @Override
  String yaml() {
    return super.yaml()
        .replace("routes:\n", "routes:\n  - {number: 777, user: bob, record: true}\n");
  }

  private void ringsWithMedia(String sdp) {
    carrier.describes(sdp).answers(183, early -> early.body("application/sdp", sdp));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void browserCallsTrunk(String kind) {
    Phone alice = browser(kind, "alice");
    talk(alice);
    assertThat(engine.asked("answer").get(0)).containsEntry("DTLS", "active");
    hangsUp(alice, carrier);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void trunkCallsBrowser(String kind) {
    Phone bob = browser(kind, "bob");
    carrier.invites(sip("bob"));
    isWebRtc(bob.receives(INVITE));
    bob.answers(180);
    carrier.receives(180);
    bob.answers(200);
    isRtp(carrier.receives(200));
    carrier.sends(ACK);
    bob.receives(ACK);
    hangsUp(bob, carrier);
  }

  @Test
  void mediaBeforeTheAnswerAreTheSameInTheAnswer() {
    Phone alice = browser("jsSip", "alice");
    alice.invites(NUMBER);
    carrier.receives(INVITE);
    String sdp = Sdp.rtp();
    ringsWithMedia(sdp);
    String early = alice.receives(183).bodyText();
    assertThat(early).contains(WEBRTC);
    carrier.describes(sdp).answers(200);
    assertThat(alice.receives(200).bodyText()).isEqualTo(early);
    alice.sends(ACK);
    carrier.receives(ACK);
    assertThat(engine.asked("answer")).hasSize(1);
    hangsUp(carrier, alice);
  }

  @Test
  void trunkThatMakesNoOfferGetsTheBrowsers() {
    Phone bob = browser("sipJs", "bob");
    carrier.with(Habit.LATE_OFFER).invites(sip("bob"));
    assertThat(bob.receives(INVITE).hasBody()).isFalse();
    bob.answers(200);
    isRtp(carrier.receives(200));
    carrier.sends(ACK);
    isWebRtc(bob.receives(ACK));
    assertThat(engine.asked("offer").get(0)).containsEntry("from-tag", "callee");
    hangsUp(carrier, bob);
  }

  @Test
  void holdAndResumeFromBothSides() {
    Phone alice = browser("jsSip", "alice");
    talk(alice);
    for (int i = 0; i < 2; i++) {
      Phone holder = i == 0 ? alice : carrier;
      Phone held = i == 0 ? carrier : alice;
      holder.holds();
      SipText hold = held.receives(INVITE);
      assertThat(hold.bodyText()).contains(i == 0 ? RTP : WEBRTC, "a=sendonly");
      held.answers(200);
      assertThat(holder.receives(200, INVITE).bodyText()).contains(i == 0 ? WEBRTC : RTP);
      holder.sends(ACK);
      held.receives(ACK);
      settle();
    }
    assertThat(engine.asked("offer").get(2))
        .containsEntry("from-tag", "callee")
        .containsEntry("to-tag", "caller");
    hangsUp(alice, carrier);
  }

  @Test
  void keysOfTheBrowserAreInTheMediaOfTheTrunk() {
    Phone alice = browser("jsSip", "alice");
    talk(alice);
    alice.sends(INFO);
    alice.receives(200, INFO);
    assertThat(engine.asked("play DTMF").get(0))
        .containsEntry("from-tag", "caller")
        .containsEntry("code", "5");
    alice.sends(INFO, info -> info.body("text/plain", "5"));
    carrier.receives(INFO); // no key
    carrier.answers(200);
    alice.receives(200, INFO);
    carrier.sends(INFO);
    assertThat(alice.receives(INFO).bodyText()).contains("Signal=5"); // a browser hears it so
    alice.answers(200);
    carrier.receives(200, INFO);
    hangsUp(alice, carrier);
  }

  @Test
  void keysThatTheEngineCannotPlayAreTold() {
    Phone alice = browser("sipJs", "alice");
    talk(alice);
    engine.restarts(); // it knows nothing of the call
    engine.refuses("Out of ports");
    alice.sends(INFO);
    assertThat(carrier.receives(INFO).bodyText()).contains("Signal=5");
    carrier.answers(200);
    alice.receives(200, INFO);
    hangsUp(alice, carrier);
  }

  @Test
  void callInWhichNobodyIsHeardEndsOnBothSides() {
    Phone alice = browser("jsSip", "alice");
    talk(alice);
    await()
        .pollInSameThread()
        .until(
            () -> {
              clock.advance(Duration.ofSeconds(1));
              return !alice.isIdle();
            });
    assertThat(alice.receives(BYE).header("Reason")).contains("Q.850;cause=102", "Media Timeout");
    alice.answers(200);
    carrier.receives(BYE);
    carrier.answers(200);
  }

  private int posts(String query) throws Exception {
    URI page =
        URI.create("http://127.0.0.1:" + gateway.address("http").getPort() + "/api/calls" + query);
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(page).POST(HttpRequest.BodyPublishers.noBody()).build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private String theCall() {
    return gateway.gateway().calls().running().iterator().next().info().key();
  }

  @Test
  void operatorRecordsACallThatAnEngineCarries() throws Exception {
    Phone alice = browser("jsSip", "alice");
    talk(alice);
    String call = "?call=" + theCall();
    assertThat(posts(call + "&record=start")).isEqualTo(200);
    assertThat(engine.asked("start recording")).hasSize(1);
    assertThat(posts(call + "&record=stop")).isEqualTo(200);
    assertThat(engine.asked("stop recording")).hasSize(1);
    assertThat(posts(call + "&record=start")).isEqualTo(200);
    assertThat(posts(call + "&record=pause")).isEqualTo(200); // this one knows no pause
    assertThat(engine.asked("pause recording")).hasSize(1);
    assertThat(engine.asked("stop recording")).hasSize(2);
    alice.holds();
    carrier.receives(INVITE);
    carrier.answers(200);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    carrier.receives(ACK);
    assertThat(engine.asked("offer").get(1)).doesNotContainKey("record call");
    assertThat(posts(call + "&record=resume")).isEqualTo(200);
    assertThat(engine.asked("start recording")).hasSize(3);
    assertThat(posts(call + "&record=perhaps")).isEqualTo(400);
    engine.restarts();
    assertThat(posts(call + "&record=start")).isEqualTo(502);
    hangsUp(alice, carrier);
    await().untilAsserted(() -> assertThat(posts(call + "&record=start")).isEqualTo(404));
  }

  @Test
  void routeThatRecordsPutsAnEngineBetweenBrowsers() throws Exception {
    Phone alice = browser("jsSip", "alice");
    Phone bob = browser("sipJs", "bob");
    alice.invites(sip("777")); // bob, recorded
    isWebRtc(bob.receives(INVITE));
    bob.answers(200);
    isWebRtc(alice.receives(200));
    alice.sends(ACK);
    bob.receives(ACK);
    assertThat(engine.asked("offer").get(0)).containsEntry("record call", "yes");
    hangsUp(alice, bob);
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    bob.receives(ACK);
    assertThat(posts("?call=" + theCall() + "&record=start")).isEqualTo(409);
    hangsUp(alice, bob);
  }

  @Test
  void refusedOfferIsTakenBackInTheEngine() {
    Phone alice = browser("jsSip", "alice");
    talk(alice);
    Object agreed = engine.asked("offer").get(0).get("sdp");
    alice.holds();
    carrier.receives(INVITE);
    carrier.answers(488);
    carrier.receives(ACK);
    alice.receives(488, INVITE);
    await().until(() -> engine.asked("answer").size() == 2);
    assertThat(engine.asked("offer").get(2)).containsEntry("sdp", agreed);
    hangsUp(alice, carrier);
  }

  /** Alice asks the trunk for an offer, and does not say whether she takes it. */
  @Test
  void offerThatNobodyAnswersIsTakenBackInTheEngine() {
    Phone alice = browser("jsSip", "alice");
    talk(alice);
    Object agreed = engine.asked("offer").get(0).get("sdp");
    alice.sends(INVITE, invite -> invite.noBody());
    assertThat(carrier.receives(INVITE).hasBody()).isFalse();
    carrier.answers(200);
    isWebRtc(alice.receives(200, INVITE));
    assertThat(engine.asked("offer").get(1)).containsEntry("from-tag", "callee");
    alice.sends(ACK, ack -> ack.noBody());
    isRtp(carrier.receives(ACK)); // what it was told before
    await().until(() -> engine.asked("answer").size() == 2);
    assertThat(engine.asked("offer").get(2)).containsEntry("sdp", agreed);
    settle();
    hangsUp(alice, carrier);
  }

  @Test
  void withoutEngineTheCallIsRefusedAndTheTrunkHearsNothing() {
    Phone alice = browser("jsSip", "alice");
    engine.refuses("Failed to parse SDP");
    alice.invites(NUMBER);
    SipText refusal = alice.receives(503, INVITE);
    assertThat(refusal.toString()).startsWith("SIP/2.0 503 Media Relay Refuses");
    assertThat(refusal.header("Reason")).contains("Q.850;cause=47;text=\"Media Relay Refuses\"");
    assertThat(refusal.header("X-Tandem-Cause")).isEqualTo("media_refused");
    ladder.nothingMore();
    engine.forgetsWhatWasAsked(); // what was refused never became a call
  }

  @Test
  void engineThatFailsAtTheAnswerEndsTheCallOnBothSides() {
    Phone alice = browser("sipJs", "alice");
    alice.invites(NUMBER);
    carrier.receives(INVITE);
    engine.refuses("Out of ports");
    carrier.answers(200);
    SipText refusal = alice.receives(503, INVITE);
    assertThat(refusal.header("Reason")).contains("Media Relay Refuses");
    assertThat(refusal.header("X-Tandem-Cause")).isEqualTo("media_refused");
    carrier.receives(ACK);
    assertThat(carrier.receives(BYE).header("Reason")).contains("Media Relay Refuses");
    carrier.answers(200);
    ladder.nothingMore();
  }

  @Test
  void engineThatFailsAtAHoldLeavesTheCallAsItWas() {
    Phone alice = browser("jsSip", "alice");
    talk(alice);
    engine.refuses("Out of ports");
    alice.holds();
    assertThat(alice.receives(503, INVITE).header("X-Tandem-Cause")).isEqualTo("media_refused");
    engine.refuses(null);
    settle();
    assertThat(carrier.isIdle()).isTrue();
    hangsUp(alice, carrier);
  }

  @Test
  void callerWhoGivesUpBeforeTheEngineAnswersIsNotCalledFor() {
    Phone alice = browser("jsSip", "alice");
    engine.holds();
    alice.invites(NUMBER);
    await().until(() -> engine.held() == 1);
    alice.sends(CANCEL);
    alice.receives(200, CANCEL);
    alice.receives(487, INVITE);
    engine.goesOn();
    await().until(() -> engine.asked("delete").size() == 1);
    settle();
    assertThat(carrier.isIdle()).isTrue();
    ladder.nothingMore();
  }

  @Test
  void whatIsSaidWhileTheEngineThinksComesInItsOrder() {
    Phone alice = browser("jsSip", "alice");
    alice.invites(NUMBER);
    carrier.receives(INVITE);
    engine.holds();
    ringsWithMedia(Sdp.rtp());
    carrier.answers(180);
    carrier.answers(200);
    settle();
    assertThat(alice.isIdle()).isTrue();
    engine.goesOn();
    alice.receives(183);
    alice.receives(180);
    alice.receives(200);
    alice.sends(ACK);
    carrier.receives(ACK);
    hangsUp(alice, carrier);
  }

  @Test
  void callThatEndsWhileTheEngineThinksOfAHoldIsHungUpWithoutIt() {
    Phone alice = browser("jsSip", "alice");
    talk(alice);
    engine.holds();
    alice.holds();
    await().until(() -> engine.held() == 1);
    alice.sends(BYE);
    alice.receivesInAnyOrder("200 BYE", "487 INVITE");
    settle(); // the call has heard of it
    engine.goesOn();
    carrier.receives(BYE);
    carrier.answers(200);
    ladder.nothingMore();
  }

  @Test
  void browsersAmongThemselvesNeedNoEngine() {
    Phone alice = browser("jsSip", "alice");
    Phone bob = browser("sipJs", "bob");
    alice.invites(sip("bob"));
    assertThat(bob.receives(INVITE).bodyText()).isEqualTo(alice.sdp());
    bob.answers(200);
    assertThat(alice.receives(200).bodyText()).isEqualTo(bob.sdp());
    alice.sends(ACK);
    bob.receives(ACK);
    hangsUp(alice, bob);
    assertThat(engine.asked("offer")).isEmpty();
  }
}
