package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import dev.tandem.testkit.SipText;
import org.junit.jupiter.api.Test;

/** What is too large for UDP, towards trunks that are to be called by UDP (RFC 3261 §18.1.1). */
class LargeRequestLadderTest extends LadderTest {
  private static final String LONG_NAME = "s=" + "-".repeat(1300) + "\r\n";

  private Phone tcpPbx;

  @Override
  String yaml() {
    tcpPbx =
        Phone.pbxTcp(
            ladder,
            "tcpPbx",
            new PhoneIdentity("carrier", "carrier.test", null),
            "127.0.0.3",
            this::tcp);
    String onlyUdp = carrier.address();
    return super.yaml()
        .replace(
            "trunks:\n",
            """
            trunks:
              - {name: both, address: "%s", transport: udp}
              - {name: onlyUdp, address: "%s", transport: udp}
              - {name: strict, address: "%s", transport: udp, largeRequests: refuse}
            """
                .formatted(tcpPbx.address(), onlyUdp, onlyUdp))
        .replace(
            "routes:\n",
            """
            routes:
              - {number: "91*", trunk: both}
              - {number: "92*", trunk: onlyUdp}
              - {number: "93*", trunk: strict}
            """);
  }

  private static String large() {
    return small().replace("s=-\r\n", LONG_NAME);
  }

  private static String small() {
    return "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        + "m=audio 4000 RTP/AVP 0\r\n";
  }

  @Test
  void goesByTcpAndSoDoesTheCall() {
    Phone alice = jsSip("alice");
    alice.describes(large()).invites(sip("9155"));
    SipText invite = tcpPbx.receives(INVITE);
    assertThat(invite.header("Via")).contains("SIP/2.0/TCP");
    assertThat(invite.header("Contact")).contains("transport=tcp");
    assertThat(invite.requestUri()).doesNotContain("transport");
    talkAndHangUp(alice, tcpPbx);
  }

  @Test
  void goesByUdpAfterAllWhereNobodyTakesTcp() {
    Phone alice = jsSip("alice");
    alice.describes(large()).invites(sip("9255"));
    SipText invite = carrier.receives(INVITE);
    assertThat(invite.header("Via")).contains("SIP/2.0/UDP");
    assertThat(invite.header("Contact")).doesNotContain("transport=tcp");
    talkAndHangUp(alice, carrier);
  }

  @Test
  void isRefusedWhereTheOperatorSaysSo() {
    Phone alice = jsSip("alice");
    alice.describes(large()).invites(sip("9355"));
    alice.receives(513);
    ladder.nothingMore();
  }

  @Test
  void whatIsSmallGoesByUdp() {
    Phone alice = jsSip("alice");
    alice.describes(small()).invites(sip("9355"));
    assertThat(carrier.receives(INVITE).header("Via")).contains("SIP/2.0/UDP");
    talkAndHangUp(alice, carrier);
  }

  private void talkAndHangUp(Phone caller, Phone callee) {
    callee.answers(200);
    caller.receives(200);
    caller.sends(ACK);
    callee.receives(ACK);
    caller.sends(BYE);
    caller.receives(200);
    callee.receives(BYE);
    callee.answers(200);
    ladder.nothingMore();
  }
}
