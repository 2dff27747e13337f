package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.PRACK;
import static dev.tandem.testkit.Sip.T1;
import static dev.tandem.testkit.Sip.TIMER_F;
import static dev.tandem.testkit.Sip.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Habit;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Reliable provisional responses (RFC 3262) on each leg by itself, one early dialog for the caller,
 * and offers before the answer (RFC 3311, RFC 6337).
 */
class ReliableProgressLadderTest extends LadderTest {
  private Phone alice;

  /** SIP.js with its option {@code sipExtension100rel: "Supported"}. */
  private static final Consumer<SipText> SIP_JS_WITH_100REL =
      invite -> invite.set("Supported", "100rel, outbound");

  private static final Consumer<SipText> PBX_WITH_100REL =
      invite -> invite.set("Supported", "100rel, replaces, timer");

  private static Consumer<SipText> reliable(int rseq) {
    return response ->
        response
            .add("Require", "100rel")
            .add("RSeq", Integer.toString(rseq))
            .set("Allow", "INVITE, ACK, CANCEL, BYE, PRACK, UPDATE");
  }

  private void aliceCallsCarrier(String kind, Consumer<SipText> change) {
    alice = phone(kind, "alice");
    alice.invites(sip("95550100"), change);
    carrier.receives(INVITE);
  }

  /** PRACK for this response of the gateway. */
  private static Consumer<SipText> rack(SipText response) {
    return prack -> prack.add("RAck", response.header("RSeq") + " " + response.header("CSeq"));
  }

  private void carrierTakesPrack(String rack) {
    assertThat(carrier.receives(PRACK).header("RAck")).isEqualTo(rack);
    carrier.answers(200, PRACK);
  }

  private void carrierAnswersAgainWithoutDescription() {
    carrier.answers(200, SipText::noBody);
  }

  private void hangUp() {
    alice.sends(BYE);
    alice.receives(200, BYE);
    carrier.receives(BYE);
    carrier.answers(200, BYE);
    ladder.nothingMore();
  }

  // We are asked to acknowledge.

  @Test
  void reliableResponsesAreAcknowledgedHereForJsSip() {
    alice = jsSip("alice");
    alice.invites(sip("95550100"));
    SipText invite = carrier.receives(INVITE);
    assertThat(invite.header("Supported")).contains("100rel");
    carrier.describes(Sdp.rtp()).answers(183, reliable(1));
    String sdp = carrier.sdp();
    carrierTakesPrack("1 " + invite.header("CSeq"));
    SipText early = alice.receives(183);
    assertThat(early.bodyText()).isEqualTo(sdp);
    assertThat(early.has("Require")).isFalse();
    assertThat(early.has("RSeq")).isFalse();
    carrier.answers(180, reliable(2));
    carrierTakesPrack("2 " + invite.header("CSeq"));
    alice.receives(180);
    carrierAnswersAgainWithoutDescription();
    SipText answer = alice.receives(200, INVITE);
    assertThat(answer.bodyText()).isEqualTo(sdp); // JsSIP cannot do without
    assertThat(answer.toTag()).isEqualTo(early.toTag());
    alice.sends(ACK);
    SipText ack = carrier.receives(ACK);
    assertThat(ack.cseqNumber()).isEqualTo(invite.cseqNumber());
    hangUp();
  }

  @Test
  void repeatedOnesAndThoseBeforeTheirTurnAreNotAcknowledged() {
    aliceCallsCarrier("sipJs", invite -> {});
    carrier.answers(180, reliable(700));
    carrier.receives(PRACK);
    carrier.answers(200, PRACK);
    alice.receives(180);
    carrier.answers(180, reliable(700)); // our PRACK was late
    carrier.answers(182, reliable(702)); // 701 was lost
    settle();
    carrier.answers(181, reliable(701));
    assertThat(carrier.receives(PRACK).header("RAck")).startsWith("701 ");
    carrier.answers(200, PRACK);
    alice.receives(181);
    carrier.answers(486, INVITE);
    carrier.receives(ACK);
    alice.receives(486, INVITE);
    ladder.nothingMore();
  }

