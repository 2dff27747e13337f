package dev.tandem.gateway.pbx;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.GatewayEnvironment;
import dev.tandem.testkit.ManualClock;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A real Asterisk that insists on session timers (RFC 4028), as shortly as it can: 90 s. The
 * gateway is on a clock that the test moves.
 */
@Tag("foreign")
class AsteriskSessionTimerTest extends BesideAsterisk {
  private final ManualClock clock = new ManualClock();

  @BeforeEach
  void start() throws Exception {
    startGateway(
        """
        users:
          - {user: alice, password: secret}
          - {user: bob, password: secret}
        trunks:
          - {name: pbx, address: "%s", transport: udp}
        routes:
          - {number: "6*", trunk: pbx}
        calls:
          sessionTimer: {expires: 90s}
        """
            .formatted(pbx.address()),
        new GatewayEnvironment(clock, clock));
    String timers = "timers = always\ntimers_sess_expires = 90\ntimers_min_se = 90";
    pbx.pjsip(Asterisk.ipTrunk("tandem", address("udp"), "udp", timers));
    pbx.extensions(Asterisk.NUMBERS).start().traces();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void aBrowserCallsAndTheGatewayRefreshes(String kind) {
    Phone alice = browser(kind, "alice");
    alice.registers();
    calls(alice, "600");
    SipText answer = alice.receives(200, INVITE);
    alice.sends(ACK);
    hearsItself("tandem");
    boolean hasTimers = kind.equals("jsSip"); // SIP.js has none
    assertThat(answer.find("Session-Expires")).isEqualTo(hasTimers ? "90;refresher=uac" : null);
    List<SipText> invited = traced(2, it -> isOf(it, INVITE) && it.status() != 100);
    assertThat(invited.get(0).header("Session-Expires")).startsWith("90");
    assertThat(invited.get(0).values("Supported")).contains("timer");
    assertThat(invited.get(1).header("Session-Expires")).isEqualTo("90;refresher=uac");
    assertThat(invited.get(1).values("Require")).contains("timer");

    for (int refreshes = 1; refreshes <= 3; refreshes++) {
      passes(Duration.ofSeconds(45));
      if (hasTimers) {
        alice.sends(UPDATE, update -> update.add("Session-Expires", "90;refresher=uac"));
        alice.receives(200, UPDATE);
      }
      SipText refreshed = traced(2 * refreshes, it -> isOf(it, UPDATE)).get(2 * refreshes - 1);
      assertThat(refreshed.status()).isEqualTo(200);
      assertThat(refreshed.header("Session-Expires")).isEqualTo("90;refresher=uac");
    }
    assertThat(alice.isIdle()).isTrue();
    hearsItself("tandem");
    alice.sends(BYE);
    alice.receives(200, BYE);
  }

  /** Takes 45 s of real time, as Asterisk has no other, for both kinds of browser at once. */
  @Test
  void aBrowserIsCalledAndThePbxRefreshes() {
    List<Phone> browsers = List.of(browser("sipJs", "alice"), browser("jsSip", "bob"));
    for (Phone browser : browsers) {
      browser.registers();
      pbx.cli("channel originate PJSIP/" + browser.name() + "@tandem extension 600@phones");
      SipText invite = browser.receives(INVITE);
      assertThat(invite.header("Session-Expires")).startsWith("90");
      accepts(browser);
      browser.receives(ACK);
      hearsItself("tandem");
    }
    List<SipText> invited = traced(4, it -> isOf(it, INVITE) && it.status() != 100);
    assertThat(invited.get(0).header("Session-Expires")).startsWith("90");
    assertThat(invited.get(0).header("Min-SE")).isEqualTo("90");
    assertThat(invited.get(1).header("Session-Expires")).isEqualTo("90;refresher=uac");
    assertThat(invited.get(1).values("Require")).contains("timer");

    await("its refreshes")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> pbx.traced().stream().filter(it -> isOf(it, UPDATE)).count() == 4);
    assertThat(pbx.traced().stream().filter(it -> isOf(it, UPDATE) && it.isResponse()))
        .hasSize(2)
        .allSatisfy(
            it -> {
              assertThat(it.status()).isEqualTo(200);
              assertThat(it.header("Session-Expires")).isEqualTo("90;refresher=uac");
            });
    for (Phone browser : browsers) {
      assertThat(browser.isIdle()).isTrue();
      browser.sends(BYE);
      browser.receives(200, BYE);
    }
  }

  private static boolean isOf(SipText message, String method) {
    return message.cseqMethod().equals(method);
  }

  /** In pieces, so that pings can be answered. */
  private void passes(Duration time) {
    for (long left = time.toSeconds(); left > 0; left -= 5) {
      ladder.settle();
      clock.advance(Duration.ofSeconds(5));
    }
    ladder.settle();
  }
}
