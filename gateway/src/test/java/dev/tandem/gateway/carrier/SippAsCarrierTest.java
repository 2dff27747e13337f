package dev.tandem.gateway.carrier;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Digest;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Browsers call numbers at a SIPp that is a carrier. */
class SippAsCarrierTest extends SippTest {
  private static final Duration MOMENT = Duration.ofMillis(200);

  /** SIP.js or JsSIP: each transport with another. */
  private Phone caller(String transport) {
    return transport.equals("udp") ? sipJs("alice") : jsSip("alice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp"})
  void ringsAndAnswers(String transport) throws Exception {
    Sipp carrier =
        listens(
            FIRST,
            transport,
            Script.callee()
                .receives(INVITE)
                .with("From", "<sip:alice@example.test>;tag=")
                .with("To", "<sip:95550100@" + FIRST)
                .with("Via", "SIP/2.0/" + transport.toUpperCase(Locale.ROOT) + " 127")
                .saying("m=audio")
                .answers(INVITE, 180)
                .waits(MOMENT)
                .takesTheCall());
    startWithTrunk(carrier, transport, "");
    Phone alice = caller(transport);
    alice.invites(NUMBER);
    alice.receives(180);
    assertThat(isAnsweredAndHangsUp(alice).bodyText()).contains("m=audio 30000 RTP/AVP 0");
    carrier.succeeds();
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp"})
  void mediaBeforeTheAnswerAreHeard(String transport) throws Exception {
    Sipp carrier =
        listens(
            FIRST,
            transport,
            Script.callee().receives(INVITE).describes(INVITE, 183).waits(MOMENT).takesTheCall());
    startWithTrunk(carrier, transport, "");
    Phone alice = caller(transport);
    alice.invites(NUMBER);
    String early = alice.receives(183).bodyText();
    assertThat(early).contains("m=audio 30000 RTP/AVP 0");
    isAnsweredAndHangsUp(alice);
    carrier.succeeds();
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp"})
  void challengeOfItsRealmIsAnswered(String transport) throws Exception {
    Sipp carrier =
        listens(
            FIRST,
            transport,
            Script.callee()
                .receives(INVITE)
                .answers(INVITE, 407, challenge("carrier.example"))
                .isRefused()
                .receives(INVITE)
                .with("CSeq", "[0-9]+ INVITE")
                .takesTheCall());
    startWithTrunk(carrier, transport, ACCOUNT);
    Phone alice = caller(transport);
    alice.invites(NUMBER);
    isAnsweredAndHangsUp(alice);
    carrier.succeeds();
    SipText signed = carrier.received().get(2);
    assertThat(signed.cseqNumber()).isEqualTo(carrier.received().get(0).cseqNumber() + 1);
    Digest.Challenge given = Digest.Challenge.parse(signed.header("Proxy-Authorization"));
    assertThat(given.get("username")).isEqualTo("acc1");
    assertThat(given.get("response"))
        .isEqualTo(
            Digest.response(
                given,
                "acc1",
                "s3cret",
                INVITE,
                signed.requestUri(),
                given.get("nc"),
                given.get("cnonce")));
    ladder.nothingMore();
  }

  private static final String ACCOUNT =
      ", domain: carrier.example, auth: {user: acc1, password: s3cret, realm: carrier.example}";

  private static String challenge(String realm) {
    return "Proxy-Authenticate: Digest realm=\"%s\", nonce=\"n1\", algorithm=MD5, qop=\"auth\""
        .formatted(realm);
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp"})
  void challengeOfAnotherRealmIsNot(String transport) throws Exception {
    Sipp carrier =
        listens(
            FIRST,
            transport,
            Script.callee()
                .receives(INVITE)
                .answers(INVITE, 407, challenge("thief.example"))
                .isRefused()
                .waits(Duration.ofMillis(500)));
    startWithTrunk(carrier, transport, ACCOUNT);
    Phone alice = caller(transport);
    alice.invites(NUMBER);
    alice.receives(503);
    carrier.succeeds();
    assertThat(carrier.received())
        .noneMatch(text -> text.has("Proxy-Authorization") || text.has("Authorization"));
    assertThat(carrier.requests(INVITE)).isOne();
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp"})
  void redirectionIsFollowed(String transport) throws Exception {
    Sipp other =
        listens(
            SECOND,
            transport,
            Script.callee()
                .receives(INVITE)
                .with("To", "<sip:85550199@" + SECOND)
                .with("Diversion", "<sip:95550100@" + FIRST + ">;reason=unconditional")
                .takesTheCall());
    Sipp carrier =
        listens(
            FIRST,
            transport,
            Script.callee()
                .receives(INVITE)
                .answers(INVITE, 302, "Contact: <sip:85550199@example.test>")
                .isRefused());
    start(
        trunks(transport, carrier, other)
            + """
            routes:
              - {number: "9*", trunk: first}
              - {number: "8*", trunk: second}
            """);
    Phone alice = caller(transport);
    alice.invites(NUMBER);
    isAnsweredAndHangsUp(alice);
    carrier.succeeds();
    other.succeeds();
    ladder.nothingMore();
  }

  @Test
  void whatComesTwiceOrTooLateChangesNothing() throws Exception {
    Sipp carrier =
        listens(
            FIRST,
            "udp",
            Script.callee()
                .receives(INVITE)
                .describes(INVITE, 200)
                .receives(ACK)
                .answers(INVITE, 180)
                .once()
                .describes(INVITE, 200)
                .receives(ACK)
                .asks(BYE)
                .receives(200)
                .answers(INVITE, 180)
                .once()
                .asksAgain(BYE)
                .receives(200));
    startWithTrunk(carrier, "udp", "");
    Phone alice = sipJs("alice");
    alice.invites(NUMBER);
    alice.receives(200);
    alice.sends(ACK);
    alice.receives(BYE);
    alice.answers(200);
    carrier.succeeds();
    ladder.nothingMore();
  }
}
