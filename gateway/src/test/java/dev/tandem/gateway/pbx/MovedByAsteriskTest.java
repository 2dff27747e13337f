package dev.tandem.gateway.pbx;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.NOTIFY;
import static dev.tandem.testkit.Sip.REFER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.GatewayEnvironment;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A browser is extension 6001 of a real Asterisk, whose phones 6002 and 6003 and whose dial plan
 * put it on hold and through to somebody else.
 */
@Tag("foreign")
class MovedByAsteriskTest extends BesideAsterisk {
  private Phone browser;
  private Phone secretary;
  private SipText ofBrowser; // what the secretary has of its call with the browser

  @BeforeEach
  void start() throws Exception {
    startGateway(
        """
        trunks:
          - {name: pbx, address: "%s", transport: udp}
        registrar:
          forward:
            - {users: ["60*"], trunk: pbx}
        """
            .formatted(pbx.address()),
        GatewayEnvironment.system());
    pbx.pjsip(Asterisk.phone("6001", "moh_passthrough = yes\n"));
    pbx.pjsip(Asterisk.phone("6002")).pjsip(Asterisk.phone("6003"));
    pbx.extensions(Asterisk.NUMBERS).start();
  }

  private void talk(String kind, boolean browserCalls) {
    browser = browser(kind, "6001");
    browser.registers();
    secretary = extension("6002");
    if (browserCalls) {
      calls(browser, "6002");
      secretary.receives(INVITE);
      secretary.answers(200);
      ofBrowser = secretary.receives(ACK);
      browser.receives(200, INVITE);
      browser.sends(ACK);
    } else {
      secretary.invites("sip:6001@pbx.test");
      browser.receives(INVITE);
      accepts(browser);
      browser.receives(ACK);
      ofBrowser = secretary.receives(200, INVITE);
      secretary.sends(ACK);
    }
    hasCalls(1);
  }

  private static void refers(Phone who, String referTo) {
    who.sends(
        REFER,
        refer ->
            refer
                .add("Contact", "<" + who.contactUri() + ">")
                .add("Refer-To", "<" + referTo + ">")
                .add("Referred-By", "<" + who.aor() + ">"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void aPhonePutsTheBrowserThroughBlindly(String kind) {
    talk(kind, kind.equals("sipJs"));
    refers(secretary, "sip:600@" + pbx.address());
    secretary.receives(202, REFER);
    hearsItself("6001");
    browser.sends(BYE);
    browser.receives(200, BYE);
  }

  /** The PBX leaves it to the phone to end the call that it has put through (RFC 5589 §7.1). */
  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void aPhoneAsksFirst(String kind) {
    talk(kind, kind.equals("sipJs"));
    Phone boss = extension("6003");
    secretary.invites("sip:6003@pbx.test");
    boss.receives(INVITE);
    boss.answers(200);
    boss.receives(ACK);
    SipText ofBoss = secretary.receives(200, INVITE);
    secretary.sends(ACK);
    secretary.turnsTo(ofBrowser);
    refers(
        secretary,
        "sip:6003@"
            + pbx.address()
            + "?Replaces="
            + URLEncoder.encode(
                ofBoss.callId() + ";to-tag=" + ofBoss.toTag() + ";from-tag=" + ofBoss.fromTag(),
                StandardCharsets.UTF_8));
    secretary.receives(202, REFER);
    isToldAndLetGo(secretary);
    secretary.turnsTo(ofBrowser);
    secretary.sends(BYE);
    secretary.receives(200, BYE);
    pbx.comesToSay(
        "core show channels",
        said ->
            said.contains("PJSIP/6001-")
                && said.contains("PJSIP/6003-")
                && !said.contains("PJSIP/6002-"));
    assertThat(browser.isIdle()).isTrue();
    boss.sends(BYE);
    boss.receives(200, BYE);
    browser.receives(BYE);
    browser.answers(200);
  }

  /** It hears that the two are joined, and its call with the one whom it asked is ended. */
  private static void isToldAndLetGo(Phone who) {
    boolean told = false;
    boolean letGo = false;
    while (!told || !letGo) {
      SipText message = who.receivesAny();
      who.answers(message, 200);
      told |= message.method().equals(NOTIFY) && message.bodyText().startsWith("SIP/2.0 200 ");
      letGo |= message.method().equals(BYE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void theDialPlanTakesTheBrowserElsewhere(String kind) {
    talk(kind, kind.equals("jsSip"));
    String channels = pbx.cli("core show channels concise");
    String channel =
        channels.lines().filter(it -> it.startsWith("PJSIP/6001-")).findFirst().orElseThrow();
    pbx.cli("channel redirect " + channel.substring(0, channel.indexOf('!')) + " phones,600,1");
    hearsItself("6001");
    secretary.receives(BYE);
    secretary.answers(200);
    assertThat(browser.isIdle()).isTrue();
    browser.sends(BYE);
    browser.receives(200, BYE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void aPhonePutsTheBrowserOnHold(String kind) {
    talk(kind, kind.equals("sipJs"));
    secretary.holds();
    secretary.receives(200, INVITE);
    secretary.sends(ACK);
    SipText held = browser.receives(INVITE);
    assertThat(held.bodyText()).contains("a=sendonly");
    browser.describes(Sdp.directed(browser.sdp(), "recvonly"));
    browser.answers(200);
    browser.receives(ACK);
    secretary.resumes();
    secretary.receives(200, INVITE);
    secretary.sends(ACK);
    SipText resumed = browser.receives(INVITE);
    assertThat(resumed.bodyText()).contains("a=sendrecv");
    browser.describes(Sdp.directed(browser.sdp(), "sendrecv"));
    browser.answers(200);
    browser.receives(ACK);
    secretary.sends(BYE);
    secretary.receives(200, BYE);
    browser.receives(BYE);
    browser.answers(200);
  }
}
