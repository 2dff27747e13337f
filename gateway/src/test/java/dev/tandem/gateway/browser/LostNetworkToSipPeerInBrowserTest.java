package dev.tandem.gateway.browser;

import dev.tandem.gateway.browser.Rounds.Stopwatch;
import dev.tandem.testkit.Cable.Way;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * As {@link LostNetworkInBrowserTest}, with a SIP peer as the far side: that the call goes on is
 * seen by a change that both agree on afterwards.
 */
class LostNetworkToSipPeerInBrowserTest extends BrowserTest {
  private static final int ROUNDS_A_CALL = 5;

  /** UDP transactions stay for that long after the last call (RFC 3261 §17.2, timers H, J, L). */
  private static final Duration UDP_MEMORY = Duration.ofSeconds(40);

  private Device device;
  private SipPeer carol;
  private DemoTab bob;

  @BeforeEach
  void giveBobADevice() {
    device = new Device(gateway().address("http"));
    carol = new SipPeer("carol", gateway().address("udp"));
  }

  @AfterEach
  void everybodyLeaves() {
    gateway().hasNoCallLeft();
    carol.close();
    device.close();
  }

  @AfterAll
  void nothingIsLeft() {
    gateway().hasNothingLeft(UDP_MEMORY);
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void anIncomingCallGoesOnRinging(Library library) {
    bob = tabOf("bob", library, device.cable);
    Rounds rounds = new Rounds(library + ", an incoming call rings, from a SIP peer");
    for (int round = 0; round < Rounds.COUNT; round++) {
      carol.calls("bob");
      bob.isRungBy("carol");
      Stopwatch back = rounds.start();
      bobReconnects();
      bob.isRungBy("carol");
      bob.accepts();
      carol.isAnswered();
      bob.sees("On the call");
      back.stop();
      somebodyHangsUp(round);
    }
    rounds.report();
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void aCallGoesOn(Library library) {
    bob = tabOf("bob", library, device.cable);
    Rounds rounds = new Rounds(library + ", during a call, with a SIP peer");
    for (int round = 0; round < Rounds.COUNT; round++) {
      talkIfNotYet(round);
      Stopwatch back = rounds.start();
      bobReconnects();
      bob.sees("On the call");
      bobHolds();
      back.stop();
      bobResumes();
      hangUpAfterTheLast(round);
    }
    rounds.report();
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void aHoldGoesOn(Library library) {
    bob = tabOf("bob", library, device.cable);
    Rounds rounds = new Rounds(library + ", during hold, with a SIP peer");
    for (int round = 0; round < Rounds.COUNT; round++) {
      talkIfNotYet(round);
      boolean bobs = round % 2 == 0;
      if (bobs) {
        bobHolds();
      } else {
        carolHolds();
      }
      Stopwatch back = rounds.start();
      bobReconnects();
      bob.sees(bobs ? "On hold" : "carol put you on hold");
      if (bobs) {
        bobResumes();
      } else {
        carolResumes();
      }
      back.stop();
      hangUpAfterTheLast(round);
    }
    rounds.report();
  }

  /**
   * Bob's own re-INVITE: it is lost with the connection, or its answer is, or Carol answers while
   * he has none.
   */
  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void aReinviteOfTheOneWhoLosesHisNetworkIsDone(Library library) {
    bob = tabOf("bob", library, device.cable);
    Rounds rounds = new Rounds(library + ", during its own re-INVITE, with a SIP peer");
    for (int round = 0; round < Rounds.COUNT; round++) {
      talkIfNotYet(round);
      Stopwatch back = rounds.start();
      switch (round % 3) {
        case 0 -> {
          carol.hesitates();
          bob.pressesHold();
          carol.isAskedForAChange();
          device.cable.cut();
          bob.seesConnection("Reconnecting…");
          carol.answers();
          device.findsNetwork();
        }
        case 1 -> {
          device.cable.swallows(Way.TO_SERVER);
          bob.pressesHold();
          bob.sees("Putting on hold…");
          device.changesNetwork();
        }
        default -> {
          carol.hesitates();
          bob.pressesHold();
          carol.isAskedForAChange();
          device.cable.swallows(Way.TO_DEVICE);
          carol.answers();
          device.changesNetwork();
        }
      }
      carol.comesTo("bob's hold", () -> bob.showsNow("On hold"));
      back.stop();
      bobResumes();
      hangUpAfterTheLast(round);
    }
    rounds.report();
  }

  /** Carol's re-INVITE: one time it is lost on its way to Bob, the other time his answer. */
  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void aReinviteOfTheOtherSideIsDone(Library library) {
    bob = tabOf("bob", library, device.cable);
    Rounds rounds = new Rounds(library + ", during a re-INVITE of the other side, a SIP peer");
    for (int round = 0; round < Rounds.COUNT; round++) {
      talkIfNotYet(round);
      device.cable.swallows(round % 2 == 0 ? Way.TO_DEVICE : Way.TO_SERVER);
      carol.holds();
      if (round % 2 == 1) {
        bob.sees("carol put you on hold");
      }
      Stopwatch back = rounds.start();
      device.changesNetwork();
      carol.isAnswered();
      bob.sees("carol put you on hold");
      back.stop();
      carolResumes();
      hangUpAfterTheLast(round);
    }
    rounds.report();
  }

  private void talkIfNotYet(int round) {
    if (round % ROUNDS_A_CALL == 0) {
      if (round % 2 == 0) {
        carol.calls("bob");
        bob.isRungBy("carol");
        bob.accepts();
        carol.isAnswered();
      } else {
        bob.dials("carol");
      }
      carol.comesTo("a call", () -> bob.showsNow("On the call"));
    }
  }

  private void bobReconnects() {
    device.cable.cut();
    bob.seesConnection("Reconnecting…");
    device.findsNetwork();
    bob.seesConnection("Online");
  }

  private void bobHolds() {
    bob.pressesHold();
    carol.comesTo("bob's hold", () -> bob.showsNow("On hold"));
  }

  private void bobResumes() {
    bob.pressesHold();
    carol.comesTo("bob's resume", () -> bob.showsNow("On the call"));
  }

  private void carolHolds() {
    carol.holds();
    carol.isAnswered();
    bob.sees("carol put you on hold");
  }

  private void carolResumes() {
    carol.resumes();
    carol.isAnswered();
    bob.sees("On the call");
  }

  private void hangUpAfterTheLast(int round) {
    if (round % ROUNDS_A_CALL == ROUNDS_A_CALL - 1 || round == Rounds.COUNT - 1) {
      somebodyHangsUp(round / ROUNDS_A_CALL);
    }
  }

  private void somebodyHangsUp(int turn) {
    if (turn % 2 == 0) {
      bob.hangsUp();
      carol.isHungUpOn();
    } else {
      carol.hangsUp();
    }
    bob.isTold("Call ended.");
    bob.isInNoCall();
  }
}
