package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.media.FakeRtpengine;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A gateway with an rtpengine, and a trunk of plain RTP. */
abstract class RelayLadderTest extends LadderTest {
  static final String RTP = "RTP/AVP";
  static final String WEBRTC = "UDP/TLS/RTP/SAVPF";
  static final String NUMBER = sip("95550100");

  final FakeRtpengine engine = new FakeRtpengine();

  @Override
  String yaml() {
    return super.yaml().replace("transport: udp}", "transport: udp, media: rtp}")
        + """
          media:
            silence: 20s
            rtpengine:
              ping: 1h
              dtmfListen: "127.0.0.1:0"
              engines: [{address: "%s"}]
          """
            .formatted(engine.hostAndPort());
  }

  /** Every call that the engine has had was deleted, and once. */
  @AfterEach
  void nothingIsLeftInTheEngine() {
    await().until(() -> engine.calls().isEmpty());
    List<Object> made =
        engine.asked("offer").stream().map(asked -> asked.get("call-id")).distinct().toList();
    List<Object> deleted =
        engine.asked("delete").stream().map(asked -> asked.get("call-id")).toList();
    assertThat(deleted).containsExactlyInAnyOrderElementsOf(made);
    engine.close();
  }

  Phone browser(String kind, String user) {
    Phone phone = phone(kind, user);
    phone.registers();
    return phone;
  }

  static String media(SipText message) {
    return message
        .bodyText()
        .lines()
        .filter(line -> line.startsWith("m=audio"))
        .findFirst()
        .orElse("none");
  }

  static void isRtp(SipText message) {
    assertThat(media(message)).contains(" " + RTP + " ").startsWith("m=audio 3000");
  }

  static void isWebRtc(SipText message) {
    assertThat(media(message)).contains(" " + WEBRTC + " ").startsWith("m=audio 3000");
  }

  void talk(Phone alice) {
    alice.invites(NUMBER);
    isRtp(carrier.receives(INVITE));
    carrier.answers(200);
    isWebRtc(alice.receives(200));
    alice.sends(ACK);
    carrier.receives(ACK);
    settle();
  }

  void hangsUp(Phone who, Phone other) {
    who.sends(BYE);
    other.receives(BYE);
    other.answers(200);
    who.receives(200, BYE);
    ladder.nothingMore();
  }
}
