package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A trunk that says more in a body than what the session is (RFC 5621). */
class MultipartLadderTest extends RelayLadderTest {

  /** The session, and something of the telephone network's. */
  private static Consumer<SipText> body(String sdp, String handling) {
    return message ->
        message.body(
            "multipart/mixed;boundary=unique",
            "--unique\r\nContent-Type: application/isup;version=itu-t92+\r\n"
                + "Content-Disposition: signal;handling="
                + handling
                + "\r\n\r\n\001\002\r\n--unique\r\nContent-Type: application/sdp\r\n\r\n"
                + sdp
                + "\r\n--unique--\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void browserHearsOfTheSessionAlone(String kind) {
    Phone bob = browser(kind, "bob");
    carrier.invites(sip("bob"), body(Sdp.rtp(), "optional"));
    SipText invite = bob.receives(INVITE);
    assertThat(invite.header("Content-Type")).isEqualTo("application/sdp");
    isWebRtc(invite);
    bob.answers(200);
    isRtp(carrier.receives(200));
    carrier.sends(ACK);
    bob.receives(ACK);
    settle();
    carrier.sends(INVITE, body(Sdp.directed(Sdp.rtp(), "sendonly"), "optional"));
    assertThat(bob.receives(INVITE).bodyText()).contains(WEBRTC, "a=sendonly");
    bob.answers(200);
    isRtp(carrier.receives(200, INVITE));
    carrier.sends(ACK);
    bob.receives(ACK);
    settle();
    carrier.sends(INVITE, body(Sdp.rtp(), "required"));
    carrier.receives(415, INVITE);
    settle();
    hangsUp(bob, carrier);
  }

  @Test
  void answerOfSeveralParts() {
    Phone alice = browser("jsSip", "alice");
    alice.invites(NUMBER);
    carrier.receives(INVITE);
    carrier.answers(200, body(Sdp.rtp(), "optional"));
    isWebRtc(alice.receives(200));
    alice.sends(ACK);
    carrier.receives(ACK);
    settle();
    hangsUp(alice, carrier);
  }

  @Test
  void whatMustBeUnderstoodAndIsNotIsRefused() {
    Phone bob = browser("jsSip", "bob");
    carrier.invites(sip("bob"), body(Sdp.rtp(), "required"));
    SipText refusal = carrier.receives(415, INVITE);
    assertThat(refusal.header("Accept")).contains("application/sdp");
    assertThat(refusal.header("X-Tandem-Cause")).isEqualTo("body");
    settle();
    assertThat(bob.isIdle()).isTrue();
    ladder.nothingMore();
  }
}
