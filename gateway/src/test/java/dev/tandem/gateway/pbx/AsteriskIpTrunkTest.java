package dev.tandem.gateway.pbx;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.GatewayEnvironment;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A real Asterisk as the PBX behind a trunk that nobody registers: each side knows the other by its
 * address. All that can become of a call, with browsers of both shapes.
 */
@Tag("foreign")
class AsteriskIpTrunkTest extends BesideAsterisk {
  private static final String TO_BOB =
      """
      exten => 700,1,Dial(PJSIP/bob@tandem,20)
       same => n,Log(NOTICE,bob was ${DIALSTATUS})
       same => n,Hangup()
      exten => 605,1,Hangup(21)
      exten => 606,1,Hangup(1)
      exten => 607,1,Answer()
       same => n,Transfer(PJSIP/sip:bob@%1$s)
       same => n,Hangup()
      """;

  private void start(String transport) throws Exception {
    startGateway(
        """
        users:
          - {user: alice, password: secret}
          - {user: bob, password: secret}
        trunks:
          - {name: pbx, address: "%s", transport: %s}
        routes:
          - {number: "6*", trunk: pbx}
        calls:
          noAnswer: 3s
        """
            .formatted(pbx.address(), transport),
        GatewayEnvironment.system());
    pbx.pjsip(Asterisk.ipTrunk("tandem", address(transport), transport, ""));
    pbx.pjsip(Asterisk.phone("6002"));
    InetSocketAddress ours = address(transport);
    String dialPlan = TO_BOB.formatted(ours.getHostString() + ":" + ours.getPort());
    pbx.extensions(Asterisk.NUMBERS + dialPlan).start();
  }

  @ParameterizedTest
  @CsvSource({"udp, sipJs", "tcp, jsSip"})
  void itsQualifyIsAnsweredAndABrowserCallsTheEcho(String transport, String kind) throws Exception {
    start(transport);
    pbx.comesToSay(
        "pjsip show contacts", said -> said.matches("(?s).*tandem/sip:127.0.0.1:.* Avail .*"));
    Phone alice = browser(kind, "alice");
    alice.registers();
    calls(alice, "600");
    alice.receives(200, INVITE);
    alice.sends(ACK);
    hearsItself("tandem");
    assertThat(gateway.trunks().calls("pbx")).isEqualTo(1);
    alice.sends(BYE);
    alice.receives(200, BYE);
    hasCalls(0);
  }

  @ParameterizedTest
  @CsvSource({"udp, jsSip", "tcp, sipJs"})
  void itsPhoneCallsABrowser(String transport, String kind) throws Exception {
    start(transport);
    Phone bob = browser(kind, "bob");
    bob.registers();
    Phone phone = extension("6002");
    phone.invites("sip:700@pbx.test");
    SipText invite = bob.receives(INVITE);
    assertThat(invite.header("From")).contains("6002");
    bob.answers(180);
    phone.receives(180);
    accepts(bob);
    bob.receives(ACK);
    phone.receives(200, INVITE);
    phone.sends(ACK);
    hasCalls(1);
    bob.sends(BYE);
    bob.receives(200, BYE);
    phone.receives(BYE);
    phone.answers(200);
  }

  @ParameterizedTest
  @CsvSource({"udp, sipJs", "tcp, jsSip"})
  void itsPhoneHearsWhatBecomesOfTheCall(String transport, String kind) throws Exception {
    start(transport);
    Phone bob = browser(kind, "bob");
    bob.registers();
    Phone phone = extension("6002");

    phone.invites("sip:700@pbx.test"); // it gives up
    bob.receives(INVITE);
    bob.answers(180);
    phone.receives(180);
    phone.sends(CANCEL);
    phone.receivesInAnyOrder("200 CANCEL", "487 INVITE");
    bob.receives(CANCEL);
    bob.answers(487, INVITE);
    bob.receives(ACK);

    phone.invites("sip:700@pbx.test"); // he is busy
    bob.receives(INVITE);
    bob.answers(486);
    bob.receives(ACK);
    hasWritten("bob was BUSY");
    phone.receives(486, INVITE);

    phone.invites("sip:700@pbx.test"); // he is not at his desk
    bob.receives(INVITE);
    bob.answers(180);
    phone.receives(180);
    bob.receives(CANCEL);
    bob.answers(487, INVITE);
    bob.receives(ACK);
    hasWritten("bob was NOANSWER");
    phone.receives(480, INVITE);
  }

  @ParameterizedTest
  @CsvSource({"udp, sipJs", "udp, jsSip", "tcp, sipJs", "tcp, jsSip"})
  void aBrowserHearsWhatBecomesOfTheCall(String transport, String kind) throws Exception {
    start(transport);
    Phone alice = browser(kind, "alice");
    alice.registers();
    calls(alice, "602"); // busy
    alice.receives(486, INVITE);
    calls(alice, "603"); // congestion
    SipText congested = alice.receives(503, INVITE);
    assertThat(congested.has("Retry-After")).isFalse();
    calls(alice, "605"); // rejected
    alice.receives(403, INVITE);
    calls(alice, "606"); // not allocated
    alice.receives(404, INVITE);

    calls(alice, "604"); // rings on
    SipText ringing = alice.receives(180, INVITE);
    assertThat(ringing.hasBody()).isFalse();
    hasCalls(1);
    alice.sends(CANCEL);
    alice.receivesInAnyOrder("200 CANCEL", "487 INVITE");
    hasCalls(0);

    calls(alice, "601"); // speaks before it answers
    SipText early = alice.receives(183, INVITE);
    assertThat(early.bodyText()).contains("m=audio ").contains("a=sendrecv");
    SipText answer = alice.receives(200, INVITE);
    assertThat(answer.bodyText()).isEqualTo(early.bodyText());
    assertThat(answer.toTag()).isEqualTo(early.toTag());
    alice.sends(ACK);
    hasCalls(1);
    alice.sends(BYE);
    alice.receives(200, BYE);
  }

  @ParameterizedTest
  @CsvSource({"udp, sipJs", "tcp, jsSip"})
  void itsDialPlanPutsABrowserThroughToAnother(String transport, String kind) throws Exception {
    start(transport);
    pbx.traces();
    Phone alice = browser(kind, "alice");
    alice.registers();
    Phone bob = browser(kind, "bob");
    bob.registers();
    calls(alice, "607");
    alice.receives(200, INVITE);
    alice.sends(ACK);
    assertThat(bob.receives(INVITE).header("Referred-By")).contains("127.0.0.6");
    accepts(bob);
    alice.receives(INVITE);
    accepts(alice);
    alice.receives(ACK);
    bob.receives(ACK);
    // Its dial plan may not hear of it any more: our BYE follows its answer to this NOTIFY at once.
    traced(1, it -> it.isRequest() && it.method().equals("NOTIFY") && isLast(it));
    assertThat(pbx.console())
        .containsPattern("(?s)terminated;reason=noresource((?!<---).)*SIP/2\\.0 200 OK");
    hasCalls(0);
    alice.sends(BYE);
    alice.receives(200, BYE);
    bob.receives(BYE);
    bob.answers(200);
  }

  /** Of a transfer's NOTIFYs. */
  private static boolean isLast(SipText notify) {
    return notify.header("Subscription-State").startsWith("terminated");
  }
}
