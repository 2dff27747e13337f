package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.MESSAGE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Digest;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A carrier that lets nobody call without a digest (RFC 3261 §22, RFC 8760). */
class TrunkAuthLadderTest extends LadderTest {
  private static final String REALM = "carrier.example";

  @Override
  String yaml() {
    return super.yaml()
        .replace(
            "transport: udp}",
            "transport: udp, domain: carrier.example,"
                + " auth: {user: acc1, password: s3cret, realm: carrier.example}}");
  }

  /** Answers with a challenge, SHA-256 first, as RFC 8760 has it. */
  private static void challenge(Phone who, int status, String realm, String nonce, boolean stale) {
    String header = status == 401 ? "WWW-Authenticate" : "Proxy-Authenticate";
    String rest =
        ", nonce=\"" + nonce + "\", qop=\"auth\", opaque=\"xyz\"" + (stale ? ", stale=true" : "");
    who.answers(
        status,
        response ->
            response
                .add(header, "Digest realm=\"" + realm + "\", algorithm=SHA-256" + rest)
                .add(header, "Digest realm=\"" + realm + "\", algorithm=MD5" + rest));
  }

  private static void assertSigned(SipText request, int status, String nonce, int use) {
    String value = request.header(status == 401 ? "Authorization" : "Proxy-Authorization");
    Digest.Challenge given = Digest.Challenge.parse(value);
    assertThat(given.get("username")).isEqualTo("acc1");
    assertThat(given.get("nonce")).isEqualTo(nonce);
    assertThat(given.get("opaque")).isEqualTo("xyz");
    assertThat(given.get("uri")).isEqualTo(request.requestUri());
    assertThat(Integer.parseInt(given.get("nc"), 16)).isEqualTo(use);
    assertThat(given.get("response"))
        .isEqualTo(
            Digest.response(
                given,
                "acc1",
                "s3cret",
                request.method(),
                request.requestUri(),
                given.get("nc"),
                given.get("cnonce")));
    assertThat(given.algorithm()).isEqualTo("SHA-256");
  }

  private static @Nullable String credentials(SipText request) {
    String proxy = request.find("Proxy-Authorization");
    return proxy == null ? request.find("Authorization") : proxy;
  }

  private void callIsUp(Phone alice, String nonce) {
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    challenge(carrier, 407, REALM, nonce, false);
    carrier.receives(ACK);
    carrier.receives(INVITE);
    carrier.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    carrier.receives(ACK);
    settle();
  }

  @Test
  void challengedCallGoesOnWithoutTheBrowserNoticing() {
    Phone alice = sipJs("alice");
    alice.invites(sip("95550100"));
    SipText first = carrier.receives(INVITE);
    assertThat(first.requestUri()).isEqualTo("sip:95550100@carrier.example");
    assertThat(credentials(first)).isNull();
    challenge(carrier, 407, REALM, "n1", false);
    carrier.receives(ACK);
    SipText second = carrier.receives(INVITE);
    assertSigned(second, 407, "n1", 1);
    assertThat(second.callId()).isEqualTo(first.callId());
    assertThat(second.fromTag()).isEqualTo(first.fromTag());
    assertThat(second.cseqNumber()).isEqualTo(first.cseqNumber() + 1);
    assertThat(second.branch()).isNotEqualTo(first.branch());
    assertThat(second.bodyText()).isEqualTo(first.bodyText());
    carrier.answers(180);
    alice.receives(180);
    carrier.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    SipText ack = carrier.receives(ACK);
    assertThat(ack.header("Proxy-Authorization")).isEqualTo(second.header("Proxy-Authorization"));
    alice.sends(BYE);
    alice.receives(200);
    assertSigned(carrier.receives(BYE), 407, "n1", 2);
    carrier.answers(200);
    ladder.nothingMore();
  }

  @Test
  void nonceServesTheNextCall() {
    Phone alice = jsSip("alice");
    callIsUp(alice, "n1");
    alice.sends(BYE);
    alice.receives(200);
    carrier.receives(BYE);
    carrier.answers(200);
    alice.invites(sip("95550101"));
    SipText invite = carrier.receives(INVITE);
    assertSigned(invite, 407, "n1", 3);
    challenge(carrier, 407, REALM, "n2", true);
    carrier.receives(ACK);
    assertSigned(carrier.receives(INVITE), 407, "n2", 1);
    carrier.answers(486);
    carrier.receives(ACK);
    alice.receives(486);
    ladder.nothingMore();
  }

  @Test
  void serverThatChallengesAsUserAgentIsAnsweredToo() {
    Phone alice = sipJs("alice");
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    challenge(carrier, 401, REALM, "n1", false);
    carrier.receives(ACK);
    assertSigned(carrier.receives(INVITE), 401, "n1", 1);
    carrier.answers(404);
    carrier.receives(ACK);
    alice.receives(404);
    ladder.nothingMore();
  }

