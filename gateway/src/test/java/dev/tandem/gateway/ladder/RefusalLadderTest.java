package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.OPTIONS;
import static dev.tandem.testkit.Sip.REGISTER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Habit;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import dev.tandem.testkit.SipText;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may call, whom, and with what. */
class RefusalLadderTest extends LadderTest {

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip", "udp"})
  void wrongPasswordIsChallengedAgainOnce(String kind) {
    PhoneIdentity wrong = new PhoneIdentity("alice", DOMAIN, "wrong");
    Phone alice =
        switch (kind) {
          case "sipJs" -> Phone.sipJs(ladder, "alice", wrong, webSocket());
          case "jsSip" -> Phone.jsSip(ladder, "alice", wrong, webSocket());
          default -> Phone.pbxUdp(ladder, "alice", wrong, "127.0.0.1", this::udp);
        };
    alice.sendsRegister(600, request -> {});
    assertThat(alice.receivesOneOf(401, 403).status()).isIn(401, 403);
    alice.invites(sip("bob"));
    assertThat(alice.receivesOneOf(407, 403).status()).isIn(407, 403);
    ladder.nothingMore();
  }

  @Test
  void unknownUserCannotRegister() {
    Phone nobody =
        Phone.sipJs(ladder, "nobody", new PhoneIdentity("nobody", DOMAIN, "secret"), webSocket());
    nobody.sendsRegister(600, request -> {});
    assertThat(nobody.receivesOneOf(401, 403, 404).status()).isIn(401, 403, 404);
    ladder.nothingMore();
  }

  @Test
  void fromMustBeTheUserWhoAuthenticates() {
    Phone alice = sipJs("alice");
    alice.invites(
        sip("bob"), invite -> invite.set("From", invite.header("From").replace("alice", "carol")));
    alice.receives(403, INVITE);
    ladder.nothingMore();
  }

  @Test
  void nobodyRegistersForAnother() {
    Phone alice = jsSip("alice");
    alice.sendsRegister(
        600,
        register ->
            register
                .set("From", register.header("From").replace("alice", "bob"))
                .set("To", register.header("To").replace("alice", "bob")));
    alice.receives(403, REGISTER);
    ladder.nothingMore();
  }

  @Test
  void passwordAnswersOneChallengeOnly() {
    Phone alice = sipJs("alice").with(Habit.LEAVES_CHALLENGES);
    alice.sendsRegister(600, request -> {});
    SipText challenge = alice.receives(401);
    assertThat(challenge.headers("WWW-Authenticate")).last().asString().contains("MD5");
    assertThat(challenge.headers("WWW-Authenticate").get(0)).contains("SHA-256");
  }

  @Test
  void unknownUserIs404() {
    Phone alice = sipJs("alice");
    alice.invites(sip("nobody"));
    alice.receives(404, INVITE);
    ladder.nothingMore();
  }

  @Test
  void foreignDomainIs404() {
    Phone alice = sipJs("alice");
    alice.invites("sip:bob@elsewhere.test");
    alice.receives(404, INVITE);
    ladder.nothingMore();
  }

  @Test
  void offlineUserIs480() {
    Phone alice = jsSip("alice");
    alice.invites(sip("bob"));
    alice.receives(480, INVITE);
    ladder.nothingMore();
  }

  @Test
  void userWhoUnregistersIsOffline() {
    Phone alice = sipJs("alice");
    Phone bob = jsSip("bob");
    bob.registers();
    bob.registers(0);
    alice.invites(sip("bob"));
    alice.receives(480, INVITE);
    ladder.nothingMore();
  }

  @Test
  void noHopsAreLeft() {
    Phone alice = sipJs("alice");
    alice.invites(sip("bob"), invite -> invite.set("Max-Forwards", "0"));
    alice.receives(483, INVITE);
    ladder.nothingMore();
  }

  @Test
  void hopsAreCounted() {
    Phone alice = sipJs("alice");
    alice.invites(sip("95550100"), invite -> invite.set("Max-Forwards", "5"));
    assertThat(carrier.receives(INVITE).header("Max-Forwards")).isEqualTo("4");
  }

  @Test
  void mergedRequestIs482() {
    Phone bob = sipJs("bob");
    bob.registers();
    SipText first = carrier.invites(sip("bob"));
    bob.receives(INVITE);
    // The same request by another path (RFC 3261 §8.2.2.2).
    carrier.asks(
        INVITE,
        sip("bob"),
        invite ->
            invite
                .set("Call-ID", first.callId())
                .set("From", first.header("From"))
                .set("CSeq", first.header("CSeq"))
                .set("Contact", first.header("Contact"))
                .sdp(first.bodyText()));
    carrier.receives(482, INVITE);
    ladder.nothingMore();
  }

  @Test
  void optionsIsAnswered() {
    Phone alice = jsSip("alice");
    alice.asks(OPTIONS, "sip:" + DOMAIN, request -> {});
    SipText answer = alice.receives(200, OPTIONS);
    assertThat(answer.header("Allow")).contains("INVITE", "ACK", "CANCEL", "BYE", "OPTIONS");
    assertThat(answer.header("Accept")).contains("application/sdp");
    ladder.nothingMore();
  }

  @Test
  void methodsThatWeDoNotHaveAreRefused() {
    Phone alice = sipJs("alice");
    alice.asks("FOO", sip("bob"), request -> {});
    alice.receives(501); // not recognised (RFC 3261 §21.5.2)
    alice.asks(INFO, sip("bob"), request -> {}); // only inside a dialog (RFC 6086 §1)
    assertThat(alice.receives(405).header("Allow")).contains("INVITE");
    ladder.nothingMore();
  }

  @Test
  void unknownRequirementIs420() {
    Phone alice = sipJs("alice");
    alice.invites(sip("bob"), invite -> invite.add("Require", "teleport"));
    assertThat(alice.receives(420).header("Unsupported")).contains("teleport");
    ladder.nothingMore();
  }

  @Test
  void strangerOnUdpIsChallenged() {
    Phone stranger =
        Phone.pbxUdp(
            ladder,
            "stranger",
            new PhoneIdentity("carol", "other.test", null),
            "127.0.0.1",
            this::udp);
    stranger.invites(sip("95550100"));
    assertThat(stranger.receivesOneOf(401, 403, 407).status()).isIn(401, 403, 407);
    ladder.nothingMore();
  }

  @Test
  void requestOfNoDialogIs481() {
    Phone alice = sipJs("alice");
    alice.asks(BYE, sip("bob"), bye -> bye.set("To", bye.header("To") + ";tag=unknown"));
    alice.receives(481, BYE);
    alice.asks(ACK, sip("bob"), ack -> ack.set("To", ack.header("To") + ";tag=unknown"));
    ladder.nothingMore();
  }

  @Test
  void trunkMayNotCallThroughATrunk() {
    carrier.invites(sip("95550100"));
    assertThat(List.of(403, 404)).contains(carrier.receivesOneOf(403, 404).status());
    ladder.nothingMore();
  }
}
