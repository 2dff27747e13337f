package dev.tandem.gateway.carrier;

import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Some thousand calls in a row, from one SIPp by the gateway to another: none fails. */
class SippLoadTest extends SippTest {
  private static final int CALLS = 2_000;
  private static final int PER_SECOND = 200;

  @Test
  void thousandsOfCallsGoThroughATrunkAndNothingOfThemIsLeft() throws Exception {
    Sipp carrier =
        kept(
            sipp(SECOND)
                .calls(CALLS)
                .rate(PER_SECOND)
                .lenient() // a busy machine repeats some messages
                .listens(Script.callee().receives(INVITE).answers(INVITE, 180).takesTheCall()));
    start(
        """
        trunks:
          - {name: pbx, address: "127.0.0.7:9", sources: [127.0.0.7]}
          - {name: carrier, address: "%s:%d", largeRequests: udp, limits: {calls: 1000}}
        routes: [{number: "9*", from: {trunks: [pbx]}, trunk: carrier}]
        """
            .formatted(carrier.address().getHostString(), carrier.address().getPort()));
    Sipp pbx =
        kept(
            sipp(FIRST)
                .calls(CALLS)
                .rate(PER_SECOND)
                .lenient() // a busy machine repeats some messages
                .calls(
                    address("udp"),
                    Script.caller(NUMBER)
                        .invites()
                        .mayReceive(100)
                        .mayReceive(180)
                        .receives(200)
                        .acknowledges()
                        .asks(BYE)
                        .receives(200)));
    pbx.succeeds();
    carrier.succeeds();
    assertThat(gateway.limits().calls("carrier")).isZero();
    assertThat(gateway.limits().calls("pbx")).isZero();
  }
}
