package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.MESSAGE;
import static dev.tandem.testkit.Sip.NOTIFY;
import static dev.tandem.testkit.Sip.REFER;
import static dev.tandem.testkit.Sip.REGISTER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import org.junit.jupiter.api.Test;

/**
 * Devices behind a proxy: every request goes by the Path of their registration (RFC 3327), not only
 * calls; and what a client may require of us and of that proxy (RFC 5626 §6).
 */
class PathLadderTest extends LadderTest {

  /** Makes bob a device behind an edge proxy, which the same phone plays; returns its Path. */
  private String registersBehindAnEdge(Phone bob) {
    String edge = "<sip:edge@" + bob.address() + ";lr;ob>";
    bob.sendsRegister(600, it -> it.set("Contact", "<sip:bob@192.0.2.77:5060>").add("Path", edge));
    bob.receives(200, REGISTER);
    return edge;
  }

  @Test
  void messagesGoByThePathToo() {
    Phone bob = phone("udp", "bob");
    String edge = registersBehindAnEdge(bob);
    Phone alice = sipJs("alice");
    alice.asks(MESSAGE, sip("bob"), it -> it.body("text/plain", "hello"));
    SipText message = bob.receives(MESSAGE);
    assertThat(message.requestUri()).isEqualTo("sip:bob@192.0.2.77:5060");
    assertThat(message.headers("Route")).containsExactly(edge);
    bob.answers(200);
    alice.receives(200, MESSAGE);
    ladder.nothingMore();
  }

  @Test
  void newsOfVoiceMailGoesByThePathToo() {
    Phone bob = phone("udp", "bob");
    String edge = registersBehindAnEdge(bob);
    carrier.asks(
        NOTIFY,
        sip("bob"),
        it ->
            it.add("Event", "message-summary")
                .add("Subscription-State", "active")
                .body("application/simple-message-summary", "Messages-Waiting: yes\r\n"));
    carrier.receives(200, NOTIFY);
    SipText notify = bob.receives(NOTIFY);
    assertThat(notify.requestUri()).isEqualTo("sip:bob@192.0.2.77:5060");
    assertThat(notify.headers("Route")).containsExactly(edge);
    bob.answers(200);
    ladder.nothingMore();
  }

  @Test
  void aCallThatIsTransferredGoesByThePathToo() {
    Phone bob = phone("udp", "bob");
    String edge = registersBehindAnEdge(bob);
    Phone alice = sipJs("alice");
    Phone carol = sipJs("carol");
    carol.registers();
    alice.invites(sip("carol"));
    carol.receives(INVITE);
    carol.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    carol.receives(ACK);
    settle();
    carol.sends(REFER, it -> it.add("Refer-To", "<" + sip("bob") + ">"));
    carol.receives(202);
    carol.receives(NOTIFY);
    carol.answers(200);
    SipText invite = bob.receives(INVITE);
    assertThat(invite.requestUri()).isEqualTo("sip:bob@192.0.2.77:5060");
    assertThat(invite.headers("Route")).containsExactly(edge);
    bob.answers(486);
    bob.receives(ACK);
    carol.receives(NOTIFY);
    carol.answers(200);
    carol.sends(BYE);
    carol.receives(200);
    alice.receives(BYE);
    alice.answers(200);
    ladder.nothingMore();
  }

  // What clients require of us and of the proxies between.

  @Test
  void aClientMayRequireOutboundAndPath() {
    Phone bob = jsSip("bob");
    bob.sendsRegister(600, it -> it.add("Require", "outbound, path"));
    assertThat(bob.receives(200, REGISTER).header("Require")).isEqualTo("outbound");
  }

  @Test
  void aClientThatRequiresMoreIsToldWhatIsNotKnown() {
    Phone bob = jsSip("bob");
    bob.sendsRegister(600, it -> it.add("Require", "outbound, teleport"));
    assertThat(bob.receives(420, REGISTER).headers("Unsupported")).containsExactly("teleport");
  }
}