  @Test
  void prackGoesByTheRouteOfItsOwnEarlyDialog() {
    aliceCallsCarrier("jsSip", invite -> {});
    String proxy = "<sip:" + carrier.address() + ";lr;fork=1>";
    carrier.answers(180, reliable(5).andThen(r -> r.add("Record-Route", proxy)));
    SipText prack = carrier.receives(PRACK);
    assertThat(prack.header("Route")).isEqualTo(proxy);
    carrier.answers(200, PRACK);
    alice.receives(180);
    carrier.answers(486, INVITE);
    carrier.receives(ACK);
    alice.receives(486, INVITE);
    ladder.nothingMore();
  }

  @Test
  void forkedEarlyDialogsAreOneForTheBrowserAndTheAnswerCounts() {
    aliceCallsCarrier("jsSip", invite -> {});
    String first = Sdp.rtp();
    String second = Sdp.rtp();
    SipText one = carrier.describes(first).answers(183, reliable(10));
    SipText prackOne = carrier.receives(PRACK);
    carrier.answers(200, PRACK);
    SipText early = alice.receives(183);
    assertThat(early.bodyText()).isEqualTo(first);
    SipText two = carrier.describes(second).answersAsFork(183, reliable(77));
    SipText prackTwo = carrier.receives(PRACK);
    carrier.answers(200, PRACK);
    SipText again = alice.receives(183);
    assertThat(again.hasBody()).isFalse();
    assertThat(again.toTag()).isEqualTo(early.toTag());
    assertThat(prackOne.toTag()).isEqualTo(one.toTag());
    assertThat(prackTwo.toTag()).isEqualTo(two.toTag()).isNotEqualTo(one.toTag());
    assertThat(prackTwo.header("RAck")).startsWith("77 ");

    // It has said that, and need not say it again.
    carrier.answers(200, answer -> answer.set("To", two.header("To")).noBody());
    SipText answer = alice.receives(200, INVITE);
    assertThat(answer.bodyText()).isEqualTo(second);
    assertThat(answer.toTag()).isEqualTo(early.toTag());
    alice.sends(ACK);
    assertThat(carrier.receives(ACK).toTag()).isEqualTo(two.toTag());
    alice.sends(BYE);
    alice.receives(200, BYE);
    SipText bye = carrier.receives(BYE);
    assertThat(bye.toTag()).isEqualTo(two.toTag());
    assertThat(bye.cseqNumber()).isGreaterThan(prackTwo.cseqNumber());
    carrier.answers(200, BYE);
    ladder.nothingMore();
  }

  // We ask.

  @Test
  void sipJsHearsEarlyMediaReliably() {
    aliceCallsCarrier("sipJs", SIP_JS_WITH_100REL);
    carrier.describes(Sdp.rtp()).answers(183);
    SipText early = alice.receives(183);
    assertThat(early.header("Require")).isEqualTo("100rel");
    passes(T1);
    assertThat(alice.receives(183).toString()).isEqualTo(early.toString());
    passes(T1.multipliedBy(2));
    assertThat(alice.receives(183).toString()).isEqualTo(early.toString());
    alice.sends(PRACK, rack(early));
    alice.receives(200, PRACK);
    passes(TIMER_F);
    carrier.describes(carrier.sdp()).answers(200);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    carrier.receives(ACK);
    hangUp();
  }

  @Test
  void ringingAloneIsNotReliableForWhoOnlyKnowsIt() {
    aliceCallsCarrier("sipJs", SIP_JS_WITH_100REL);
    carrier.answers(180);
    assertThat(alice.receives(180).has("RSeq")).isFalse();
    alice.sends(CANCEL);
    alice.receives(200, CANCEL);
    alice.receives(487, INVITE);
    carrier.receives(CANCEL);
    carrier.answers(487, INVITE);
    carrier.receives(ACK);
    ladder.nothingMore();
  }

  @Test
  void whoRequiresItHearsEverythingReliablyAndOneAtATime() {
    aliceCallsCarrier("udp", invite -> invite.add("Require", "100rel, timer"));
    carrier.answers(180);
    carrier.answers(182);
    SipText ringing = alice.receives(180);
    settle();
    assertThat(alice.isIdle()).isTrue();
    alice.sends(PRACK, rack(ringing));
    alice.receives(200, PRACK);
    SipText queued = alice.receives(182);
    assertThat(Integer.parseInt(queued.header("RSeq")))
        .isEqualTo(Integer.parseInt(ringing.header("RSeq")) + 1);
    alice.sends(PRACK, rack(ringing)); // once more
    alice.receives(481, PRACK);
    alice.sends(PRACK, rack(queued));
    alice.receives(200, PRACK);
    carrier.answers(200);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    carrier.receives(ACK);
    hangUp();
  }

