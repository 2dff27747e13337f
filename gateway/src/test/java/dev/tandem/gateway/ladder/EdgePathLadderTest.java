package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.MESSAGE;
import static dev.tandem.testkit.Sip.NOTIFY;
import static dev.tandem.testkit.Sip.OPTIONS;
import static dev.tandem.testkit.Sip.REGISTER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The gateway as edge of a PBX, by Path (RFC 3327) with flow tokens (RFC 5626 §5); the browsers
 * answer the PBX's challenges.
 */
class EdgePathLadderTest extends EdgeLadderTest {
  private static final Duration TIMER_F = Duration.ofSeconds(32);

  @Override
  String forward() {
    return "mode: path";
  }

  private Phone browser(String kind, String user) {
    return phone(kind, user);
  }

  // REGISTER.

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void aRegisterIsPassedOnWithAPathToItsConnection(String kind) {
    Phone alice = browser(kind, "alice");
    SipText sent = alice.sendsRegister(600, it -> {});
    SipText first = pbxChallenges(REGISTER, 401);
    SipText second = carrier.receives(REGISTER);
    carrier.answers(
        200,
        it ->
            it.set("Contact", contactOf(second) + ";expires=120")
                .add("Contact", "<sip:alice@192.0.2.5:5060>;expires=7")
                .add("Service-Route", "<sip:pbx.test;lr>"));
    SipText answer = alice.receives(200, REGISTER);

    assertThat(first.requestUri()).isEqualTo("sip:example.test");
    assertThat(first.callId()).isEqualTo(sent.callId());
    assertThat(first.header("CSeq")).isEqualTo(sent.header("CSeq"));
    assertThat(first.headers("Via")).hasSize(1);
    assertThat(first.header("Via")).startsWith("SIP/2.0/UDP 127.0.0.1:");
    int hops = Integer.parseInt(sent.header("Max-Forwards")) - 1;
    assertThat(first.header("Max-Forwards")).isEqualTo(Integer.toString(hops));
    assertThat(first.header("Path"))
        .matches("<sip:ft-[\\w-]+@127\\.0\\.0\\.1:" + udp().getPort() + ";lr;ob>");
    assertThat(first.values("Supported")).contains("path").doesNotContain("gruu");
    assertThat(uriOf(first)).matches("sip:alice\\.[0-9a-f]{16}@127\\.0\\.0\\.1:\\d+");
    assertThat(first.toString()).doesNotContain("transport=ws").doesNotContain("sip.invalid");

    assertThat(second.header("Authorization"))
        .contains("realm=\"pbx\"", "uri=\"sip:example.test\"");
    assertThat(second.cseqNumber()).isEqualTo(first.cseqNumber() + 1);
    assertThat(contactOf(second)).isEqualTo(contactOf(first));
    assertThat(answer.values("Contact")).hasSize(1);
    assertThat(answer.header("Contact"))
        .contains("<" + alice.contactUri() + ">")
        .endsWith(";expires=120");
    assertThat(answer.header("Service-Route")).isEqualTo("<sip:pbx.test;lr>");
    ladder.nothingMore();
  }

  @Test
  void whatThePbxRefusesIsRefused() {
    Phone alice = browser("jsSip", "alice");
    alice.sendsRegister(60, it -> {});
    carrier.receives(REGISTER);
    carrier.answers(423, it -> it.add("Min-Expires", "300"));
    assertThat(alice.receives(423, REGISTER).header("Min-Expires")).isEqualTo("300");
    alice.sendsRegister(600, it -> {});
    carrier.receives(REGISTER);
    carrier.answers(403);
    alice.receives(403, REGISTER);
    assertThat(gateway.gateway().registrar().bindingCount()).isZero();
  }

  @Test
  void aPbxThatIsSilentIsATimeout() {
    Phone alice = browser("sipJs", "alice");
    alice.sendsRegister(600, it -> {});
    carrier.receives(REGISTER);
    settle();
    clock.advance(TIMER_F.plusSeconds(1));
    alice.receives(504, REGISTER);
    while (!carrier.isIdle()) {
      carrier.receives(REGISTER); // again, as UDP wants it
    }
  }

  @Test
  void anUnregisterIsPassedOn() {
    Phone alice = browser("jsSip", "alice");
    registers(alice);
    alice.sendsRegister(0, it -> {});
    SipText asked = carrier.receives(REGISTER);
    assertThat(asked.header("Contact")).endsWith(";expires=0");
    carrier.answers(200, it -> it.remove("Contact"));
    assertThat(alice.receives(200, REGISTER).has("Contact")).isFalse();
    assertThat(gateway.gateway().registrar().bindingCount()).isZero();
  }

