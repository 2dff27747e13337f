package dev.tandem.gateway.browser;

import static dev.tandem.gateway.browser.Ears.bothHear;
import static dev.tandem.gateway.browser.Ears.hear;
import static dev.tandem.gateway.browser.Library.JSON;
import static dev.tandem.gateway.browser.Library.JSSIP;
import static dev.tandem.gateway.browser.Library.SIPJS;
import static dev.tandem.gateway.browser.Sound.NOTHING;
import static dev.tandem.gateway.browser.Sound.SILENCE;
import static dev.tandem.gateway.browser.Sound.VOICE;

import dev.tandem.gateway.browser.Rounds.Stopwatch;
import dev.tandem.testkit.Cable.Way;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Bob's device loses its network in every phase of a call with Alice, and comes back from another
 * address: the call goes on, is heard, and can be ended by both. Only his signalling is lost; the
 * audio goes from tab to tab.
 */
class LostNetworkInBrowserTest extends BrowserTest {
  /** Rounds within one call; then somebody hangs up, and the next call begins. */
  private static final int ROUNDS_A_CALL = 5;

  private static final int JSON_ROUNDS = Integer.getInteger("tandem.rounds", 1);

  private Device device;
  private DemoTab alice;
  private DemoTab bob;

  @BeforeEach
  void giveBobADevice() {
    device = new Device(gateway().address("http"));
  }