  @Test
  void answerWaitsUntilTheEarlyDescriptionIsAcknowledged() {
    aliceCallsCarrier("sipJs", SIP_JS_WITH_100REL);
    carrier.describes(Sdp.rtp()).answers(183);
    SipText early = alice.receives(183);
    carrier.describes(carrier.sdp()).answers(200);
    carrier.receives(ACK);
    settle();
    assertThat(alice.isIdle()).isTrue();
    alice.sends(PRACK, rack(early));
    alice.receives(200, PRACK);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    hangUp();
  }

  @Test
  void cancelThatMeetsAnAnswerThatWaitsGetsTheAnswer() {
    aliceCallsCarrier("sipJs", SIP_JS_WITH_100REL);
    carrier.describes(Sdp.rtp()).answers(183);
    alice.receives(183);
    carrier.describes(carrier.sdp()).answers(200);
    carrier.receives(ACK);
    alice.sends(CANCEL);
    alice.receives(200, CANCEL);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    hangUp();
  }

  @Test
  void callerThatNeverAcknowledgesIsRefusedAfter64T1() {
    aliceCallsCarrier("sipJs", SIP_JS_WITH_100REL);
    carrier.describes(Sdp.rtp()).answers(183);
    passes(TIMER_F);
    for (int i = 0; i < 7; i++) {
      alice.receives(183); // 0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5 s
    }
    alice.receives(504, INVITE);
    SipText cancel = carrier.receives(CANCEL);
    assertThat(cancel.header("Reason")).contains("cause=504");
    carrier.answers(487, INVITE);
    carrier.receives(ACK);
    ladder.nothingMore();
  }

  // Late offers.

  @Test
  void offerInAReliableResponseIsAnsweredInThePrack() {
    alice = phone("udp", "alice").with(Habit.LATE_OFFER);
    alice.invites(sip("95550100"), PBX_WITH_100REL);
    SipText invite = carrier.receives(INVITE);
    assertThat(invite.hasBody()).isFalse();
    assertThat(invite.header("Supported")).contains("100rel");
    String offer = Sdp.rtp();
    carrier.describes(offer).answers(183, reliable(1));
    SipText early = alice.receives(183);
    assertThat(early.bodyText()).isEqualTo(offer);
    settle();
    assertThat(carrier.isIdle()).isTrue();
    String answer = Sdp.rtp();
    alice.sends(PRACK, rack(early).andThen(prack -> prack.sdp(answer)));
    alice.receives(200, PRACK);
    assertThat(carrier.receives(PRACK).bodyText()).isEqualTo(answer);
    carrier.answers(200, response -> response.noBody());
    carrierAnswersAgainWithoutDescription();
    assertThat(alice.receives(200, INVITE).hasBody()).isFalse();
    alice.sends(ACK, ack -> ack.noBody());
    assertThat(carrier.receives(ACK).hasBody()).isFalse();
    hangUp();
  }

  @Test
  void calleeMayNotOfferEarlyToACallerWhoCannotAnswerThere() {
    alice = phone("udp", "alice").with(Habit.LATE_OFFER);
    alice.invites(sip("95550100"));
    assertThat(carrier.receives(INVITE).header("Supported")).doesNotContain("100rel");
    carrier.describes(Sdp.rtp()).answers(183); // no offer, since it is not reliable
    assertThat(alice.receives(183).hasBody()).isFalse();
    carrier.answers(200);
    assertThat(alice.receives(200, INVITE).bodyText()).isEqualTo(carrier.sdp());
    alice.sends(ACK);
    assertThat(carrier.receives(ACK).hasBody()).isTrue();
    hangUp();
  }

  // Offers before the answer.

  private void agreeEarly(String kind, Consumer<SipText> change) {
    aliceCallsCarrier(kind, change);
    carrier.describes(Sdp.rtp()).answers(183, reliable(1));
    carrier.receives(PRACK);
    carrier.answers(200, PRACK);
    SipText early = alice.receives(183);
    alice.sends(PRACK, rack(early));
    alice.receives(200, PRACK);
  }

