package dev.tandem.gateway.browser;

import static dev.tandem.gateway.browser.Ears.bothHear;
import static dev.tandem.gateway.browser.Library.JSSIP;
import static dev.tandem.gateway.browser.Library.SIPJS;
import static dev.tandem.gateway.browser.Sound.VOICE;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes wrong is told in words that help, and leaves the page usable. */
class TroubleInBrowserTest extends BrowserTest {

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void aWrongPasswordIsTold(Library library) {
    DemoTab alice = tab();
    alice.triesToSignInAs("alice", "guess", library);
    alice.isToldAtSignIn("Wrong user name or password for alice@tandem.example.");
    alice.signsInAs("alice", library);
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void anUnknownAccountReadsLikeAWrongPassword(Library library) {
    DemoTab mallory = tab();
    mallory.triesToSignInAs("mallory", "secret", library);
    mallory.isToldAtSignIn("Wrong user name or password for mallory@tandem.example.");
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void anOfflinePersonIsTold(Library library) {
    DemoTab alice = tabOf("alice", library);
    alice.dials("dave");
    alice.isTold("dave is offline.");
    alice.isInNoCall();
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void somebodyWhoSignedOutIsOffline(Library library) {
    DemoTab alice = tabOf("alice", SIPJS);
    DemoTab bob = tabOf("bob", library);
    alice.seesOnThisDevice("bob");
    bob.signsOut();
    alice.seesOnThisDevice();
    alice.dials("bob");
    alice.isTold("bob is offline.");
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void anUnknownPersonIsTold(Library library) {
    DemoTab alice = tabOf("alice", library);
    alice.dials("nobody");
    alice.isTold("nobody does not exist here. Check the name or number.");
  }

  @Test
  void nonsenseIsNotDialled() {
    DemoTab alice = tabOf("alice", SIPJS);
    alice.dials("bob marley");
    alice.isTold("That is not a name or number that can be called.");
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void aBlockedMicrophoneIsToldToTheCaller(Library library) {
    DemoTab alice = tabOf("alice", library);
    alice.losesMicrophonePermission();
    alice.dials("bob");
    alice.isTold(
        "The microphone is blocked. Allow it for this page in the browser's address bar, then try"
            + " again.");
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void aBlockedMicrophoneIsToldToTheCalleeWhoCanStillDecline(Library library) {
    DemoTab alice = tabOf("alice", SIPJS);
    DemoTab bob = tabOf("bob", library);
    bob.losesMicrophonePermission();
    alice.dials("bob");
    bob.isRungBy("alice");
    bob.accepts();
    bob.isToldWhileRinging("The microphone is blocked.");
    bob.declines();
    alice.isTold("bob declined the call.");
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void aGatewayThatIsGoneIsTold(Library library) throws Exception {
    DemoTab alice;
    String url;
    try (GatewayWithPage gone = GatewayWithPage.start()) {
      alice = tabAt(gone.pageUrl());
      alice.chooses(library);
      url = gone.webSocketUrl();
    }
    alice.triesToSignInAs("alice", "secret", library);
    alice.isToldAtSignIn(
        "Cannot reach " + url + ". Is the gateway running, and is this the right address?");
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void aPageFromElsewhereIsRefusedByItsOrigin(Library library) throws Exception {
    try (PageElsewhere elsewhere = PageElsewhere.serve()) {
      DemoTab alice = tabAt(elsewhere.url());
      alice.choosesServer(gateway().webSocketUrl());
      alice.triesToSignInAs("alice", "secret", library);
      alice.isToldAtSignIn(
          gateway().webSocketUrl()
              + " is there, but it refuses this page. Its list of allowed origins must include "
              + elsewhere.origin()
              + ", and the path must be the WebSocket path.");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void ourOwnPageTalksOnlyToItsOwnGateway(Library library) throws Exception {
    try (GatewayWithPage other = GatewayWithPage.start()) {
      DemoTab alice = tab();
      alice.choosesServer(other.webSocketUrl());
      alice.triesToSignInAs("alice", "secret", library);
      alice.isToldAtSignIn(
          "This page may connect only to the gateway that it came from. Open the page at the"
              + " gateway you want to use.");
      alice.forgivesPolicyViolations();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void aLostConnectionComesBackByItselfAndCallsArriveAgain(Library library) {
    DemoTab alice = tab();
    alice.watchConnection();
    alice.reloads();
    alice.signsInAs("alice", library);
    DemoTab bob = tabOf("bob", JSSIP);

    alice.loseConnection();
    alice.seesConnection("Reconnecting…");
    alice.seesConnection("Online");

    bob.dials("alice");
    alice.isRungBy("bob");
    alice.accepts();
    bothHear(alice, bob, VOICE);
  }
}
