package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.MESSAGE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.testkit.Phone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether clients are told that the caller is certainly the one that it seems to be. */
class JsonIdentityLadderTest extends JsonLadderTest {

  @Override
  String yaml() {
    return super.yaml()
            .replace(
                "routes:\n",
                """
                  - name: stranger
                    largeRequests: udp
                    address: "127.0.0.9:5060"
                    sources: ["127.0.0.9/32"]
                    transport: udp
                    identity: {trust: none}
                routes:
                """)
        + "json: {guests: true}\n";
  }

  /** Nothing at all where it is not certain: a client need not know false from absent. */
  private static void isTold(ObjectNode event, boolean verified) {
    JsonNode from = event.path("from");
    assertThat(from.path("verified").asBoolean()).as(event.toString()).isEqualTo(verified);
    assertThat(from.has("verified")).as(event.toString()).isEqualTo(verified);
  }

  private static void gives(Phone caller) {
    caller.receives(180);
    caller.sends(CANCEL);
    caller.receives(200, CANCEL);
    caller.receives(487, INVITE);
    caller.sends(ACK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "udp"})
  void userByWhomAChallengeWasAnsweredIs(String kind) {
    JsonPhone alice = json("alice", new String[0]);
    Phone bob = phone(kind, "bob");
    bob.invites(sip("alice"));
    isTold(alice.receives("incoming"), true);
    gives(bob);
    alice.receives("ended");
    bob.asks(MESSAGE, sip("alice"), message -> message.body("text/plain", "hello"));
    isTold(alice.receives("message"), true);
    bob.receives(200, MESSAGE);
  }

  @Test
  void signedInClientIsAndAGuestIsNot() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);
    JsonPhone guest = json("guest");
    guest.asks("register", "guest", true, "display", "bob");
    bob.asks("call", "call", "c1", "to", "alice", "sdp", ungathered());
    isTold(alice.receives("incoming"), true);
    guest.asks("call", "call", "c1", "to", "alice", "sdp", ungathered());
    isTold(alice.receives("incoming"), false);
    bob.asks("hangup", "call", "c1");
    guest.asks("hangup", "call", "c1");
    alice.receives("ended");
    alice.receives("ended");
    bob.asks("message", "to", "alice", "body", "hello");
    isTold(alice.receives("message"), true);
  }

  @Test
  void whoIsNotShownIsNot() {
    JsonPhone alice = json("alice", new String[0]);
    Phone bob = sipJs("bob");
    bob.invites(sip("alice"), invite -> invite.add("Privacy", "id"));
    ObjectNode incoming = alice.receives("incoming");
    assertThat(incoming.path("from").path("uri").asText()).contains("anonymous");
    isTold(incoming, false);
    gives(bob);
    alice.receives("ended");
  }

  @ParameterizedTest
  @CsvSource({
    "carrier, <sip:15550100@carrier.test>, sip:15550100@carrier.test, true",
    "carrier, <tel:15550100>, sip:15550100@carrier.test, true",
    "carrier, <sip:15550100@10.0.0.1>, sip:15550100@carrier.test, true",
    "carrier, <sip:boss@carrier.test>, sip:boss@carrier.test, true",
    "carrier, <sip:boss@carrier.test>, sip:boss@bank.test, false",
    "carrier, <sip:15550199@carrier.test>, sip:15550100@carrier.test, false",
    "carrier, , sip:15550100@carrier.test, false",
    "stranger, <sip:15550100@carrier.test>, sip:15550100@carrier.test, false",
  })
  void whomATrunkAssertsIsIfThatOneMay(
      String trunk, String asserted, String from, boolean verified) {
    JsonPhone alice = json("alice", new String[0]);
    Phone peer = trunk.equals("carrier") ? carrier : carrier("stranger", "127.0.0.9");
    peer.invites(
        sip("alice"),
        invite -> {
          invite.set("From", "<" + from + ">;tag=1");
          if (asserted != null) {
            invite.add("P-Asserted-Identity", asserted);
          }
        });
    ObjectNode incoming = alice.receives("incoming");
    assertThat(incoming.path("from").path("uri").asText()).isEqualTo(from);
    isTold(incoming, verified);
    gives(peer);
    alice.receives("ended");
  }
}
