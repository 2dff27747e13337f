package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.MESSAGE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import org.junit.jupiter.api.Test;

/** What JSON clients do with trunks: messages to a group of them, and transfers. */
class JsonTrunkLadderTest extends JsonLadderTest {
  private Phone second;

  @Override
  String yaml() {
    second = carrier("second", "127.0.0.3");
    return super.yaml()
            .replace(
                "routes:\n",
                """
                  - {name: standby, largeRequests: udp, address: "%s", transport: udp}
                trunkGroups:
                  - {name: both, members: [{trunk: carrier}, {trunk: standby}], tryTimeout: 2s}
                routes:
                  - {number: "95*", trunk: both}
                """
                    .formatted(second.address()));
  }

  @Test
  void messageGoesToTheSecondTrunkWhenTheFirstCannot() {
    JsonPhone alice = json("alice", new String[0]);
    String id = alice.sends("message", "to", "95550100", "body", "hello");
    carrier.receives(MESSAGE);
    carrier.answers(503);
    assertThat(second.receives(MESSAGE).bodyText()).isEqualTo("hello");
    second.answers(202);
    assertThat(alice.reply(id).path("ok").asBoolean()).isTrue();
    ladder.nothingMore();
  }

  @Test
  void whoDoesNotWantToBeShownIsNotWhenTransferred() {
    JsonPhone alice = json("alice", "update");
    Phone bob = sipJs("bob");
    bob.invites(sip("alice"), invite -> invite.add("Privacy", "id"));
    String call = alice.receives("incoming").path("call").asText();
    bob.receives(180);
    String accepting =
        alice.sends("accept", "call", call, "sdp", dev.tandem.testkit.Sdp.browser());
    alice.sends("candidate", "call", call, "candidate", null);
    bob.receives(200);
    bob.sends(ACK);
    alice.reply(accepting);
    settle();

    alice.asks("transfer", "call", call, "to", "95550100");
    SipText invite = carrier.receives(INVITE);
    assertThat(invite.header("From")).contains("anonymous.invalid");
    carrier.answers(486);
    carrier.receives(ACK);
    assertThat(alice.receives("transfer_progress").path("status").asInt()).isNotZero();
    bob.sends(BYE);
    bob.receives(200, BYE);
  }
}
