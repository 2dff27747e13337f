package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import org.junit.jupiter.api.Test;

/** A trunk whose sessions may have some codecs only: {@code trunks[].session}. */
class TrunkSessionLadderTest extends LadderTest {

  @Override
  String yaml() {
    return super.yaml()
        .replace(
            "transport: udp}",
            "transport: udp, session: {media: [audio], codecs: [PCMU, PCMA],"
                + " bandwidth: {audio: 80}}}");
  }

  private static String mediaLine(SipText message) {
    return message
        .bodyText()
        .lines()
        .filter(line -> line.startsWith("m=audio"))
        .findFirst()
        .orElse("");
  }

  @Test
  void theTrunkHearsOfItsCodecsOnlyInOfferAndReOffer() {
    Phone alice = sipJs("alice");
    alice.invites(sip("95550100"));
    SipText offer = carrier.receives(INVITE);
    assertThat(mediaLine(offer)).endsWith("SAVPF 0 8 126");
    assertThat(offer.bodyText()).contains("b=AS:80\r\n").doesNotContain("opus");
    carrier.answers(200);
    assertThat(mediaLine(alice.receives(200))).isEqualTo("m=audio 20100 RTP/AVP 0 8 101");
    alice.sends(ACK);
    carrier.receives(ACK);
    alice.sends(INVITE, invite -> invite.body("application/sdp", Sdp.browser()));
    assertThat(mediaLine(carrier.receives(INVITE))).endsWith("SAVPF 0 8 126");
    carrier.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    carrier.receives(ACK);
    settle();
    carrier.sends(BYE);
    alice.receives(BYE);
    alice.answers(200);
    carrier.receives(200);
    ladder.nothingMore();
  }

  @Test
  void aBrowserHearsOfTheTrunksCodecsOnlyAndItsAnswerIsCut() {
    Phone bob = jsSip("bob");
    bob.registers();
    carrier.invites(sip("bob"));
    assertThat(mediaLine(bob.receives(INVITE))).isEqualTo("m=audio 20100 RTP/AVP 0 8 101");
    bob.answers(200);
    assertThat(mediaLine(carrier.receives(200))).endsWith("SAVPF 0 8 126");
    carrier.sends(ACK);
    bob.receives(ACK);
    bob.sends(BYE);
    bob.receives(200);
    carrier.receives(BYE);
    carrier.answers(200);
    ladder.nothingMore();
  }

  @Test
  void withNoCodecInCommonTheCallIsRefusedAndTheTrunkHearsNothing() {
    String foreign = Sdp.rtp().replace("RTP/AVP 8 0 101", "RTP/AVP 18");
    Phone alice = sipJs("alice");
    alice.invites(sip("95550100"), invite -> invite.body("application/sdp", foreign));
    assertThat(alice.receives(488).toString()).startsWith("SIP/2.0 488 No Codec In Common");
    Phone bob = jsSip("bob");
    bob.registers();
    carrier.invites(sip("bob"), invite -> invite.body("application/sdp", foreign));
    carrier.receives(488);
    ladder.nothingMore();
  }
}
