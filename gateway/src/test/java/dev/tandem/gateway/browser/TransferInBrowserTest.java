package dev.tandem.gateway.browser;

import static dev.tandem.gateway.browser.Ears.bothHear;
import static dev.tandem.gateway.browser.Ears.hear;
import static dev.tandem.gateway.browser.Library.JSSIP;
import static dev.tandem.gateway.browser.Library.SIPJS;
import static dev.tandem.gateway.browser.Sound.NOTHING;
import static dev.tandem.gateway.browser.Sound.SILENCE;
import static dev.tandem.gateway.browser.Sound.VOICE;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Alice talks to Bob and puts him through to Carol, whom she asked or did not ask. A browser that
 * is transferred gets another peer on the RTCPeerConnection that it has, with other keys and other
 * ICE credentials.
 */
class TransferInBrowserTest extends BrowserTest {
  private DemoTab alice;
  private DemoTab bob;
  private DemoTab carol;

  static Stream<Arguments> three() {
    return Stream.of(
        Arguments.of(SIPJS, JSSIP, SIPJS),
        Arguments.of(JSSIP, SIPJS, JSSIP),
        Arguments.of(SIPJS, SIPJS, SIPJS),
        Arguments.of(JSSIP, JSSIP, JSSIP));
  }

  private void talk(Library hers, Library his, Library third, boolean aliceCalls) {
    alice = tabOf("alice", hers);
    bob = tabOf("bob", his);
    carol = tabOf("carol", third);
    DemoTab caller = aliceCalls ? alice : bob;
    DemoTab callee = aliceCalls ? bob : alice;
    caller.dials(callee.name());
    callee.isRungBy(caller.name());
    callee.accepts();
    bothHear(alice, bob, VOICE);
  }

  private void theTwoTalk() {
    alice.isTold("You put them through.");
    alice.isInNoCall();
    bothHear(bob, carol, VOICE);
    carol.pressesHold();
    carol.sees("On hold");
    hear(carol, NOTHING, bob, SILENCE);
    carol.pressesHold();
    bothHear(bob, carol, VOICE);
    bob.pressesHold();
    bob.sees("On hold");
    bob.pressesHold();
    bothHear(bob, carol, VOICE);
    carol.hangsUp();
    bob.isTold("Call ended.");
    gateway().hasNoCallLeft();
  }

  @ParameterizedTest(name = "{0} puts {1} through to {2}")
  @MethodSource("three")
  void blindly(Library hers, Library his, Library third) {
    talk(hers, his, third, true);
    alice.putsThroughTo("carol");
    carol.isRungBy("bob");
    bothHear(alice, bob, VOICE); // until somebody answers
    carol.accepts();
    theTwoTalk();
  }

  @ParameterizedTest(name = "{0}, who was called, puts {1} through to {2}")
  @MethodSource("three")
  void blindlyByTheOneWhoWasCalled(Library hers, Library his, Library third) {
    talk(hers, his, third, false);
    alice.putsThroughTo("carol");
    carol.isRungBy("bob");
    carol.accepts();
    theTwoTalk();
  }

  @ParameterizedTest(name = "{0} puts {1} through to {2}")
  @MethodSource("three")
  void afterAskingFirst(Library hers, Library his, Library third) {
    talk(hers, his, third, true);
    alice.asksFirst("carol");
    carol.isRungBy("alice");
    alice.seesWaiting("bob");
    carol.accepts();
    bothHear(alice, carol, VOICE);
    hear(bob, SILENCE, carol, VOICE);
    alice.putsThrough();
    theTwoTalk();
  }

  @ParameterizedTest(name = "{0}, who was called, puts {1} through to {2}")
  @MethodSource("three")
  void afterAskingFirstByTheOneWhoWasCalled(Library hers, Library his, Library third) {
    talk(hers, his, third, false);
    alice.asksFirst("carol");
    carol.isRungBy("alice");
    carol.accepts();
    bothHear(alice, carol, VOICE);
    alice.putsThrough();
    theTwoTalk();
  }

  @ParameterizedTest(name = "{0} tries to put {1} through to {2}")
  @MethodSource("three")
  void whoIsDeclinedIsBackInTheCall(Library hers, Library his, Library third) {
    talk(hers, his, third, true);
    alice.putsThroughTo("carol");
    carol.isRungBy("bob");
    carol.declines();
    alice.seesHint("They could not be put through (code 603). The call goes on.");
    bothHear(alice, bob, VOICE);
    alice.asksFirst("carol");
    carol.isRungBy("alice");
    carol.declines();
    alice.sees("On hold");
    alice.pressesHold();
    bothHear(alice, bob, VOICE);
    bob.hangsUp();
    alice.isTold("Call ended.");
    gateway().hasNoCallLeft();
  }
}
