package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.REFER;
import static dev.tandem.testkit.Sip.REGISTER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.token.TestTokens;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import dev.tandem.testkit.RawWebSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users who have a signed token and no password. */
class TokenLadderTest extends LadderTest {
  @Override
  String yaml() {
    return super.yaml()
        + """
        auth:
          tokens: {secret: "%s", inQuery: true}
        """
            .formatted(TestTokens.SECRET);
  }

  private static PhoneIdentity withoutPassword(String user) {
    return new PhoneIdentity(user, DOMAIN, null);
  }

  private Phone withToken(String user, String token) {
    return Phone.sipJs(
        ladder, user, withoutPassword(user), URI.create(webSocket() + "?access_token=" + token));
  }

  private int upgrade(String header, String value) {
    RawWebSocket socket =
        RawWebSocket.to(webSocket()).subprotocol("sip").header(header, value).connect();
    assertThat(socket.isUpgraded() ? socket.answerHeader("Sec-WebSocket-Protocol") : "sip")
        .isEqualTo("sip");
    int status = socket.status();
    socket.close();
    return status;
  }

  @Test
  void connectionOpenedWithATokenIsNotAskedAgain() {
    Phone alice = withToken("alice", TestTokens.shared("alice"));
    Phone bob = sipJs("bob");
    alice.registers();
    bob.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    bob.receives(ACK);
    alice.sends(BYE);
    alice.receives(200, BYE);
    bob.receives(BYE);
    bob.answers(200);
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization|Bearer %s",
        "Cookie|a=b; tandem_token=%s",
        "Sec-WebSocket-Protocol|sip, bearer.%s"
      })
  void tokenMayComeInEachPlaceThatAPageCanUse(String place) {
    String header = place.replaceFirst("\\|.*", "");
    String value = place.replaceFirst(".*\\|", "");
    assertThat(upgrade(header, value.formatted(TestTokens.shared("alice")))).isEqualTo(101);
    assertThat(upgrade(header, value.formatted("a.b.c"))).isEqualTo(401);
  }

  @Test
  void jsSipSendsItsTokenInEveryRequest() {
    Phone alice = Phone.jsSip(ladder, "alice", withoutPassword("alice"), webSocket());
    String token = "JWT " + TestTokens.shared("alice");
    alice.sendsRegister(600, register -> register.set("Authorization", token));
    alice.receives(200, REGISTER);
    alice.invites(sip("95550100"), invite -> invite.set("Authorization", token));
    assertThat(carrier.receives(INVITE).has("Authorization")).isFalse();
    carrier.answers(486);
    carrier.receives(ACK);
    alice.receives(486);
    ladder.nothingMore();
  }

  @Test
  void badTokenInARequestIsChallengedAsNone() {
    Phone alice = Phone.jsSip(ladder, "alice", withoutPassword("alice"), webSocket());
    String token = "JWT " + TestTokens.shared("alice") + "x";
    alice.sendsRegister(600, register -> register.set("Authorization", token));
    alice.receives(401, REGISTER);
    ladder.nothingMore();
  }

  @Test
  void tokenIsForItsUserOnly() {
    Phone mallory = withToken("bob", TestTokens.shared("alice"));
    mallory.sendsRegister(600, register -> {});
    mallory.receives(403, REGISTER);
    mallory.invites(sip("carol"));
    mallory.receives(403, INVITE);
    ladder.nothingMore();
  }

  @Test
  void userOfATokenMustBeKnown() {
    Phone stranger = withToken("stranger", TestTokens.shared("stranger"));
    stranger.sendsRegister(600, register -> {});
    stranger.receives(401, REGISTER);
    ladder.nothingMore();
  }

  @Test
  void expiredTokenProvesNothingAnyMore() {
    Phone alice = withToken("alice", TestTokens.shared("alice"));
    alice.registers();
    passes(Duration.ofMinutes(61));
    alice.sendsRegister(600, register -> {});
    alice.receives(401, REGISTER);
    ladder.nothingMore();
  }

  @Test
  void claimsLimitWhatMayBeDialled() {
    Phone alice =
        withToken(
            "alice",
            TestTokens.shared(
                "alice", claims -> claims.setClaim("dial", List.of("bob", "955501*"))));
    Phone bob = sipJs("bob");
    bob.registers();
    alice.invites(sip("95550200"));
    alice.receives(403, INVITE);
    alice.invites(sip("carol"));
    alice.receives(403, INVITE);
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    carrier.answers(486);
    carrier.receives(ACK);
    alice.receives(486);
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(486);
    bob.receives(ACK);
    alice.receives(486);
    ladder.nothingMore();
  }

  /** Its REGISTER had the token, its REFER has none. */
  @Test
  void claimsOfARegistrationLimitATransferToo() {
    Phone bob = Phone.jsSip(ladder, "bob", withoutPassword("bob"), webSocket());
    String token =
        "JWT " + TestTokens.shared("bob", claims -> claims.setClaim("dial", List.of("carol")));
    bob.sendsRegister(600, register -> register.set("Authorization", token));
    bob.receives(200, REGISTER);
    Phone alice = sipJs("alice");
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    bob.receives(ACK);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    settle();
    TransferLadderTest.refers(bob, "<sip:95550100@example.test>");
    bob.receives(202, REFER);
    TransferLadderTest.hears(bob, 100);
    TransferLadderTest.hears(bob, 403);
    TransferLadderTest.refers(bob, "<sip:carol@example.test>");
    bob.receives(202, REFER);
    TransferLadderTest.hears(bob, 100);
    TransferLadderTest.hears(bob, 480); // allowed, but she is not there
    ladder.nothingMore();
  }
}
