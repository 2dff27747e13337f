package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.MESSAGE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Habit;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import dev.tandem.testkit.SipText;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strangers who want to call at our cost: a thousand attempts, and none reaches the carrier. */
class TollFraudLadderTest extends LadderTest {
  private static final int ROUNDS = 40;
  private static final int[] REFUSALS = {400, 401, 403, 404, 407, 480};

  /** What scanners do to a request. */
  private static final List<Consumer<SipText>> TRICKS =
      List.of(
          request -> {}, // without credentials
          request -> from(request, "sip:nobody@" + DOMAIN),
          request -> from(request, "sip:carrier@carrier.example"), // as if from the trunk
          request -> from(request, "sip:acc1@carrier.example"), // as our account there
          request -> from(request, "sip:100@127.0.0.1"),
          request -> request.add("Proxy-Authorization", digest("alice", "0")),
          request -> request.add("Proxy-Authorization", digest("acc1", "00000001")),
          request -> request.add("Authorization", "Basic YWxpY2U6c2VjcmV0"),
          request -> request.add("P-Asserted-Identity", "<" + sip("alice") + ">"),
          request -> request.addFirst("Route", "<sip:carrier.example;lr>"));

  private static void from(SipText request, String uri) {
    request.set("From", "<" + uri + ">;tag=" + SipText.newTag());
  }

  private static String digest(String user, String nc) {
    return "Digest username=\""
        + user
        + "\", realm=\"example.test\", nonce=\"abc\", uri=\"sip:9\", qop=auth, nc="
        + nc
        + ", cnonce=\"x\", response=\"00000000000000000000000000000000\"";
  }

  @Override
  String yaml() {
    return super.yaml()
        .replace(
            "transport: udp}",
            "transport: udp, domain: carrier.example,"
                + " auth: {user: acc1, password: s3cret, realm: carrier.example}}");
  }

  private Phone stranger(String kind) {
    PhoneIdentity alice = new PhoneIdentity("alice", DOMAIN, "wrong");
    Phone phone =
        kind.equals("udp")
            ? Phone.pbxUdp(ladder, "stranger", alice, "127.0.0.1", this::udp)
            : Phone.jsSip(ladder, "stranger", alice, webSocket());
    return phone.with(Habit.LEAVES_CHALLENGES);
  }

  /** Each trick with each address of each number, as calls and as messages: 1,040 in all. */
  @ParameterizedTest
  @ValueSource(strings = {"udp", "sipOverWebSocket"})
  void noneOfAThousandAttemptsReachesTheCarrier(String kind) {
    Phone stranger = stranger(kind);
    for (int round = 0; round < ROUNDS; round++) {
      Consumer<SipText> trick = TRICKS.get(round % TRICKS.size());
      for (String target :
          List.of(
              sip("9" + round),
              "sip:9" + round + "@carrier.example",
              "sip:9" + round + "@pbx.test",
              "tel:9" + round,
              sip("9" + round) + ";user=phone",
              "sip:acc1@" + DOMAIN)) {
        stranger.invites(target, trick);
        stranger.receivesOneOf(REFUSALS);
        stranger.asks(
            MESSAGE,
            target,
            message -> {
              message.body("text/plain", "x");
              trick.accept(message);
            });
        stranger.receivesOneOf(REFUSALS);
      }
      stranger.asks("REGISTER", "sip:" + DOMAIN, trick);
      stranger.receivesOneOf(REFUSALS);
    }
    settle();
    assertThat(carrier.isIdle()).isTrue();
    assertThat(gateway.gateway().trunks().calls("carrier")).isZero();
  }
}
