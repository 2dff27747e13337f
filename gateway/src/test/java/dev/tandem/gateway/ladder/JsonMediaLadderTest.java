package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.media.FakeRtpengine;
import dev.tandem.testkit.Habit;
import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Calls between JSON clients and a trunk of plain RTP, through an rtpengine. Nothing waits for the
 * client's candidates: the clock of these ladders does not move.
 */
class JsonMediaLadderTest extends JsonLadderTest {
  private static final String RTP = " RTP/AVP ";
  private static final String WEBRTC = " UDP/TLS/RTP/SAVPF ";
  private static final String NUMBER = "95550100";

  private final FakeRtpengine engine = new FakeRtpengine();

  @Override
  String yaml() {
    return super.yaml()
            .replace("transport: udp}", "transport: udp, media: rtp}")
            .replace("routes:\n", "routes:\n  - {number: 777, user: bob, record: true}\n")
        + """
          media:
            rtpengine:
              ping: 1h
              engines: [{address: "%s"}]
          """
            .formatted(engine.hostAndPort());
  }

  @AfterEach
  void nothingIsLeftInTheEngine() {
    await().until(() -> engine.calls().isEmpty());
    engine.close();
  }

  @Test
  void inviteLeavesBeforeTheClientHasGathered() {
    JsonPhone alice = json("alice", "early", "update");
    alice.asks("call", "call", "c1", "to", NUMBER, "sdp", ungathered());
    SipText invite = carrier.receives(INVITE);
    assertThat(invite.bodyText()).contains(RTP).doesNotContain("candidate");
    assertThat(invite.has("Recv-Info")).isFalse();
    assertThat(engine.asked("offer").get(0).get("sdp").toString()).doesNotContain("a=candidate");
    alice.asks("candidate", "call", "c1", "candidates", new Object[] {null});

    String sdp = Sdp.rtp();
    carrier.describes(sdp).answers(183, early -> early.body("application/sdp", sdp));
    ObjectNode progress = alice.receives("progress");
    assertThat(progress.path("sdp").asText()).contains(WEBRTC);
    carrier.describes(sdp).answers(200);
    carrier.receives(ACK);
    assertThat(alice.receives("accepted").path("sdp")).isEqualTo(progress.path("sdp"));
    settle();

    String update = alice.sends("update", "call", "c1", "rev", 2, "sdp", ungathered());
    assertThat(carrier.receives(INVITE).bodyText()).contains(RTP);
    carrier.answers(200);
    carrier.receives(ACK);
    assertThat(alice.reply(update).path("sdp").asText()).contains(WEBRTC);

    alice.asks("hangup", "call", "c1");
    carrier.receives(BYE);
    carrier.answers(200);
    alice.receives("ended");
    alice.hearsNothingMore();
    ladder.nothingMore();
  }

  @Test
  void answerLeavesBeforeTheClientHasGathered() {
    JsonPhone bob = json("bob", "update");
    carrier.invites(sip("bob"));
    ObjectNode incoming = bob.receives("incoming");
    String call = incoming.path("call").asText();
    assertThat(incoming.path("sdp").asText()).contains(WEBRTC);
    assertThat(incoming.path("trickle").asBoolean()).isFalse();
    carrier.receives(180);
    String accept = bob.sends("accept", "call", call, "sdp", ungathered());
    assertThat(carrier.receives(200).bodyText()).contains(RTP);
    carrier.sends(ACK);
    assertThat(bob.reply(accept).path("ok").asBoolean()).isTrue();
    settle();

    carrier.holds();
    ObjectNode update = bob.receives("update");
    assertThat(update.path("sdp").asText()).contains(WEBRTC, "a=sendonly");
    assertThat(bob.receives("hold").path("remote").asBoolean()).isTrue();
    bob.asks("update_answer", "call", call, "rev", 2, "sdp", ungathered());
    SipText held = carrier.receives(200, INVITE);
    assertThat(held.bodyText()).contains(RTP);
    carrier.sends(ACK);
    settle();

    carrier.sends(BYE);
    carrier.receives(200, BYE);
    bob.receives("ended");
    bob.hearsNothingMore();
    ladder.nothingMore();
  }

