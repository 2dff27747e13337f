package dev.tandem.gateway.browser;

import static dev.tandem.gateway.browser.Library.JSSIP;
import static dev.tandem.gateway.browser.Library.SIPJS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.browser.Chromium.Profile;
import dev.tandem.gateway.pbx.Asterisk;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A real browser is extension 6001 of a real Asterisk, by forwarded registration. Sound goes from
 * one to the other, by ICE and DTLS-SRTP: nothing is in between.
 */
@Tag("browser")
@Tag("foreign")
@TestInstance(Lifecycle.PER_CLASS)
class ExtensionInBrowserTest {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Asterisk pbx = Asterisk.at("127.0.0.8");
  private Chromium chromium;

  @BeforeAll
  void start() {
    pbx.pjsip(
        Asterisk.phone("6001", "webrtc = yes\n")
            .replace(
                "support_path = yes",
                "support_path = yes\nqualify_frequency = 1\nqualify_2xx_only = yes"));
    pbx.extensions(Asterisk.NUMBERS).start();
    chromium = new Chromium();
  }

  @AfterAll
  void stop() {
    if (chromium != null) {
      chromium.close();
    }
    pbx.close();
  }

  static Stream<Arguments> ways() {
    return Stream.of(
        Arguments.of(SIPJS, "path"),
        Arguments.of(JSSIP, "path"),
        Arguments.of(SIPJS, "contact"),
        Arguments.of(JSSIP, "contact"));
  }

  private GatewayWithPage gateway(String mode) throws Exception {
    return GatewayWithPage.start(
        """
        domain: pbx.example
        http: {listen: ["127.0.0.1:0"]}
        sip: {listen: {udp: ["127.0.0.1:0"], tcp: ["127.0.0.1:0"]}}
        trunks:
          - {name: pbx, address: "%s", transport: udp}
        registrar:
          forward:
            - {users: ["60*"], trunk: pbx, mode: %s}
        """
            .formatted(pbx.address(), mode));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("ways")
  void registersCallsTheEchoAndIsCalled(Library library, String mode) throws Exception {
    try (GatewayWithPage gateway = gateway(mode);
        Profile profile = chromium.newProfile()) {
      DemoTab tab = profile.open(gateway.pageUrl()).signsInAs("6001", library);
      pbx.comesToSay("pjsip show contacts", said -> said.matches("(?s).*6001/sip:6001.* Avail .*"));

      tab.dials("600");
      tab.sees("On the call");
      hears(tab);
      tab.hangsUp();
      tab.isTold("Call ended.");
      pbx.comesToSay("core show channels", said -> said.contains("0 active calls"));

      pbx.calls("6001", "600");
      pbx.comesToSay("core show channels", said -> said.contains("Ring"));
      tab.accepts();
      tab.sees("On the call");
      hears(tab);
      pbx.cli("channel request hangup all");
      tab.isTold("Call ended.");
      gateway.hasNoCallLeft();

      tab.signsOut();
      pbx.comesToSay("pjsip show contacts", said -> !said.contains("6001/sip:"));
    }
  }

  /** Its own voice, which came back from the PBX. */
  private static void hears(DemoTab tab) {
    await("the echo")
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              tab.startListening(Duration.ofSeconds(1));
              assertThat(tab.heard()).matches(Sound.VOICE::is, "VOICE");
            });
  }
}