  private void carrierAnswers() {
    carrierAnswersAgainWithoutDescription();
    assertThat(alice.receives(200, INVITE).hasBody()).isFalse(); // the early one may be outdated
    alice.sends(ACK);
    carrier.receives(ACK);
    hangUp();
  }

  @Test
  void earlyUpdatesPassBothWays() {
    agreeEarly("udp", PBX_WITH_100REL);
    String fromCallee = Sdp.rtp();
    carrier.updates(fromCallee);
    assertThat(alice.receives(UPDATE).bodyText()).isEqualTo(fromCallee);
    alice.answers(200);
    assertThat(carrier.receives(200, UPDATE).bodyText()).isEqualTo(alice.sdp());
    String fromCaller = Sdp.rtp();
    alice.updates(fromCaller);
    assertThat(carrier.receives(UPDATE).bodyText()).isEqualTo(fromCaller);
    carrier.answers(200, UPDATE);
    assertThat(alice.receives(200, UPDATE).bodyText()).isEqualTo(carrier.sdp());
    carrierAnswers();
  }

  @Test
  void earlyUpdateForSipJsIsRefusedUntilTheAnswer() {
    agreeEarly("sipJs", SIP_JS_WITH_100REL);
    carrier.updates(Sdp.rtp());
    SipText refused = carrier.receives(500, UPDATE);
    assertThat(refused.has("Retry-After")).isTrue();
    carrierAnswers();
  }

  @Test
  void earlyUpdateBeforeTheFirstOfferHasItsAnswerIsRefused() {
    aliceCallsCarrier("udp", PBX_WITH_100REL);
    carrier.answers(180);
    alice.receives(180);
    carrier.updates(Sdp.rtp());
    carrier.receives(491, UPDATE);
    alice.updates(Sdp.rtp());
    assertThat(alice.receives(500, UPDATE).has("Retry-After")).isTrue();
    carrier.answers(486, INVITE);
    carrier.receives(ACK);
    alice.receives(486, INVITE);
    ladder.nothingMore();
  }

  @Test
  void offerInAPrackGoesOnAsUpdate() {
    aliceCallsCarrier("udp", PBX_WITH_100REL);
    carrier.describes(Sdp.rtp()).answers(183, reliable(1));
    carrier.receives(PRACK);
    carrier.answers(200, PRACK);
    SipText early = alice.receives(183);
    String offer = Sdp.rtp();
    alice.sends(PRACK, rack(early).andThen(prack -> prack.sdp(offer)));
    assertThat(carrier.receives(UPDATE).bodyText()).isEqualTo(offer);
    carrier.answers(200, UPDATE);
    assertThat(alice.receives(200, PRACK).bodyText()).isEqualTo(carrier.sdp());
    carrierAnswers();
  }

  @Test
  void infoPassesInTheEarlyDialog() {
    aliceCallsCarrier("sipJs", invite -> {});
    carrier.answers(180);
    alice.receives(180);
    alice.sends(INFO);
    carrier.receives(INFO);
    carrier.answers(200, INFO);
    alice.receives(200, INFO);
    carrier.sends(INFO);
    alice.receives(INFO);
    alice.answers(200, INFO);
    carrier.receives(200, INFO);
    carrier.answers(200, INVITE);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    carrier.receives(ACK);
    hangUp();
  }

  @Test
  void infoBeforeAnybodyRingsHasNobodyToGoTo() {
    alice = phone("udp", "alice");
    Phone bob = sipJs("bob");
    Phone bobToo = phone("jsSip", "bobToo", "bob");
    bob.registers();
    bobToo.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bobToo.receives(INVITE);
    bob.answers(180);
    alice.receives(180);
    alice.sends(INFO);
    alice.receives(480, INFO);
    bob.answers(200);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    bob.receives(ACK);
    bobToo.receives(CANCEL);
    bobToo.answers(487, INVITE);
    bobToo.receives(ACK);
    alice.sends(BYE);
    alice.receives(200, BYE);
    bob.receives(BYE);
    bob.answers(200, BYE);
    ladder.nothingMore();
  }
}
