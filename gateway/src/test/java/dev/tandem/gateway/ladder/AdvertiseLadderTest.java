package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import org.junit.jupiter.api.Test;

/** A gateway behind NAT: what it says of itself to peers outside. */
class AdvertiseLadderTest extends LadderTest {
  private static final String PUBLIC = "gw.public.example:5066";

  @Override
  String yaml() {
    return super.yaml()
        .replace("sip:\n  listen:", "sip:\n  advertise: {udp: \"" + PUBLIC + "\"}\n  listen:");
  }

  @Test
  void requestsNameThePublicAddressAndAnswersComeBack() {
    Phone alice = sipJs("alice");
    alice.invites(sip("95550100"));
    SipText invite = carrier.receives(INVITE);
    assertThat(invite.header("Via")).contains("SIP/2.0/UDP " + PUBLIC).contains("rport");
    assertThat(invite.header("Contact")).contains("@" + PUBLIC);
    carrier.answers(200);
    assertThat(alice.receives(200).header("Contact")).doesNotContain("public");
    alice.sends(ACK);
    carrier.receives(ACK);
    carrier.sends(BYE);
    carrier.receives(200);
    alice.receives(BYE);
    alice.answers(200);
    ladder.nothingMore();
  }

  @Test
  void callsToThePublicAddressAreForUs() {
    Phone bob = jsSip("bob");
    bob.registers();
    carrier.invites("sip:bob@" + PUBLIC);
    bob.receives(INVITE);
    bob.answers(200);
    assertThat(carrier.receives(200).header("Contact")).contains("@" + PUBLIC);
    carrier.sends(ACK);
    bob.receives(ACK);
    bob.sends(BYE);
    bob.receives(200);
    carrier.receives(BYE);
    carrier.answers(200);
    ladder.nothingMore();
  }
}
