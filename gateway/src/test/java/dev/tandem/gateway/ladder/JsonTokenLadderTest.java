package dev.tandem.gateway.ladder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.token.TestTokens;
import dev.tandem.testkit.Sdp;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a token lets a JSON client do: whom it may call, what it may say, which rooms it enters. */
class JsonTokenLadderTest extends JsonLadderTest {
  private static final String COMPLETE = Sdp.browser() + "a=end-of-candidates\r\n";

  @Override
  String yaml() {
    return super.yaml() + "auth: {tokens: {secret: \"" + TestTokens.SECRET + "\"}}\n";
  }

  private JsonPhone withToken(Map<String, List<String>> claims) {
    String token = TestTokens.shared("alice", jwt -> claims.forEach(jwt::setClaim));
    JsonPhone alice = json("alice");
    alice.asks("register", "token", token);
    return alice;
  }

  @Test
  void tokenLimitsNumbersHeadersAndRooms() {
    JsonPhone alice =
        withToken(
            Map.of(
                "dial", List.of("95*"),
                "headers", List.of("X-Order"),
                "rooms", List.of("team-*")));
    alice.isRefused("forbidden", "call", "call", "c1", "to", "bob", "sdp", COMPLETE);
    ObjectNode refusal =
        alice.isRefused(
            "bad_field",
            "call",
            "call",
            "c2",
            "to",
            "95550100",
            "sdp",
            COMPLETE,
            "headers",
            Map.of("X-Other", "1"));
    assertThat(refusal.path("error").path("path").asText()).isEqualTo("headers.X-Other");
    alice.asks(
        "call",
        "call",
        "c3",
        "to",
        "95550100",
        "sdp",
        COMPLETE,
        "headers",
        Map.of("x-order", "17"));
    assertThat(carrier.receives("INVITE").header("x-order")).isEqualTo("17");
    carrier.answers(486);
    carrier.receives("ACK");
    alice.receives("ended");
    alice.isRefused("forbidden", "join", "room", "board");
    alice.asks("join", "room", "team-7");
  }

  @Test
  void tokenWithoutSuchClaimsLimitsNothing() {
    JsonPhone alice = withToken(Map.of());
    alice.asks("join", "room", "board");
  }

  @Test
  void claimThatCannotBeReadIsNoLicence() {
    String token = TestTokens.shared("alice", jwt -> jwt.setClaim("rooms", 7));
    json("alice").isRefused("auth_failed", "register", "token", token);
  }
}
