package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.NOTIFY;
import static dev.tandem.testkit.Sip.REFER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Somebody else takes a place in a call: who is left and who comes may need an rtpengine between
 * them, and that of those who talked before is given back at once.
 */
class MediaTransferLadderTest extends RelayLadderTest {

  @Override
  String yaml() {
    return super.yaml()
        .replace("routes:\n", "routes:\n  - {number: 777, user: bob, record: true}\n");
  }

  /** The names of the calls that the engine has had, in their order. */
  private List<Object> names() {
    return engine.asked("offer").stream().map(asked -> asked.get("call-id")).distinct().toList();
  }

  /** One call is left in the engine: the last that was made there. */
  private void onlyTheLastIsLeft() {
    List<Object> names = names();
    await().until(() -> engine.calls().equals(List.of(names.get(names.size() - 1))));
  }

  private SipText call(Phone caller, Phone callee) {
    caller.invites(callee.aor());
    callee.receives(INVITE);
    callee.answers(200);
    SipText answer = caller.receives(200);
    caller.sends(ACK);
    callee.receives(ACK);
    settle();
    return answer;
  }

  private static void refers(Phone who, String referTo) {
    TransferLadderTest.refers(who, referTo);
    who.receives(202, REFER);
    TransferLadderTest.hears(who, 100);
  }

  private static String replacing(SipText answer) {
    return answer.callId() + ";to-tag=" + answer.toTag() + ";from-tag=" + answer.fromTag();
  }

  @Test
  void browserThatIsPutThroughToTheTrunkGetsAnEngine() {
    Phone alice = browser("jsSip", "alice");
    Phone bob = browser("sipJs", "bob");
    call(alice, bob);
    refers(bob, "<" + NUMBER + ">");
    assertThat(carrier.receives(INVITE).hasBody()).isFalse();
    carrier.describes(Sdp.rtp()).answers(200);
    isWebRtc(alice.receives(INVITE));
    alice.answers(200);
    isRtp(carrier.receives(ACK));
    alice.receives(ACK);
    TransferLadderTest.hears(bob, 200);
    isHungUpInTheEnd(bob);
    settle();
    hangsUp(alice, carrier);
  }

  @Test
  void trunkCallThatIsPutThroughToABrowserKeepsItsMediaApart() {
    Phone alice = browser("jsSip", "alice");
    Phone bob = browser("sipJs", "bob");
    talk(alice);
    refers(alice, "<" + sip("bob") + ">");
    bob.receives(INVITE);
    bob.answers(200);
    isRtp(carrier.receives(INVITE));
    carrier.answers(200);
    isWebRtc(bob.receives(ACK));
    carrier.receives(ACK);
    TransferLadderTest.hears(alice, 200);
    onlyTheLastIsLeft();
    assertThat(names()).hasSize(2);
    isHungUpInTheEnd(alice);
    settle();
    hangsUp(bob, carrier);
  }

  /** Alice asks Bob first, and joins him and the trunk. */
  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void trunkCallThatIsJoinedWithABrowserHasOneEngineCall(String kind) {
    Phone alice = browser(kind, "alice");
    Phone bob = browser("jsSip", "bob");
    SipText toCarrier = talkTo(alice);
    SipText toBob = call(alice, bob);
    alice.turnsTo(toCarrier);
    refers(
        alice,
        "<"
            + bob.aor()
            + "?Replaces="
            + URLEncoder.encode(replacing(toBob), StandardCharsets.UTF_8)
            + ">");
    assertThat(bob.receives(INVITE).hasBody()).isFalse();
    bob.answers(200);
    isRtp(carrier.receives(INVITE));
    carrier.answers(200);
    isWebRtc(bob.receives(ACK));
    carrier.receives(ACK);
    List<SipText> told = alice.receivesInAnyOrder(BYE, NOTIFY);
    alice.answers(told.get(1), 200);
    alice.answers(told.get(0), 200);
    onlyTheLastIsLeft();
    assertThat(names()).hasSize(2);
    isHungUpInTheEnd(alice);
    holdsAndHangsUp(bob);
  }

