package dev.tandem.gateway.browser;

import static dev.tandem.gateway.browser.Ears.bothHear;
import static dev.tandem.gateway.browser.Ears.hear;
import static dev.tandem.gateway.browser.Sound.NOTHING;
import static dev.tandem.gateway.browser.Sound.SILENCE;
import static dev.tandem.gateway.browser.Sound.VOICE;

/** Alice and Bob, each in a tab of the demo, and what they do in most calls. */
abstract class TwoInBrowserTest extends BrowserTest {
  DemoTab alice;
  DemoTab bob;

  final void signIn(Library caller, Library callee) {
    alice = tabOf("alice", caller);
    bob = tabOf("bob", callee);
  }

  final void ring() {
    alice.dials("bob");
    bob.isRungBy("alice");
    alice.sees("Ringing…");
  }

  final void talk() {
    ring();
    bob.accepts();
    bothHear(alice, bob, VOICE);
  }

  final void holdAndResume(DemoTab holder, DemoTab held, String told) {
    holder.pressesHold();
    holder.sees("On hold");
    held.sees(told);
    hear(holder, NOTHING, held, SILENCE);
    holder.pressesHold();
    holder.sees("On the call");
    held.sees("On the call");
    bothHear(holder, held, VOICE);
  }
}
