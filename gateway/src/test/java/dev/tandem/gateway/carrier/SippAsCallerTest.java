package dev.tandem.gateway.carrier;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.TIMER_B;
import static dev.tandem.testkit.Sip.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.testkit.ManualClock;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A SIPp at a trunk's address calls a browser. */
class SippAsCallerTest extends SippTest {
  private static final Duration MOMENT = Duration.ofMillis(200);
  private static final String BOB = "sip:bob@example.test";

  /** SIP.js or JsSIP: each transport with another. */
  private Phone callee(String transport) {
    Phone bob = transport.equals("udp") ? jsSip("bob") : sipJs("bob");
    bob.registers();
    return bob;
  }

  private static void isTalkedTo(Phone bob) {
    bob.receives(INVITE);
    bob.answers(180);
    bob.answers(200, INVITE);
    bob.receives(ACK);
  }

  private static void isHungUpOn(Phone bob) {
    bob.receives(BYE);
    bob.answers(200);
  }

  private static Script rings(Script script) {
    return script.receives(100).receives(180);
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp"})
  void callsAndHangsUp(String transport) throws Exception {
    start(callersTrunk());
    Phone bob = callee(transport);
    Sipp caller =
        calls(
            transport,
            rings(Script.caller(BOB).invites())
                .receives(200)
                .with("Contact", "<sip:.*@127\\.0\\.0\\.1:[0-9]+")
                .saying("m=audio")
                .acknowledges()
                .waits(MOMENT)
                .asks(BYE)
                .receives(200));
    SipText invite = bob.receives(INVITE);
    assertThat(invite.header("From")).startsWith("\"Caller\" <sip:+4930123@");
    assertThat(invite.bodyText()).contains("m=audio 30000 RTP/AVP 0");
    bob.answers(180);
    bob.answers(200, INVITE);
    bob.receives(ACK);
    isHungUpOn(bob);
    caller.succeeds();
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp"})
  void offersLate(String transport) throws Exception {
    start(callersTrunk());
    Phone bob = callee(transport);
    Sipp caller =
        calls(
            transport,
            rings(Script.caller(BOB).invitesWithoutSdp())
                .receives(200)
                .saying("m=audio")
                .acknowledgesWithSdp()
                .waits(MOMENT)
                .asks(BYE)
                .receives(200));
    assertThat(bob.receives(INVITE).hasBody()).isFalse();
    bob.answers(180);
    bob.answers(200, INVITE);
    assertThat(bob.receives(ACK).bodyText()).contains("m=audio 30000 RTP/AVP 0");
    isHungUpOn(bob);
    caller.succeeds();
    ladder.nothingMore();
  }

  @Test
  void everythingComesTwice() throws Exception {
    start(callersTrunk());
    Phone bob = callee("udp");
    Sipp caller =
        kept(
            sipp(FIRST)
                .lenient()
                .calls(
                    address("udp"),
                    Script.caller(BOB)
                        .once()
                        .invites()
                        .once()
                        .invites()
                        .mayReceive(100)
                        .receives(180)
                        .receives(200)
                        .acknowledges()
                        .waits(MOMENT)
                        .asks(BYE)
                        .receives(200)
                        .acknowledges(1)
                        .once()
                        .asksAgain(BYE)
                        .receives(200)));
    isTalkedTo(bob);
    isHungUpOn(bob);
    caller.succeeds();
    ladder.nothingMore();
  }

  @Test
  void byeOvertakesTheAck() throws Exception {
    start(callersTrunk());
    Phone bob = callee("udp");
    Sipp caller =
        calls(
            "udp",
            rings(Script.caller(BOB).invites())
                .receives(200)
                .asks(BYE)
                .receives(200)
                .acknowledges(1)
                .waits(MOMENT));
    isTalkedTo(bob);
    isHungUpOn(bob);
    caller.succeeds();
    ladder.nothingMore();
  }

  @Test
  void refreshesByReInviteAndTheBrowserHearsNothing() throws Exception {
    start(callersTrunk());
    Phone bob = callee("udp");
    Sipp caller =
        calls(
            "udp",
            rings(
                    Script.caller(BOB)
                        .invites("Supported: timer", "Session-Expires: 90;refresher=uac"))
                .receives(200)
                .with("Session-Expires", "90;refresher=uac")
                .with("Require", "timer")
                .acknowledges()
                .waits(MOMENT)
                .asks(INVITE, "Supported: timer", "Session-Expires: 90;refresher=uac")
                .receives(100)
                .receives(200)
                .with("Session-Expires", "90;refresher=uac")
                .saying("m=audio")
                .acknowledges()
                .asks(UPDATE, "Supported: timer", "Session-Expires: 90;refresher=uac")
                .receives(200)
                .with("Session-Expires", "90;refresher=uac")
                .asks(BYE)
                .receives(200));
    // As who answers a browser's offer: then there is nothing to bargain for again.
    bob.receives(INVITE);
    bob.answers(180);
    bob.describes(Sdp.browser().replace("a=setup:actpass", "a=setup:active"));
    bob.answers(200, INVITE);
    bob.receives(ACK);
    isHungUpOn(bob);
    caller.succeeds();
    ladder.nothingMore();
  }

  @Test
  void intervalThatIsTooShortIsRefused() throws Exception {
    start(callersTrunk());
    Phone bob = callee("udp");
    Sipp caller =
        calls(
            "udp",
            Script.caller(BOB)
                .invites("Supported: timer", "Session-Expires: 60")
                .mayReceive(100)
                .receives(422)
                .with("Min-SE", "90")
                .acknowledgesRefusal());
    caller.succeeds();
    assertThat(bob.isIdle()).isTrue();
    ladder.nothingMore();
  }

  // With a clock that is moved: what takes a minute.

  @Test
  void whoNeverRefreshesIsFoundDead() throws Exception {
    ManualClock clock = new ManualClock();
    start(on(clock), callersTrunk());
    Phone bob = callee("udp");
    Sipp caller =
        calls(
            "udp",
            rings(
                    Script.caller(BOB)
                        .invites("Supported: timer", "Session-Expires: 90;refresher=uac"))
                .receives(200)
                .acknowledges()
                .receives(BYE)
                .with("Reason", "SIP;.*Session Expired")
                .answers(BYE, 200)
                .waits(MOMENT));
    isTalkedTo(bob);
    clock.advance(Duration.ofSeconds(59));
    ladder.settle();
    assertThat(bob.isIdle()).isTrue();
    clock.advance(Duration.ofSeconds(1));
    isHungUpOn(bob);
    caller.succeeds();
    ladder.nothingMore();
  }

  @Test
  void answerIsRepeatedUntilWeGiveUp() throws Exception {
    ManualClock clock = new ManualClock();
    start(on(clock), callersTrunk());
    Phone bob = callee("udp");
    Sipp caller =
        calls(
            "udp",
            rings(Script.caller(BOB).invites())
                .receives(200)
                .receives(BYE)
                .answers(BYE, 200)
                .waits(MOMENT));
    bob.receives(INVITE);
    bob.answers(180);
    bob.answers(200, INVITE);
    bob.receives(ACK);
    await().until(() -> caller.responses(200, INVITE) == 1);
    clock.advance(Duration.ofMillis(500));
    await().until(() -> caller.responses(200, INVITE) == 2);
    clock.advance(Duration.ofSeconds(1));
    await().until(() -> caller.responses(200, INVITE) == 3);
    assertThat(bob.isIdle()).isTrue();
    clock.advance(TIMER_B);
    assertThat(bob.receives(BYE).header("Reason")).contains("cause=");
    bob.answers(200);
    caller.succeeds();
    ladder.nothingMore();
  }
}
