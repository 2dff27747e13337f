package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import org.junit.jupiter.api.Test;

/**
 * Proxies between us and the peer, who have put themselves into the path (RFC 3261 §12, §16.12).
 */
class RouteLadderTest extends LadderTest {

  /** Record-Route values of two proxies; both addresses are the carrier's, so that it gets all. */
  private String near() {
    return "<sip:" + carrier.address() + ";lr;near>";
  }

  private String far() {
    return "<sip:far@" + carrier.address() + ";lr>";
  }

  @Test
  void routeSetOfAnAnswerIsReversed() {
    Phone alice = sipJs("alice");
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    carrier.answers(200, ok -> ok.addFirst("Record-Route", near()).addFirst("Record-Route", far()));
    assertThat(alice.receives(200).has("Record-Route")).isFalse();
    alice.sends(ACK);
    SipText ack = carrier.receives(ACK);
    assertThat(ack.values("Route")).containsExactly(near(), far());
    assertThat(ack.requestUri()).isEqualTo(carrier.contactUri());
    alice.sends(BYE);
    alice.receives(200);
    assertThat(carrier.receives(BYE).values("Route")).containsExactly(near(), far());
    carrier.answers(200);
    ladder.nothingMore();
  }

  @Test
  void routeSetOfARequestIsKeptInOrder() {
    Phone bob = jsSip("bob");
    bob.registers();
    SipText invite =
        carrier.invites(
            sip("bob"),
            request -> request.addFirst("Record-Route", far()).addFirst("Record-Route", near()));
    assertThat(bob.receives(INVITE).has("Record-Route")).isFalse();
    bob.answers(200);
    SipText ok = carrier.receives(200);
    assertThat(ok.values("Record-Route")).isEqualTo(invite.values("Record-Route"));
    // The dialog's own route set is what the proxies see; ours goes straight to the gateway.
    carrier.sends(ACK, ack -> ack.remove("Route"));
    bob.receives(ACK);
    bob.sends(BYE);
    bob.receives(200);
    SipText bye = carrier.receives(BYE);
    assertThat(bye.values("Route")).containsExactly(near(), far());
    assertThat(bye.requestUri()).isEqualTo(carrier.contactUri());
    carrier.answers(200);
    ladder.nothingMore();
  }

  @Test
  void newContactInAReInviteMovesTheTarget() {
    Phone alice = sipJs("alice");
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    carrier.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    carrier.receives(ACK);
    String moved = "sip:moved@" + carrier.address();
    carrier.sends(INVITE, invite -> invite.set("Contact", "<" + moved + ">"));
    alice.receives(INVITE);
    alice.answers(200);
    carrier.receives(200);
    carrier.sends(ACK);
    alice.receives(ACK);
    alice.sends(BYE);
    alice.receives(200);
    assertThat(carrier.receives(BYE).requestUri()).isEqualTo(moved);
  }

  @Test
  void viaSaysWhereTheRequestCameFrom() {
    SipText invite = carrier.invites(sip("nobody"));
    String via = carrier.receives(404).header("Via");
    assertThat(via).startsWith(invite.header("Via").replaceFirst(";branch=.*", ""));
    String port = carrier.address().replaceFirst(".*:", "");
    assertThat(SipText.parameter(via, "rport")).isEqualTo(port);
    assertThat(SipText.parameter(via, "received")).isEqualTo("127.0.0.2");
  }
}
