package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.Sdp;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that one side presses in its media, and the other hears of by INFO. */
class MediaKeysLadderTest extends RelayLadderTest {
  private static final String EVENTS = "telephone-event";
  private static final String DEAF =
      Sdp.rtp().replace(" 101", "").replaceAll("a=(rtpmap|fmtp):101[^\n]*\n", "");

  @Override
  String yaml() {
    return super.yaml().replace("media: rtp}", "media: rtp, dtmf: info}");
  }

  private void tells(String side, int... events) {
    for (int event : events) {
      engine.tells(gateway.address("dtmf"), side, event);
    }
  }

  private static void hears(Phone phone, String key) {
    assertThat(phone.receives(INFO).bodyText()).isEqualTo("Signal=" + key + "\r\nDuration=100\r\n");
    phone.answers(200);
  }

  private String sdp(String command) {
    return (String) engine.asked(command).get(0).get("sdp");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void trunkThatHasNoEventsIsToldOfThemByInfo(String kind) {
    Phone alice = browser(kind, "alice");
    alice.invites(NUMBER);
    assertThat(alice.sdp()).contains(EVENTS);
    assertThat(carrier.receives(INVITE).bodyText()).contains("m=audio").doesNotContain(EVENTS);
    carrier.describes(DEAF).answers(200);
    assertThat(alice.receives(200).bodyText()).contains(EVENTS); // so it may send them
    alice.sends(ACK);
    carrier.receives(ACK);
    assertThat(sdp("answer")).contains(EVENTS);
    assertThat(engine.asked("block DTMF")).hasSize(1);
    assertThat(engine.asked("block DTMF").get(0)).containsEntry("from-tag", "caller");
    tells("caller", 5);
    hears(carrier, "5");
    tells("caller", 11);
    hears(carrier, "#");
    hangsUp(alice, carrier);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void browserIsOfferedEventsForATrunkThatHasNone(String kind) {
    Phone bob = browser(kind, "bob");
    carrier.describes(DEAF).invites(sip("bob"));
    assertThat(bob.receives(INVITE).bodyText()).contains("a=rtpmap:101 " + EVENTS + "/8000");
    bob.answers(200);
    assertThat(carrier.receives(200).bodyText()).doesNotContain(EVENTS);
    carrier.sends(ACK);
    bob.receives(ACK);
    settle();
    assertThat(sdp("offer")).contains(EVENTS);
    tells("callee", 0);
    hears(carrier, "0");
    hangsUp(bob, carrier);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void browserIsToldOfKeysOfTheTrunk(String kind) {
    Phone alice = browser(kind, "alice");
    talk(alice);
    tells("callee", 10);
    hears(alice, "*");
    hangsUp(carrier, alice);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"callid\":7}",
        "{\"callid\":\"nobody\",\"source_tag\":\"caller\",\"event\":5}"
      })
  void whatTellsOfNoKeyIsPassedOver(String text) {
    Phone alice = browser("jsSip", "alice");
    talk(alice);
    engine.sends(gateway.address("dtmf"), text);
    tells("caller", 16); // no key either
    tells("nobody", 5);
    tells("caller", 7);
    hears(carrier, "7");
    hangsUp(alice, carrier);
  }
}
