package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import org.junit.jupiter.api.Test;

/** With authentication off nobody is certainly anybody. */
class JsonNobodyProvedLadderTest extends JsonLadderTest {

  @Override
  String yaml() {
    return super.yaml() + "auth: {enabled: false}\n";
  }

  @Test
  void callersAreNotVerified() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);
    Phone carol = sipJs("carol");
    bob.asks("call", "call", "c1", "to", "alice", "sdp", ungathered());
    assertThat(alice.receives("incoming").path("from").has("verified")).isFalse();
    bob.asks("hangup", "call", "c1");
    alice.receives("ended");
    carol.invites(sip("alice"));
    assertThat(alice.receives("incoming").path("from").has("verified")).isFalse();
    carol.receives(180);
    carol.sends(CANCEL);
    carol.receives(200, CANCEL);
    carol.receives(487, INVITE);
    carol.sends(ACK);
    alice.receives("ended");
  }
}
