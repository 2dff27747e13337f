package dev.tandem.gateway.browser;

import static dev.tandem.gateway.browser.Library.JSSIP;
import static dev.tandem.gateway.browser.Library.SIPJS;
import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.NOTIFY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.browser.Chromium.Profile;
import dev.tandem.gateway.media.EchoingRtp;
import dev.tandem.gateway.media.RtpengineDaemon;
import dev.tandem.gateway.pbx.Asterisk;
import dev.tandem.testkit.Ladder;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A real browser and a real Asterisk that speaks plain RTP, with a real rtpengine between them: the
 * browser hears what Asterisk plays, and Asterisk what the browser says.
 */
@Tag("browser")
@Tag("foreign")
@TestInstance(Lifecycle.PER_CLASS)
class AsteriskInBrowserTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** 700 is the browser. */
  private static final String DIAL_PLAN =
      """
      exten => 605,1,Answer()
       same => n,Read(D,,4,,1,15)
       same => n,Log(NOTICE,the digits were ${D})
       same => n,Wait(30)
      exten => 606,1,Progress()
       same => n,PlayTones(440)
       same => n,Wait(60)
      exten => 607,1,Answer()
       same => n,Wait(1)
       same => n,Transfer(PJSIP/sip:bob@%1$s:%2$d)
       same => n,Log(NOTICE,the transfer was ${TRANSFERSTATUS})
       same => n,Hangup()
      exten => 608,1,Answer()
       same => n,Wait(2)
       same => n,SendDTMF(4#7)
       same => n,Wait(30)
      exten => 700,1,Dial(PJSIP/alice@tandem,20,tT)
      """;

  @TempDir static Path folder;
  private RtpengineDaemon engine;
  private Asterisk pbx;
  private Chromium chromium;
  private GatewayWithPage gateway;
  private Ladder ladder;
  private Profile profile;

  @BeforeAll
  void start() throws Exception {
    engine = new RtpengineDaemon(folder).start();
    pbx = Asterisk.at("127.0.0.6");
    chromium = new Chromium();
    gateway =
        GatewayWithPage.start(
            """
            domain: tandem.example
            http: {listen: ["127.0.0.1:0"]}
            sip: {listen: {udp: ["127.0.0.1:0"], tcp: []}}
            users:
              - {user: alice, password: secret}
              - {user: bob, password: secret}
            media:
              rtpengine:
                dtmfListen: "%s"
                engines: [{address: "%s"}]
            trunks:
              - {name: pbx, address: "%s", transport: udp, media: rtp}
            routes:
              - {number: "6*", trunk: pbx}
            """
                .formatted(engine.tellsKeysTo(), engine.hostAndPort(), pbx.address()));
    pbx.pjsip(Asterisk.ipTrunk("tandem", gateway.address("udp"), "udp", "moh_passthrough = yes"))
        .pjsip(Asterisk.phone("6002"))
        .extensions(
            Asterisk.NUMBERS
                + DIAL_PLAN.formatted(
                    gateway.address("udp").getHostString(), gateway.address("udp").getPort()))
        .start();
  }

  @AfterAll
  void stop() {
    gateway.close();
    chromium.close();
    pbx.close();
    engine.close();
  }

  @BeforeEach
  void openProfile() {
    ladder = new Ladder(PATIENCE);
    profile = chromium.newProfile();
  }

  @AfterEach
  void nothingIsLeft() {
    profile.close();
    ladder.close();
    gateway.hasNoCallLeft();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(engine.calls()).isEmpty());
    pbx.comesToSay("core show channels", said -> said.contains("0 active calls"));
  }

  private DemoTab alice(Library library) {
    return profile.open(gateway.pageUrl()).signsInAs("alice", library);
  }

  private static void hears(DemoTab tab, Sound sound) {
    await(sound.name())
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              tab.startListening(Duration.ofMillis(700));
              assertThat(tab.heard()).matches(sound::is, sound.name());
            });
  }

  private void comesToWrite(String words, Runnable cause) {
    int before = pbx.console().length();
    cause.run();
    await(words).atMost(PATIENCE).until(() -> pbx.console().indexOf(words, before) >= 0);
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void whatIsPlayedBeforeTheAnswerIsHeardAndSoIsTheAnswer(Library library) {
    DemoTab tab = alice(library);
    tab.dials("606");
    hears(tab, Sound.VOICE);
    assertThat(tab.showsNow("On the call")).isFalse();
    pbx.putsThrough("tandem", "600");
    tab.sees("On the call");
    hears(tab, Sound.VOICE);
    tab.hangsUp();
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void itsEchoIsHeardAndItReadsTheDigitsThatTheBrowserSends(Library library) {
    DemoTab tab = alice(library);
    tab.dials("600");
    tab.sees("On the call");
    hears(tab, Sound.VOICE);
    readsDigits(tab, "4711");
    tab.losesTelephoneEvents(); // from now on it sends INFO
    pbx.putsThrough("tandem", "600");
    hears(tab, Sound.VOICE);
    readsDigits(tab, "2580");
    tab.hangsUp();
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP", "JSON"})
  void theDigitsThatItSendsAreReadInTheBrowser(Library library) {
    DemoTab tab = alice(library);
    tab.dials("608");
    tab.sees("On the call");
    await()
        .pollInSameThread()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              tab.sees("On the call");
              assertThat(told(tab, library)).containsExactly("4", "#", "7");
            });
    tab.hangsUp();
  }

  /** The keys that its page was told of, in their order. */
  private static List<String> told(DemoTab tab, Library library) {
    Pattern key =
        Pattern.compile(
            library == Library.JSON
                ? "< .\"type\":\"dtmf\".*\"digits\":\"(.)\""
                : "< INFO .*Signal=(.)");
    return tab.wire().stream()
        .map(key::matcher)
        .filter(Matcher::find)
        .map(found -> found.group(1))
        .toList();
  }

  private void readsDigits(DemoTab tab, String digits) {
    pbx.putsThrough("tandem", "605");
    pbx.comesToSay("core show channels", said -> said.contains("Read("));
    comesToWrite(
        "the digits were " + digits,
        () -> digits.chars().forEach(digit -> tab.sendsTone(Character.toString(digit))));
  }

  @Test
  void itsDialPlanPutsTheBrowserThroughToAnother() {
    DemoTab tab = alice(SIPJS);
    DemoTab bob = profile.open(gateway.pageUrl()).signsInAs("bob", JSSIP);
    comesToWrite(
        "the transfer was SUCCESS",
        () -> {
          tab.dials("607");
          bob.accepts();
        });
    Ears.bothHear(tab, bob, Sound.VOICE);
    bob.hangsUp();
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void itsPhoneCallsHoldsAndPutsThroughTheBrowser(Library library) {
    DemoTab tab = alice(library);
    try (EchoingRtp rtp = new EchoingRtp("127.0.0.8")) {
      PhoneIdentity identity = new PhoneIdentity("6002", "pbx.test", "secret");
      Phone phone = Phone.pbxUdp(ladder, "6002", identity, "127.0.0.8", pbx::socketAddress);
      phone.registers();
      phone.describes(rtp.sdp()).invites("sip:700@pbx.test");
      tab.accepts();
      answered(phone);
      hears(tab, Sound.VOICE);
      assertThat(rtp.packets()).isGreaterThan(25);

      phone.describes(Sdp.directed(rtp.sdp(), "sendonly")).sends(INVITE);
      answered(phone);
      tab.sees("6002 put you on hold");
      phone.describes(rtp.sdp()).sends(INVITE);
      answered(phone);
      tab.sees("On the call");
      hears(tab, Sound.VOICE);

      phone.sends(
          "REFER",
          refer ->
              refer
                  .add("Refer-To", "<sip:600@pbx.test>")
                  .add("Contact", "<" + phone.contactUri() + ">"));
      phone.receives(202);
      leaves(phone);
      int before = rtp.packets();
      hears(tab, Sound.VOICE);
      assertThat(rtp.packets() - before).isLessThan(10);
    }
    tab.hangsUp();
  }

  private static void answered(Phone phone) {
    SipText answer = phone.receivesAny();
    while (answer.status() < 200) {
      answer = phone.receivesAny();
    }
    assertThat(answer.status()).isEqualTo(200);
    phone.sends(ACK);
  }

  /** Hears that the transfer is done, and hangs up. */
  private static void leaves(Phone phone) {
    SipText heard = phone.receives(NOTIFY);
    phone.answers(heard, 200);
    while (!heard.bodyText().contains("200 ")) {
      heard = phone.receives(NOTIFY);
      phone.answers(heard, 200);
    }
    phone.sends(BYE);
    phone.receives(200, BYE);
  }
}
