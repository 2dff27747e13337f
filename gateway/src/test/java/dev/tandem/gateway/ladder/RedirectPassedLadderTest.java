package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import org.junit.jupiter.api.Test;

/** The same with {@code calls.redirect: pass} and no word of diversions to anybody. */
class RedirectPassedLadderTest extends LadderTest {

  @Override
  String yaml() {
    return super.yaml() + "  redirect: pass\n  diversion: []\n";
  }

  @Test
  void redirectIsTheCallersBusiness() {
    Phone alice = sipJs("alice");
    Phone bob = jsSip("bob");
    Phone carol = sipJs("carol");
    bob.registers();
    carol.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(302, response -> response.add("Contact", "<" + sip("carol") + ">;q=0.7"));
    bob.receives(ACK);
    SipText moved = alice.receives(302);
    assertThat(moved.header("Contact")).isEqualTo("<" + sip("carol") + ">;q=0.7");
    ladder.nothingMore();
  }

  /** Carriers bill by it. */
  @Test
  void aPhoneDivertsInItsOwnNameOnly() {
    Phone carol = sipJs("carol");
    carol.registers();
    carrier.invites(sip("carol"));
    carol.receives(INVITE);
    carol.answers(
        302,
        response ->
            response
                .add("Contact", "<" + sip("bob") + ">")
                .add("Diversion", "<sip:+1900@bank.test>;reason=away")
                .add("Diversion", "<sip:+1901@bank.test>;reason=x"));
    carol.receives(ACK);
    SipText moved = carrier.receives(302);
    assertThat(moved.headers("Diversion"))
        .containsExactly("<" + sip("carol") + ">;reason=away;counter=1");
    assertThat(moved.header("Contact")).isEqualTo("<" + sip("bob") + ">");
    ladder.nothingMore();
  }

  /** Whoever follows the contact would write them as its own. */
  @Test
  void aPhonesContactHasNoHeadersForOthers() {
    Phone carol = sipJs("carol");
    carol.registers();
    carrier.invites(sip("carol"));
    carol.receives(INVITE);
    carol.answers(
        302,
        response ->
            response.add(
                "Contact",
                "<sip:bob@example.test;a=b?P-Asserted-Identity=%3Csip%3Aboss%40bank.test%3E>;q=0.5"));
    carol.receives(ACK);
    assertThat(carrier.receives(302).header("Contact"))
        .isEqualTo("<sip:bob@example.test;a=b>;q=0.5");
    ladder.nothingMore();
  }

  @Test
  void diversionsAreKeptFromUsers() {
    Phone carol = sipJs("carol");
    carol.registers();
    carrier.invites(
        sip("carol"), it -> it.add("Diversion", "<sip:+15550123@carrier.test>;reason=away"));
    assertThat(carol.receives(INVITE).has("Diversion")).isFalse();
    carol.answers(486);
    carol.receives(ACK);
    carrier.receives(486);
    ladder.nothingMore();
  }
}
