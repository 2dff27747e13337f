package dev.tandem.gateway.browser;

import static dev.tandem.gateway.browser.Ears.bothHear;
import static dev.tandem.gateway.browser.Library.JSON;
import static dev.tandem.gateway.browser.Library.JSSIP;
import static dev.tandem.gateway.browser.Library.SIPJS;
import static dev.tandem.gateway.browser.Sound.VOICE;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The demo page by the JSON dialect, and the same page by the SIP libraries at the other end. */
class JsonDemoInBrowserTest extends TwoInBrowserTest {
  static Stream<Arguments> pairs() {
    return Stream.of(
        Arguments.of(JSON, JSON), Arguments.of(JSON, SIPJS), Arguments.of(JSSIP, JSON));
  }

  @ParameterizedTest(name = "{0} calls {1}")
  @MethodSource("pairs")
  void theyHearHoldAndPressKeys(Library caller, Library callee) {
    signIn(caller, callee);
    talk();
    alice.losesTelephoneEvents();
    alice.sendsTone("7");
    bob.seesHint("alice pressed 7.");
    holdAndResume(alice, bob, "alice put you on hold");
    holdAndResume(bob, alice, "bob put you on hold");
    alice.hangsUp();
    bob.isTold("Call ended.");
    gateway().hasNoCallLeft();
  }

  /** Who resumes first does so while the other still holds. */
  @Test
  void bothHoldAndTheSipSideResumesFirst() {
    signIn(SIPJS, JSON);
    talk();
    alice.pressesHold();
    bob.sees("alice put you on hold");
    bob.pressesHold();
    alice.sees("On hold by both of you");
    alice.pressesHold();
    bob.sees("On hold");
    bob.pressesHold();
    bob.sees("On the call");
    bothHear(alice, bob, VOICE);
  }

  @Test
  void bothPressHoldInTheSameMoment() {
    signIn(JSON, SIPJS);
    talk();
    long moment = System.currentTimeMillis() + 300;
    alice.pressesHoldAt(moment);
    bob.pressesHoldAt(moment);
    alice.sees("On hold by both of you");
    bob.sees("On hold by both of you");
  }

  @Test
  void declinedAndCancelledCallsEndOnBothSides() {
    signIn(JSON, JSON);
    ring();
    bob.declines();
    alice.isTold("bob declined the call.");
    bob.isTold("You declined alice.");
    ring();
    alice.hangsUp();
    alice.isTold("Call cancelled.");
    bob.isTold("Missed call from alice.");
  }

  @Test
  void oneIsPutThroughToAnother() {
    signIn(JSON, SIPJS);
    DemoTab carol = tabOf("carol", JSON);
    talk();
    alice.putsThroughTo("carol");
    carol.isRungBy("bob");
    carol.accepts();
    alice.isTold("You put them through.");
    bothHear(bob, carol, VOICE);
  }
}