  @Test
  void clientThatARecordingRouteCallsIsRecorded() {
    JsonPhone bob = json("bob", "update");
    JsonPhone alice = json("alice", "update");
    alice.asks("call", "call", "c1", "to", "777", "sdp", ungathered());
    ObjectNode incoming = bob.receives("incoming");
    assertThat(incoming.path("sdp").asText()).contains(WEBRTC);
    bob.asks("accept", "call", incoming.path("call").asText(), "sdp", ungathered());
    alice.receives("progress");
    alice.receives("accepted");
    assertThat(engine.asked("offer").get(0)).containsEntry("record call", "yes");
    bob.asks("hangup", "call", incoming.path("call").asText());
    bob.receives("ended");
    alice.receives("ended");
  }

  @Test
  void clientWhoseMediaNobodyCarriesIsToldWhy() {
    JsonPhone alice = json("alice", "update");
    engine.refuses("Out of ports");
    alice.asks("call", "call", "c1", "to", NUMBER, "sdp", ungathered());
    ObjectNode ended = alice.receives("ended");
    assertThat(ended.path("headers").path("X-Tandem-Cause").asText()).isEqualTo("media_refused");
    assertThat(ended.toString()).contains("\"sip\":503", "Media Relay Refuses");
  }

  @Test
  void trunkThatMakesNoOfferGetsTheClientsAtOnce() {
    JsonPhone bob = json("bob", new String[0]);
    carrier.with(Habit.LATE_OFFER).invites(sip("bob"));
    ObjectNode incoming = bob.receives("incoming");
    assertThat(incoming.has("sdp")).isFalse();
    carrier.receives(180);
    String call = incoming.path("call").asText();
    String accept = bob.sends("accept", "call", call, "sdp", ungathered());
    assertThat(carrier.receives(200).bodyText()).contains(RTP);
    carrier.sends(ACK);
    assertThat(bob.reply(accept).path("sdp").asText()).contains(WEBRTC);
    bob.asks("hangup", "call", call);
    carrier.receives(BYE);
    carrier.answers(200);
    bob.receives("ended");
  }

  @Test
  void twoPagesAreAnchoredWhenOneWantsIt() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);
    alice.asks("call", "call", "c1", "to", "bob", "sdp", ungathered(), "media", "anchored");
    ObjectNode incoming = bob.receives("incoming");
    assertThat(incoming.path("media").asText()).isEqualTo("anchored");
    assertThat(incoming.path("trickle").asBoolean()).isFalse();
    assertThat(engine.asked("offer")).hasSize(1);
    alice.receives("progress");
    ObjectNode accepted = bob.asks("accept", "call", incoming.path("call"), "sdp", ungathered());
    assertThat(accepted.path("media").asText()).isEqualTo("anchored");
    assertThat(alice.receives("accepted").path("media").asText()).isEqualTo("anchored");
    alice.asks("hangup", "call", "c1");
    alice.receives("ended");
    bob.receives("ended");
  }

  @Test
  void directMediaAreDirectOrNotAtAll() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);
    alice.asks("call", "call", "c1", "to", NUMBER, "sdp", ungathered(), "media", "direct");
    ObjectNode ended = alice.receives("ended");
    assertThat(ended.path("code").asText()).isEqualTo("not_acceptable");
    assertThat(ended.path("sip").asInt()).isEqualTo(488);
    alice.asks("call", "call", "c2", "to", "bob", "sdp", ungathered(), "media", "direct");
    assertThat(bob.receives("incoming").path("media").asText()).isEqualTo("direct");
    alice.receives("progress");
    alice.asks("hangup", "call", "c2");
    alice.receives("ended");
    bob.receives("ended");
    assertThat(engine.asked("offer")).isEmpty();
    ladder.nothingMore();
  }
}
