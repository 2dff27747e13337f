package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.media.FakeRtpengine;
import dev.tandem.testkit.Sdp;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls between JSON clients and a trunk of plain RTP, whose media go through an rtpengine. */
class JsonMediaLadderTest extends JsonLadderTest {
  private static final String WEBRTC = "UDP/TLS/RTP/SAVPF";
  private static final String CANDIDATE =
      "candidate:1 1 udp 1686052607 198.51.100.7 40000 typ srflx raddr 0.0.0.0 rport 0";

  private final FakeRtpengine engine = new FakeRtpengine();

  @Override
  String yaml() {
    return super.yaml().replace("transport: udp}", "transport: udp, media: rtp}")
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
  void callLeavesBeforeTheBrowserHasGatheredAndTheAnswerIsTheEngines() {
    JsonPhone alice = json("alice", "early");
    alice.asks("call", "call", "c1", "to", "95550100", "sdp", ungathered());
    // No time has passed and no candidate has come.
    assertThat(carrier.receives(INVITE).bodyText()).contains(" RTP/AVP ", "m=audio 3000");
    String sdp = Sdp.rtp();
    carrier.describes(sdp).answers(183, early -> early.body("application/sdp", sdp));
    ObjectNode early = alice.receives("progress");
    assertThat(early.path("sdp").asText()).contains(WEBRTC);
    alice.asks("candidate", "call", "c1", "candidate", JsonPhone.candidate(CANDIDATE));
    alice.asks("candidate", "call", "c1", "candidate", null);
    carrier.answers(200);
    carrier.receives(ACK);
    ObjectNode accepted = alice.receives("accepted");
    assertThat(accepted.path("sdp").asText()).contains(WEBRTC);
    List<String> kept = List.of("a=ice-ufrag", "a=fingerprint", "m=audio");
    for (String line : kept) {
      assertThat(lines(accepted, line)).isEqualTo(lines(early, line));
    }
    alice.asks("hangup", "call", "c1");
    carrier.receives(BYE);
    carrier.answers(200);
    alice.receives("ended");
  }

  private static List<String> lines(ObjectNode frame, String prefix) {
    return frame.path("sdp").asText().lines().filter(line -> line.startsWith(prefix)).toList();
  }

  @Test
  void trunkCallsAClientAndBothHearTheEngine() {
    JsonPhone bob = json("bob", "update");
    carrier.invites(sip("bob"));
    ObjectNode incoming = bob.receives("incoming");
    String call = incoming.path("call").asText();
    assertThat(incoming.path("sdp").asText()).contains(WEBRTC);
    carrier.receives(180);
    String accepting = bob.sends("accept", "call", call, "sdp", ungathered());
    bob.sends("candidate", "call", call, "candidate", null);
    assertThat(carrier.receives(200).bodyText()).contains(" RTP/AVP ");
    carrier.sends(ACK);
    assertThat(bob.reply(accepting).path("ok").asBoolean()).isTrue();
    bob.asks("hangup", "call", call);
    carrier.receives(BYE);
    carrier.answers(200);
    bob.receives("ended");
  }
}