  @AfterEach
  void nothingIsLeft() {
    gateway()
        .hasNothingLeft(Duration.ofSeconds(10)); // before the tab goes, which may owe an answer
    device.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void anIncomingCallGoesOnRinging(Library library) {
    signIn(library);
    Rounds rounds = new Rounds(library + ", an incoming call rings, to a browser");
    for (int round = 0; round < Rounds.COUNT; round++) {
      alice.dials("bob");
      bob.isRungBy("alice");
      Stopwatch back = rounds.start();
      bobReconnects();
      bob.isRungBy("alice");
      alice.sees("Ringing…");
      bob.accepts();
      bothHear(alice, bob, VOICE);
      back.stop();
      somebodyHangsUp(round);
    }
    rounds.report();
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void whatIsAcceptedWithoutConnectionIsAnsweredWithTheNextOne(Library library) {
    signIn(library);
    alice.dials("bob");
    bob.isRungBy("alice");
    device.cable.cut();
    bob.seesConnection("Reconnecting…");
    bob.accepts();
    device.findsNetwork();
    bothHear(alice, bob, VOICE);
    somebodyHangsUp(0);
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void whatIsDeclinedWithoutConnectionIsDeclinedWithTheNextOne(Library library) {
    signIn(library);
    alice.dials("bob");
    bob.isRungBy("alice");
    device.cable.cut();
    bob.seesConnection("Reconnecting…");
    bob.declines();
    device.findsNetwork();
    alice.isTold("bob declined the call.");
    bob.stopsRinging();
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void aCallGoesOn(Library library) {
    signIn(library);
    Rounds rounds = new Rounds(library + ", during a call, to a browser");
    for (int round = 0; round < Rounds.COUNT; round++) {
      talkIfNotYet(round);
      Stopwatch back = rounds.start();
      bobReconnects();
      bob.sees("On the call");
      bothHear(alice, bob, VOICE);
      back.stop();
      hangUpAfterTheLast(round);
    }
    rounds.report();
  }

  /** Nobody notices the silence; the device only says that it has a network again. */
  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void aCallGoesOnWhenTheNetworkFellSilent(Library library) {
    signIn(library);
    talk();
    device.cable.pull();
    device.findsNetwork();
    bob.isToldOfNewNetwork();
    bob.seesConnection("Online");
    bob.pressesHold();
    alice.sees("bob put you on hold");
    bob.pressesHold();
    bothHear(alice, bob, VOICE);
    somebodyHangsUp(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void whoIsHungUpOnWithoutConnectionLearnsItWithTheNextOne(Library library) {
    signIn(library);
    talk();
    device.cable.cut();
    bob.sees("Connection lost, call kept. Reconnecting…");
    alice.hangsUp();
    alice.isTold("Call ended.");
    device.findsNetwork();
    bothAreTold("Call ended.");
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void whoHangsUpWithoutConnectionDoesSoWithTheNextOne(Library library) {
    signIn(library);
    talk();
    device.cable.cut();
    bob.sees("Connection lost, call kept. Reconnecting…");
    bob.hangsUp();
    bob.isTold("Call ended.");
    device.findsNetwork();
    bothAreTold("Call ended.");
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void aHoldGoesOn(Library library) {
    signIn(library);
    Rounds rounds = new Rounds(library + ", during hold, to a browser");
    for (int round = 0; round < Rounds.COUNT; round++) {
      talkIfNotYet(round);
      DemoTab holder = round % 2 == 0 ? bob : alice;
      DemoTab held = holder == bob ? alice : bob;
      holder.pressesHold();
      held.sees(holder.name() + " put you on hold");
      holder.sees("On hold");
      Stopwatch back = rounds.start();
      bobReconnects();
      holder.sees("On hold");
      hear(holder, NOTHING, held, SILENCE);
      holder.pressesHold();
      bothSee("On the call");
      bothHear(alice, bob, VOICE);
      back.stop();
      hangUpAfterTheLast(round);
    }
    rounds.report();
  }

  /** Bob's own re-INVITE: one time it is lost with the connection, the other time its answer. */
  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void aReinviteOfTheOneWhoLosesHisNetworkIsDone(Library library) {
    signIn(library);
    Rounds rounds = new Rounds(library + ", during its own re-INVITE, to a browser");
    for (int round = 0; round < Rounds.COUNT; round++) {
      talkIfNotYet(round);
      device.cable.swallows(round % 2 == 0 ? Way.TO_SERVER : Way.TO_DEVICE);
      bob.pressesHold();
      if (round % 2 == 0) {
        bob.sees("Putting on hold…");
      } else {
        alice.sees("bob put you on hold");
      }
      Stopwatch back = rounds.start();
      device.changesNetwork();
      alice.sees("bob put you on hold");
      bob.sees("On hold");
      resumes(bob, alice);
      back.stop();
      hangUpAfterTheLast(round);
    }
    rounds.report();
  }

  /** Alice's re-INVITE: one time it is lost on its way to Bob, the other time his answer. */
  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void aReinviteOfTheOtherSideIsDone(Library library) {
    signIn(library);
    Rounds rounds = new Rounds(library + ", during a re-INVITE of the other side, a browser");
    for (int round = 0; round < Rounds.COUNT; round++) {
      talkIfNotYet(round);
      device.cable.swallows(round % 2 == 0 ? Way.TO_DEVICE : Way.TO_SERVER);
      alice.pressesHold();
      if (round % 2 == 0) {
        alice.sees("Putting on hold…");
      } else {
        bob.sees("alice put you on hold");
      }
      Stopwatch back = rounds.start();
      device.changesNetwork();
      alice.sees("On hold");
      bob.sees("alice put you on hold");
      resumes(alice, bob);
      back.stop();
      hangUpAfterTheLast(round);
    }
    rounds.report();
  }

  /**
   * By the JSON dialect: a call with every phase in it. What is lost of changes is the requests in
   * one round and their answers in the next ({@code -Dtandem.rounds=2}).
   */
  @Test
  void aJsonPageLosesItsNetworkInEveryPhase() {
    signIn(JSON);
    for (int round = 0; round < JSON_ROUNDS; round++) {
      alice.dials("bob");
      bob.isRungBy("alice");
      bobReconnects();
      bob.isRungBy("alice");
      alice.sees("Ringing…");
      device.cable.cut();
      bob.seesConnection("Reconnecting…");
      bob.accepts();
      device.findsNetwork();
      bothHear(alice, bob, VOICE);

      Way lost = Way.values()[round % 2];
      device.cable.swallows(lost);
      bob.pressesHold();
      if (lost == Way.TO_DEVICE) {
        alice.sees("bob put you on hold");
      }
      device.changesNetwork();
      alice.sees("bob put you on hold");
      bob.sees("On hold");
      bob.pressesHold();
      bothSee("On the call");

      device.cable.swallows(lost);
      alice.pressesHold();
      if (lost == Way.TO_SERVER) {
        bob.sees("alice put you on hold");
      }
      device.changesNetwork();
      bob.sees("alice put you on hold");
      alice.sees("On hold");
      resumes(alice, bob);

      device.cable.cut();
      bob.sees("Connection lost, call kept. Reconnecting…");
      (round % 2 == 0 ? alice : bob).hangsUp();
      device.findsNetwork();
      bothAreTold("Call ended.");
      bob.seesConnection("Online");
    }
  }

  private void signIn(Library library) {
    alice = tabOf("alice", library == SIPJS ? JSSIP : SIPJS);
    bob = tabOf("bob", library, device.cable);
  }

  private void talkIfNotYet(int round) {
    if (round % ROUNDS_A_CALL == 0) {
      talk();
    }
  }

  private void talk() {
    alice.dials("bob");
    bob.isRungBy("alice");
    bob.accepts();
    bothHear(alice, bob, VOICE);
  }

  private void bobReconnects() {
    device.cable.cut();
    bob.seesConnection("Reconnecting…");
    device.findsNetwork();
    bob.seesConnection("Online");
  }

  private void resumes(DemoTab holder, DemoTab held) {
    holder.pressesHold();
    holder.sees("On the call");
    held.sees("On the call");
    bothHear(holder, held, VOICE);
  }

  private void hangUpAfterTheLast(int round) {
    if (round % ROUNDS_A_CALL == ROUNDS_A_CALL - 1 || round == Rounds.COUNT - 1) {
      somebodyHangsUp(round / ROUNDS_A_CALL);
    }
  }

  private void somebodyHangsUp(int turn) {
    (turn % 2 == 0 ? bob : alice).hangsUp();
    bothAreTold("Call ended.");
  }

  private void bothSee(String status) {
    alice.sees(status);
    bob.sees(status);
  }

  private void bothAreTold(String text) {
    alice.isTold(text);
    bob.isTold(text);
    alice.isInNoCall();
    bob.isInNoCall();
  }
}