  /** Bob is recorded, to whomever he is put through, and once. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoIsRecordedIsRecordedAfterATransferToo(boolean asksFirst) {
    Phone alice = browser("jsSip", "alice");
    Phone bob = browser("sipJs", "bob");
    Phone carol = browser("jsSip", "carol");
    alice.invites(sip("777"));
    bob.receives(INVITE);
    bob.answers(200);
    SipText toBob = alice.receives(200);
    alice.sends(ACK);
    bob.receives(ACK);
    settle();
    String target = "<" + carol.aor() + ">";
    if (asksFirst) {
      SipText toCarol = call(alice, carol);
      alice.turnsTo(toBob);
      String replaces = URLEncoder.encode(replacing(toCarol), StandardCharsets.UTF_8);
      target = "<" + carol.aor() + "?Replaces=" + replaces + ">";
    }
    refers(alice, target);
    carol.receives(INVITE);
    carol.answers(200);
    isWebRtc(bob.receives(INVITE));
    bob.answers(200);
    bob.receives(ACK);
    isWebRtc(carol.receives(ACK));
    if (asksFirst) {
      List<SipText> told = alice.receivesInAnyOrder(BYE, NOTIFY);
      alice.answers(told.get(1), 200);
      alice.answers(told.get(0), 200);
    } else {
      TransferLadderTest.hears(alice, 200);
    }
    onlyTheLastIsLeft();
    assertThat(names()).hasSize(2);
    assertThat(engine.asked("offer"))
        .allSatisfy(offer -> assertThat(offer).containsEntry("record call", "yes"));
    isHungUpInTheEnd(alice);
    settle();
    hangsUp(carol, bob);
  }

  /** From her other browser Alice takes the call with the trunk. */
  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void trunkCallThatAnotherBrowserTakesOverHasOneEngineCall(String kind) {
    Phone alice = browser("jsSip", "alice");
    Phone other = phone(kind, "alice's other phone", "alice");
    SipText toCarrier = talkTo(alice);
    other.invites(NUMBER, invite -> invite.add("Replaces", replacing(toCarrier)));
    isRtp(carrier.receives(INVITE));
    carrier.answers(200);
    isWebRtc(other.receives(200, INVITE));
    other.sends(ACK);
    carrier.receives(ACK);
    assertThat(alice.receives(BYE).header("Reason")).contains("Replaced");
    alice.answers(200);
    onlyTheLastIsLeft();
    assertThat(names()).hasSize(2);
    settle();
    holdsAndHangsUp(other);
  }

  /** The trunk does not want to: Alice has her call again, with the engine that it had. */
  @Test
  void transferThatFailsLeavesTheEngineOfTheCall() {
    Phone alice = browser("jsSip", "alice");
    Phone bob = browser("sipJs", "bob");
    talk(alice);
    refers(alice, "<" + bob.aor() + ">");
    bob.receives(INVITE);
    bob.answers(200);
    isRtp(carrier.receives(INVITE));
    carrier.answers(488);
    carrier.receives(ACK);
    bob.receives(ACK);
    bob.receives(BYE);
    bob.answers(200);
    TransferLadderTest.hears(alice, 488);
    await().until(() -> engine.calls().equals(List.of(names().get(0))));
    settle();
    holdsAndHangsUp(alice);
  }

  private SipText talkTo(Phone alice) {
    alice.invites(NUMBER);
    isRtp(carrier.receives(INVITE));
    carrier.answers(200);
    SipText answer = alice.receives(200);
    isWebRtc(answer);
    alice.sends(ACK);
    carrier.receives(ACK);
    settle();
    return answer;
  }

  /** What a browser says to the trunk still passes the engine. */
  private void holdsAndHangsUp(Phone browser) {
    browser.holds();
    isRtp(carrier.receives(INVITE));
    carrier.answers(200);
    isWebRtc(browser.receives(200, INVITE));
    browser.sends(ACK);
    carrier.receives(ACK);
    settle();
    hangsUp(browser, carrier);
  }
}
