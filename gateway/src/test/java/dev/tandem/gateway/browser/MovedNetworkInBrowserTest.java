package dev.tandem.gateway.browser;

import static dev.tandem.gateway.browser.Ears.bothHear;
import static dev.tandem.gateway.browser.Library.JSSIP;
import static dev.tandem.gateway.browser.Library.SIPJS;
import static dev.tandem.gateway.browser.Sound.VOICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.Main;
import dev.tandem.gateway.browser.Chromium.Profile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Bob's computer gets another address in the middle of a call, and the one before is gone, for
 * signalling and audio alike: the page finds out, reconnects, and restarts ICE.
 */
@Tag("browser")
@EnabledIf("dev.tandem.gateway.browser.TwoPlaces#canBeMade")
class MovedNetworkInBrowserTest {
  private static final String PORT = "8080";

  private static final String CONFIG =
      """
      domain: tandem.example
      http:
        listen: ["127.0.0.1:%1$s", "%2$s:%1$s"]
      sip:
        listen:
          udp: []
          tcp: []
      users:
        - {user: alice, password: secret}
        - {user: bob, password: secret}
      """
          .formatted(PORT, TwoPlaces.GATEWAY);

  @TempDir private Path directory;
  private TwoPlaces places;
  private Chromium chromiumAtHome;
  private Chromium chromiumAway;

  @BeforeEach
  void start() throws Exception {
    places = new TwoPlaces(directory);
    Path output = directory.resolve("gateway.log");
    String config = Files.writeString(directory.resolve("tandem.yaml"), CONFIG).toString();
    String classes = System.getProperty("java.class.path");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    places.start(
        TwoPlaces.HOME, output, java, "-cp", classes, Main.class.getName(), "--config", config);
    String url = "http://" + TwoPlaces.GATEWAY + ":" + PORT;
    chromiumAtHome = new Chromium(places.launcher(TwoPlaces.HOME, "/usr/bin/chromium"), List.of());
    chromiumAway =
        new Chromium(
            places.launcher(TwoPlaces.AWAY, "/usr/bin/chromium"),
            List.of(
                // Otherwise there is no microphone on a page that is neither local nor https.
                "--unsafely-treat-insecure-origin-as-secure=" + url,
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE " + TwoPlaces.GATEWAY));
    await("the gateway to start")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(Files.readString(output)).contains("Open the demo"));
  }

  @AfterEach
  void stop() {
    chromiumAway.close();
    chromiumAtHome.close();
    places.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void aCallIsHeardAgainFromTheOtherAddress(Library library) throws Exception {
    try (Profile home = chromiumAtHome.newProfile();
        Profile away = chromiumAway.newProfile()) {
      DemoTab alice = home.open("http://127.0.0.1:" + PORT + "/");
      alice.signsInAs("alice", library == SIPJS ? JSSIP : SIPJS);
      DemoTab bob = away.open("http://" + TwoPlaces.GATEWAY + ":" + PORT + "/");
      bob.signsInAs("bob", library);
      alice.dials("bob");
      bob.isRungBy("alice");
      bob.accepts();
      bothHear(alice, bob, VOICE);
      String before = bob.iceUserFragment();

      places.move();
      bothHear(alice, bob, VOICE, Duration.ofSeconds(60));
      assertThat(bob.iceUserFragment()).isNotEqualTo(before);
      bob.seesConnection("Online");
      bob.hangsUp();
      alice.isTold("Call ended.");
    }
  }
}