  @Test
  void theGatewaysOwnUsersAreItsOwn() {
    sipJs("carol").registers();
    ladder.nothingMore();
  }

  @Test
  void nobodyRegistersForAnother() {
    Phone alice = browser("sipJs", "alice");
    alice.sendsRegister(600, it -> it.set("To", "<sip:bob@example.test>"));
    alice.receives(403, REGISTER);
    ladder.nothingMore();
  }

  // The PBX's requests.

  private void pbxInvites(SipText registered) {
    carrier.invites(
        uriOf(registered),
        it ->
            it.startLine("INVITE " + uriOf(registered) + " SIP/2.0")
                .add("Route", registered.header("Path")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void thePbxReachesTheDeviceByItsFlow(String kind) {
    Phone alice = browser(kind, "alice");
    Phone other = phone("jsSip", "alice's other", "alice");
    SipText registered = registers(alice);
    registers(other);
    pbxInvites(registered);
    SipText invite = alice.receives(INVITE);
    assertThat(invite.requestUri()).isEqualTo(alice.contactUri());
    assertThat(invite.has("Route")).isFalse();
    alice.answers(200);
    alice.receives(ACK);
    carrier.receives(200);
    carrier.sends(ACK);
    settle();
    carrier.sends(BYE);
    alice.receives(BYE);
    alice.answers(200);
    carrier.receives(200, BYE);
    ladder.nothingMore();
  }

  @Test
  void aFlowThatIsGoneFails() {
    Phone alice = browser("sipJs", "alice");
    SipText registered = registers(alice);
    goesOffline(alice);
    pbxInvites(registered);
    carrier.receives(430, INVITE);
    ladder.nothingMore();
  }

  @Test
  void aForgedFlowIsForbidden() {
    Phone alice = browser("sipJs", "alice");
    SipText registered = registers(alice);
    String path = registered.header("Path");
    char last = path.charAt(path.indexOf('@') - 2);
    String forged =
        path.replace(
            last + path.substring(path.indexOf('@') - 1),
            (last == 'A' ? 'B' : 'A') + path.substring(path.indexOf('@') - 1));
    carrier.invites(uriOf(registered), it -> it.add("Route", forged));
    carrier.receives(403, INVITE);
    ladder.nothingMore();
  }

  @Test
  void aDeviceThatComesBackHasAnotherTokenAndTheSameContact() {
    Phone alice = browser("jsSip", "alice");
    SipText before = registers(alice);
    goesOffline(alice);
    alice.connects();
    alice.sendsRegister(600, it -> {});
    SipText after = pbxRegisters(600);
    alice.receives(200, REGISTER);
    assertThat(after.header("Path")).isNotEqualTo(before.header("Path"));
    assertThat(contactOf(after)).isEqualTo(contactOf(before));
    pbxInvites(after);
    alice.receives(INVITE);
    alice.answers(486);
    alice.receives(ACK);
    carrier.receives(486);
    pbxInvites(before);
    carrier.receives(430);
    ladder.nothingMore();
  }

  @Test
  void qualifyIsAnsweredForTheDevice() {
    Phone alice = browser("sipJs", "alice");
    SipText registered = registers(alice);
    String device = uriOf(registered);
    carrier.asks(OPTIONS, device, it -> it.add("Route", registered.header("Path")));
    carrier.receives(200, OPTIONS);
    goesOffline(alice);
    carrier.asks(OPTIONS, device, it -> it.add("Route", registered.header("Path")));
    carrier.receives(430, OPTIONS);
    carrier.asks(OPTIONS, device, it -> {});
    carrier.receives(480, OPTIONS);
    ladder.nothingMore();
  }

  @Test
  void messagesAndNewsOfVoiceMailReachTheDevice() {
    Phone alice = browser("jsSip", "alice");
    SipText registered = registers(alice);
    carrier.asks(
        MESSAGE,
        uriOf(registered),
        it -> it.add("Route", registered.header("Path")).body("text/plain", "hello"));
    assertThat(alice.receives(MESSAGE).bodyText()).isEqualTo("hello");
    alice.answers(200);
    carrier.receives(200, MESSAGE);
    carrier.asks(
        NOTIFY,
        uriOf(registered),
        it ->
            it.add("Route", registered.header("Path"))
                .add("Event", "message-summary")
                .add("Subscription-State", "active")
                .body("application/simple-message-summary", "Messages-Waiting: yes\r\n"));
    carrier.receives(200, NOTIFY);
    alice.receives(NOTIFY);
    alice.answers(200);
    ladder.nothingMore();
  }

  // The browsers' requests.

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void aCallIsTheUsersOwnAndTheChallengeIsPassedThrough(String kind) {
    Phone alice = browser(kind, "alice");
    registers(alice);
    alice.invites(sip("bob"));
    SipText first = pbxChallenges(INVITE, 407);
    carrier.receives(ACK);
    assertThat(first.requestUri()).isEqualTo("sip:bob@example.test");
    assertThat(first.header("From")).contains("<sip:alice@example.test>");
    assertThat(first.header("To")).contains("<sip:bob@example.test>");
    SipText second = carrier.receives(INVITE);
    assertThat(second.header("Proxy-Authorization"))
        .contains("username=\"alice\"", "realm=\"pbx\"", "uri=\"sip:bob@example.test\"");
    carrier.answers(180);
    alice.receives(180);
    carrier.answers(200);
    carrier.receives(ACK);
    alice.receives(200);
    alice.sends(ACK);
    settle();
    assertThat(gateway.gateway().calls().running()).hasSize(1);
    alice.sends(BYE);
    carrier.receives(BYE);
    carrier.answers(200);
    alice.receives(200, BYE);
    ladder.nothingMore();
  }

  @Test
  void thePbxGetsOnlyTheHeadersThatItsPolicyLetsThrough() {
    Phone alice = browser("sipJs", "alice");
    registers(alice);
    alice.invites(sip("bob"), it -> it.add("X-Internal", "a").add("X-Ticket", "b"));
    SipText invite = carrier.receives(INVITE);
    assertThat(invite.has("X-Internal")).isFalse();
    assertThat(invite.header("X-Ticket")).isEqualTo("b");
    carrier.answers(486);
    carrier.receives(ACK);
    alice.receives(486, INVITE);
    ladder.nothingMore();
  }

  @Test
  void whoIsNotRegisteredHereCallsNobody() {
    Phone alice = browser("sipJs", "alice");
    alice.invites(sip("bob"));
    alice.receives(403, INVITE);
    Phone bob = browser("jsSip", "bob");
    registers(bob);
    Phone thief = phone("sipJs", "thief", "bob");
    thief.invites("sip:900123@example.test");
    thief.receives(403, INVITE);
    ladder.nothingMore();
  }

  @Test
  void aCallThatIsCancelledWhileThePbxAsksLeavesNothing() {
    Phone alice = browser("jsSip", "alice");
    registers(alice);
    alice.invites(sip("bob"));
    carrier.receives(INVITE);
    carrier.answers(180);
    alice.receives(180);
    alice.sends(CANCEL);
    alice.receives(200, CANCEL);
    alice.receives(487, INVITE);
    carrier.receives(CANCEL);
    carrier.answers(487, INVITE);
    carrier.receives(ACK);
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void aMessageGoesToThePbxWithItsChallenge(String kind) {
    Phone alice = browser(kind, "alice");
    registers(alice);
    alice.asks(MESSAGE, sip("bob"), it -> it.body("text/plain", "hello"));
    pbxChallenges(MESSAGE, 401);
    SipText second = carrier.receives(MESSAGE);
    assertThat(second.header("Authorization")).contains("username=\"alice\"");
    assertThat(second.bodyText()).isEqualTo("hello");
    carrier.answers(202);
    alice.receives(202, MESSAGE);
    ladder.nothingMore();
  }

  @Test
  void aCallSurvivesTheLossOfTheConnection() {
    Phone alice = browser("jsSip", "alice");
    SipText registered = registers(alice);
    pbxInvites(registered);
    alice.receives(INVITE);
    alice.answers(200);
    alice.receives(ACK);
    carrier.receives(200);
    carrier.sends(ACK);
    settle();
    alice.losesConnection();
    isDetached(1);
    alice.connects();
    alice.sendsRegister(600, it -> {});
    pbxRegisters(600);
    alice.receives(200, REGISTER);
    alice.receives(ACK); // again: nobody knows whether it came
    isDetached(0);
    carrier.sends(BYE);
    alice.receives(BYE);
    alice.answers(200);
    carrier.receives(200, BYE);
    ladder.nothingMore();
  }
}
