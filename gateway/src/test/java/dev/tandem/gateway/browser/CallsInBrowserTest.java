package dev.tandem.gateway.browser;

import static dev.tandem.gateway.browser.Ears.bothHear;
import static dev.tandem.gateway.browser.Ears.hear;
import static dev.tandem.gateway.browser.Library.JSSIP;
import static dev.tandem.gateway.browser.Library.SIPJS;
import static dev.tandem.gateway.browser.Sound.MUTED;
import static dev.tandem.gateway.browser.Sound.NOTHING;
import static dev.tandem.gateway.browser.Sound.SILENCE;
import static dev.tandem.gateway.browser.Sound.VOICE;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Two people call each other, each library with each, and hear each other. */
class CallsInBrowserTest extends TwoInBrowserTest {
  static Stream<Arguments> pairs() {
    return Stream.of(
        Arguments.of(SIPJS, JSSIP),
        Arguments.of(JSSIP, SIPJS),
        Arguments.of(SIPJS, SIPJS),
        Arguments.of(JSSIP, JSSIP));
  }

  @ParameterizedTest(name = "{0} calls {1}")
  @MethodSource("pairs")
  void bothHearEachOtherUntilTheCallerHangsUp(Library caller, Library callee) {
    signIn(caller, callee);
    talk();
    alice.hangsUp();
    bothAreTold("Call ended.");
  }

  @ParameterizedTest(name = "{0} calls {1}")
  @MethodSource("pairs")
  void bothHearEachOtherUntilTheCalleeHangsUp(Library caller, Library callee) {
    signIn(caller, callee);
    talk();
    bob.hangsUp();
    bothAreTold("Call ended.");
  }

  @ParameterizedTest(name = "{0} calls {1}")
  @MethodSource("pairs")
  void aDeclinedCallEndsOnBothSides(Library caller, Library callee) {
    signIn(caller, callee);
    ring();
    bob.declines();
    alice.isTold("bob declined the call.");
    bob.isTold("You declined alice.");
    bob.stopsRinging();
    theNextCallIsHeard();
  }

  @ParameterizedTest(name = "{0} calls {1}")
  @MethodSource("pairs")
  void aCancelledCallStopsRinging(Library caller, Library callee) {
    signIn(caller, callee);
    ring();
    alice.hangsUp();
    alice.isTold("Call cancelled.");
    bob.isTold("Missed call from alice.");
    bob.stopsRinging();
    theNextCallIsHeard();
  }

  @ParameterizedTest(name = "{0} calls {1}")
  @MethodSource("pairs")
  void eitherSideHoldsAndResumes(Library caller, Library callee) {
    signIn(caller, callee);
    talk();
    holdAndResume(alice, bob, "alice put you on hold");
    holdAndResume(bob, alice, "bob put you on hold");
  }

  @ParameterizedTest(name = "{0} calls {1}")
  @MethodSource("pairs")
  void whenBothHoldTheCallResumesOnlyAfterBothResume(Library caller, Library callee) {
    signIn(caller, callee);
    talk();
    alice.pressesHold();
    alice.sees("On hold");
    bob.sees("alice put you on hold");
    bob.pressesHold();
    bob.sees("On hold by both of you");
    alice.sees("On hold by both of you");
    bothHear(alice, bob, NOTHING);

    alice.pressesHold();
    alice.sees("bob put you on hold");
    bob.sees("On hold");
    hear(alice, SILENCE, bob, NOTHING);

    bob.pressesHold();
    bob.sees("On the call");
    bothHear(alice, bob, VOICE);
  }

  /** Two re-INVITEs that cross on the way (RFC 3261 §14.1): both holds come true in the end. */
  @ParameterizedTest(name = "{0} calls {1}")
  @MethodSource("pairs")
  void bothPressHoldInTheSameMoment(Library caller, Library callee) {
    signIn(caller, callee);
    talk();
    long moment = System.currentTimeMillis() + 300;
    alice.pressesHoldAt(moment);
    bob.pressesHoldAt(moment);
    alice.sees("On hold by both of you");
    bob.sees("On hold by both of you");
    bothHear(alice, bob, NOTHING);
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void aMutedMicrophoneSendsSilence(Library library) {
    signIn(library, JSSIP);
    talk();
    alice.pressesMute();
    alice.sees("You are muted");
    hear(alice, VOICE, bob, MUTED);
    alice.pressesMute();
    bothHear(alice, bob, VOICE);
  }

  /** Mute is the person's choice, and outlives hold and resume. */
  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void aMutedMicrophoneStaysMutedAfterHold(Library library) {
    signIn(library, SIPJS);
    talk();
    alice.pressesMute();
    alice.pressesHold();
    alice.sees("On hold");
    alice.pressesHold();
    alice.sees("You are muted");
    hear(alice, VOICE, bob, MUTED);
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void aDigitIsHeardAsItsTwoFrequencies(Library library) {
    signIn(library, JSSIP);
    talk();
    alice.pressesMute();
    bob.listensForTone(770, 1336);
    alice.sendsTone("5");
    bob.heardTone();
  }

  @ParameterizedTest(name = "{0} calls {1}")
  @MethodSource("pairs")
  void withoutTelephoneEventsADigitGoesByInfo(Library caller, Library callee) {
    signIn(caller, callee);
    talk();
    alice.losesTelephoneEvents();
    alice.sendsTone("7");
    bob.seesHint("alice pressed 7.");
    bothHear(alice, bob, VOICE);
  }

  @Test
  void aPersonInACallIsBusy() {
    signIn(SIPJS, JSSIP);
    talk();
    DemoTab carol = tabOf("carol", SIPJS);
    carol.dials("bob");
    carol.isTold("bob is busy.");
    bothHear(alice, bob, VOICE);
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void closingTheTabEndsTheCall(Library library) {
    signIn(library, SIPJS);
    talk();
    alice.leaves();
    bob.isTold("Call ended.");
    bob.isInNoCall();
  }

  @Test
  void oneTabCallsAnotherFromTheListOfThisDevice() {
    signIn(SIPJS, JSSIP);
    alice.seesOnThisDevice("bob");
    bob.seesOnThisDevice("alice");
    bob.clicksCallBeside("alice");
    alice.isRungBy("bob");
    alice.accepts();
    bothHear(alice, bob, VOICE);
  }

  private void theNextCallIsHeard() {
    talk();
    alice.hangsUp();
    bothAreTold("Call ended.");
  }

  private void bothAreTold(String text) {
    alice.isTold(text);
    bob.isTold(text);
    alice.isInNoCall();
    bob.isInNoCall();
  }
}