  @Test
  void wrongPasswordIsNoChallengeToTheBrowser() {
    Phone alice = sipJs("alice");
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    challenge(carrier, 407, REALM, "n1", false);
    carrier.receives(ACK);
    carrier.receives(INVITE);
    challenge(carrier, 407, REALM, "n2", false);
    carrier.receives(ACK);
    SipText refused = alice.receives(503);
    assertThat(refused.header("Reason")).isEqualTo("SIP;cause=407;text=\"trunk_auth\"");
    assertThat(refused.has("Proxy-Authenticate")).isFalse();
    ladder.nothingMore();
  }

  @Test
  void strangersRealmGetsNothing() {
    Phone alice = jsSip("alice");
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    challenge(carrier, 407, "evil.example", "n1", false);
    carrier.receives(ACK);
    alice.receives(503);
    ladder.nothingMore();
  }

  /** A redirection to somebody else's host is followed by nobody, and no credentials go there. */
  @Test
  void redirectionDoesNotCarryCredentialsAway() {
    Phone alice = sipJs("alice");
    callIsUp(alice, "n1");
    alice.sends(BYE);
    alice.receives(200);
    carrier.receives(BYE);
    carrier.answers(200);
    Phone stranger = phone("udp", "stranger", "bob");
    stranger.registers();
    alice.invites(sip("95550102"));
    carrier.receives(INVITE);
    carrier.answers(302, response -> response.set("Contact", "<" + sip("bob") + ">"));
    carrier.receives(ACK);
    assertThat(credentials(stranger.receives(INVITE))).isNull();
    challenge(stranger, 407, REALM, "n9", false);
    stranger.receives(ACK);
    alice.receives(500); // RFC 3261 §16.7 step 6: the 503 of one of several
    ladder.nothingMore();
  }

  @Test
  void reInviteAndByeAreChallengedInsideTheCall() {
    Phone alice = sipJs("alice");
    callIsUp(alice, "n1");
    alice.holds();
    SipText hold = carrier.receives(INVITE);
    assertSigned(hold, 407, "n1", 2);
    challenge(carrier, 407, REALM, "n2", true);
    carrier.receives(ACK);
    SipText again = carrier.receives(INVITE);
    assertSigned(again, 407, "n2", 1);
    assertThat(again.cseqNumber()).isEqualTo(hold.cseqNumber() + 1);
    assertThat(again.bodyText()).contains("a=sendonly");
    carrier.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    assertThat(carrier.receives(ACK).cseqNumber()).isEqualTo(again.cseqNumber());
    settle();
    alice.sends(BYE);
    alice.receives(200);
    SipText bye = carrier.receives(BYE);
    challenge(carrier, 407, REALM, "n3", true);
    SipText byeAgain = carrier.receives(BYE);
    assertSigned(byeAgain, 407, "n3", 1);
    assertThat(byeAgain.cseqNumber()).isEqualTo(bye.cseqNumber() + 1);
    carrier.answers(200);
    ladder.nothingMore();
  }

  /** Where the call came from the carrier, our BYE may be challenged as well. */
  @Test
  void byeInACallFromTheCarrierIsAnsweredForToo() {
    Phone bob = jsSip("bob");
    bob.registers();
    carrier.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    carrier.receives(200);
    carrier.sends(ACK);
    bob.receives(ACK);
    settle();
    bob.sends(BYE);
    bob.receives(200);
    carrier.receives(BYE);
    challenge(carrier, 401, REALM, "n1", false);
    assertSigned(carrier.receives(BYE), 401, "n1", 1);
    carrier.answers(200);
    ladder.nothingMore();
  }

  @Test
  void refusedReInviteIsNoChallengeToTheBrowser() {
    Phone alice = sipJs("alice");
    callIsUp(alice, "n1");
    alice.holds();
    carrier.receives(INVITE);
    challenge(carrier, 407, "evil.example", "n2", false);
    carrier.receives(ACK);
    alice.receives(488);
    alice.sends(BYE);
    alice.receives(200);
    carrier.receives(BYE);
    carrier.answers(200);
    ladder.nothingMore();
  }

  @Test
  void cancelThatCrossesTheChallengeEndsTheCall() {
    Phone alice = sipJs("alice");
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    carrier.answers(180);
    alice.receives(180);
    alice.sends(CANCEL);
    alice.receives(200, CANCEL);
    alice.receives(487);
    carrier.receives(CANCEL);
    carrier.answers(
        407,
        response ->
            response.add(
                "Proxy-Authenticate",
                "Digest realm=\"" + REALM + "\", nonce=\"n1\", qop=\"auth\""));
    carrier.receives(ACK);
    ladder.nothingMore();
  }

  @Test
  void messageIsAnsweredForToo() {
    Phone alice = jsSip("alice");
    alice.asks(MESSAGE, sip("95550100"), request -> request.body("text/plain", "hello"));
    SipText first = carrier.receives(MESSAGE);
    challenge(carrier, 407, REALM, "n1", false);
    SipText second = carrier.receives(MESSAGE);
    assertSigned(second, 407, "n1", 1);
    assertThat(second.callId()).isEqualTo(first.callId());
    carrier.answers(200);
    alice.receives(200);
    ladder.nothingMore();
  }
}
