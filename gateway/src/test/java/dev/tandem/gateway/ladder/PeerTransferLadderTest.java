package dev.tandem.gateway.ladder;

import static dev.tandem.gateway.ladder.TransferLadderTest.hears;
import static dev.tandem.gateway.ladder.TransferLadderTest.refers;
import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.NOTIFY;
import static dev.tandem.testkit.Sip.REFER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.call.CallState;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code calls.transfer: peer}: who takes REFER carries the transfer out, and we only tell of it.
 */
class PeerTransferLadderTest extends LadderTest {
  private Phone alice;
  private Phone bob;
  private Phone carol;

  @Override
  String yaml() {
    return super.yaml() + "  transfer: peer\n";
  }

  private void phones(String aliceKind, String bobKind, String carolKind) {
    alice = phone(aliceKind, "alice");
    bob = phone(bobKind, "bob");
    carol = phone(carolKind, "carol");
    alice.registers();
    bob.registers();
    carol.registers();
  }

  private SipText call(Phone caller, Phone callee) {
    caller.invites(callee.aor());
    callee.receives(INVITE);
    callee.answers(200);
    SipText answered = caller.receives(200);
    caller.sends(ACK);
    callee.receives(ACK);
    allTalk();
    return answered;
  }

  private void allTalk() {
    await()
        .until(
            () ->
                gateway.gateway().calls().running().stream()
                    .allMatch(call -> call.state() == CallState.ESTABLISHED));
  }

  private void tells(Phone who, String state, String line) {
    who.sends(
        NOTIFY,
        notify ->
            notify
                .add("Contact", "<" + who.contactUri() + ">")
                .add("Event", "refer")
                .add("Subscription-State", state)
                .body("message/sipfrag", line + "\r\n"));
    who.receives(200, NOTIFY);
  }

  private static void isHungUp(Phone who) {
    who.receives(BYE);
    who.answers(200, BYE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void referAndItsNotifiesArePassedOn(String kind) {
    phones(kind, "udp", "udp");
    call(alice, bob);
    refers(alice, "<sip:carol@example.test>");
    SipText refer = bob.receives(REFER);
    assertThat(refer.header("Refer-To")).isEqualTo("<sip:carol@example.test>");
    assertThat(refer.header("Referred-By")).isEqualTo("<sip:alice@example.test>");
    bob.answers(202, REFER);
    alice.receives(202, REFER);
    hears(alice, 100);
    tells(bob, "active;expires=60", "SIP/2.0 100 Trying");
    tells(bob, "active;expires=60", "SIP/2.0 180 Ringing");
    hears(alice, 180);
    tells(bob, "terminated;reason=noresource", "SIP/2.0 200 OK");
    hears(alice, 200);
    isHungUpInTheEnd(alice);
    isHungUp(bob);
    ladder.nothingMore();
  }

  @Test
  void callGoesOnWhenThePeerFails() {
    phones("sipJs", "tcp", "udp");
    call(alice, bob);
    refers(alice, "<sip:carol@example.test>");
    bob.receives(REFER);
    bob.answers(202, REFER);
    alice.receives(202, REFER);
    hears(alice, 100);
    tells(bob, "terminated;reason=noresource", "SIP/2.0 486 Busy Here");
    hears(alice, 486);
    settle();
    alice.sends(BYE);
    alice.receives(200, BYE);
    isHungUp(bob);
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 405, 501, 603})
  void gatewayDoesWhatThePeerWillNot(int status) {
    phones("jsSip", "udp", "sipJs");
    call(alice, bob);
    refers(alice, "<sip:carol@example.test>");
    bob.receives(REFER);
    bob.answers(status, REFER);
    alice.receives(202, REFER);
    hears(alice, 100);
    carol.receives(INVITE);
    carol.answers(486);
    carol.receives(ACK);
    hears(alice, 486);
    ladder.nothingMore();
  }

  @Test
  void browsersAreNotAsked() {
    phones("udp", "sipJs", "jsSip");
    call(alice, bob);
    refers(alice, "<sip:carol@example.test>");
    alice.receives(202, REFER);
    hears(alice, 100);
    carol.receives(INVITE);
    ladder.nothingMore();
  }

  @Test
  void oneTransferAtATime() {
    phones("sipJs", "udp", "udp");
    call(alice, bob);
    refers(alice, "<sip:carol@example.test>");
    bob.receives(REFER);
    refers(alice, "<sip:carol@example.test>");
    alice.receives(491, REFER);
    refers(bob, "<sip:carol@example.test>");
    bob.receives(491, REFER);
    ladder.nothingMore();
  }

  @Test
  void peerThatNeverTellsHowItWentHasFailed() {
    phones("sipJs", "udp", "jsSip");
    call(alice, bob);
    refers(alice, "<sip:carol@example.test>");
    bob.receives(REFER);
    bob.answers(202, REFER);
    alice.receives(202, REFER);
    hears(alice, 100);
    passes(Duration.ofMinutes(2));
    hears(alice, 408);
    settle();
    refers(alice, "<sip:carol@example.test>"); // another may follow
    bob.receives(REFER);
    ladder.nothingMore();
  }

  /** Bob gets the identifiers of the gateway's dialog with Carol, and what they mean is done. */
  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip", "udp"})
  void identifiersOfReplacesAreMapped(String carolKind) {
    phones("sipJs", "udp", carolKind);
    SipText toBob = call(alice, bob);
    SipText toCarol = call(alice, carol);
    alice.turnsTo(toBob);
    refers(
        alice,
        "<sip:carol@example.test?Replaces="
            + URLEncoder.encode(
                toCarol.callId() + ";to-tag=" + toCarol.toTag() + ";from-tag=" + toCarol.fromTag(),
                StandardCharsets.UTF_8)
            + ">");
    SipText refer = bob.receives(REFER);
    String referTo = refer.header("Refer-To");
    assertThat(referTo).startsWith("<sip:carol@example.test?Replaces=");
    assertThat(referTo).doesNotContain(toCarol.callId());
    bob.answers(202, REFER);
    alice.receives(202, REFER);
    hears(alice, 100);
    String replaces =
        URLDecoder.decode(
            referTo.substring(referTo.indexOf('=') + 1, referTo.length() - 1),
            StandardCharsets.UTF_8);
    Phone mallory = phone("udp", "mallory", "carol");
    mallory.invites(sip("carol"), invite -> invite.add("Replaces", replaces));
    mallory.receives(403, INVITE); // she was not told to
    bob.invites(sip("carol"), invite -> invite.add("Replaces", replaces));
    carol.receives(INVITE);
    carol.answers(200);
    bob.receives(200, INVITE);
    bob.sends(ACK);
    carol.receives(ACK);
    SipText bye = alice.receives(BYE);
    assertThat(bye.callId()).isEqualTo(toCarol.callId());
    alice.answers(200, BYE);
    bob.turnsTo(refer);
    tells(bob, "terminated;reason=noresource", "SIP/2.0 200 OK");
    hears(alice, 200);
    isHungUpInTheEnd(alice);
    isHungUp(bob);
    allTalk();
    carol.sends(BYE);
    carol.receives(200, BYE);
    isHungUp(bob);
    ladder.nothingMore();
  }
}
