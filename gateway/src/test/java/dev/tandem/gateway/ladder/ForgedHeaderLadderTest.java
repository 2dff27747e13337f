package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever a user writes into an INVITE or a frame, a trunk is told by us who calls and by which
 * way, and gets no header that we did not choose. Made by lot from a seed; how many: {@code
 * -Dtandem.rounds=2000}.
 */
class ForgedHeaderLadderTest extends JsonLadderTest {
  private static final int ROUNDS = Integer.getInteger("tandem.rounds", 40);
  private static final long SEED = Long.getLong("tandem.seed", 7);

  private final Random random = new Random(SEED);
  private final Forgeries forgeries = new Forgeries(SEED);

  @Override
  String yaml() {
    return Forgeries.proving(super.yaml());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip", "udp", "tcp"})
  void noSipHeaderOfAUserForgesOneOnATrunk(String kind) {
    Phone mallory = phone(kind, "alice");
    mallory.registers();
    Map<String, Integer> honest = Map.of();
    int reached = 0;
    for (int round = 0; round <= ROUNDS; round++) {
      boolean isHonest = round == 0;
      List<String> forged = new ArrayList<>();
      mallory.invites(
          sip("95550100"), it -> forged.addAll(isHonest ? List.of() : forgeries.into(it)));
      SipText invite = reachesTheCarrier(mallory, forged);
      if (isHonest) {
        assertThat(invite).isNotNull();
        honest = Forgeries.lineStarts(invite);
        assertThat(honest).containsEntry("p-asserted-identity", 1);
      } else if (invite != null) {
        reached++;
        Forgeries.isAsHonest(invite, honest, forged);
        assertThat(invite.header("P-Asserted-Identity")).contains("sip:alice@");
        assertThat(invite.header("From")).contains("sip:alice@");
      }
      settle();
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(reached).as("of %s that were not refused", ROUNDS).isGreaterThan(ROUNDS / 4);
  }

  /** What the carrier got of the INVITE, which it refuses; null when the gateway did that. */
  private @Nullable SipText reachesTheCarrier(Phone mallory, List<String> forged) {
    await("what becomes of " + forged).until(() -> !carrier.isIdle() || !mallory.isIdle());
    if (carrier.isIdle()) {
      mallory.receivesOneOf(400, 403, 404, 416, 420, 488, 502);
      return null;
    }
    SipText invite = carrier.receives(INVITE);
    carrier.answers(486);
    carrier.receives(ACK);
    mallory.receives(486);
    return invite;
  }

  /** Line ends and what some reader takes for one. */
  private static final List<String> ENDS =
      List.of("\r\n", "\n", "\r", "\0", "\u2028", "\u0085", "%0d%0a", "\r\n ", "\u000b", "\ud83d");

  @Test
  void noJsonFieldForgesAHeaderOnATrunk() {
    JsonPhone mallory = json("alice", new String[0]);
    int reached = 0;
    for (int round = 0; round < ROUNDS; round++) {
      clock.advance(Duration.ofSeconds(11));
      ObjectNode frame = call("c" + round);
      mallory.sendsRaw(frame.toString());
      if (mallory.reply("rc" + round).path("ok").asBoolean()) {
        reached++;
        SipText invite = carrier.receives(INVITE);
        // The name beside the address is the caller's own to choose, and proves nothing.
        assertThat(Forgeries.forgedIn(invite))
            .as("%s made of %s", invite, frame)
            .isSubsetOf("from");
        assertThat(invite.header("From"))
            .matches("(\"[^\"\\\\]*\" )?<sip:alice@example\\.test>;tag=\\w+");
        carrier.answers(486);
        carrier.receives(ACK);
        settle();
      }
    }
    assertThat(reached).as("of %s that were not refused", ROUNDS).isPositive();
  }

  /** A name in which a quote or a backslash ends what it stands in, and another address follows. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\" <sip:+1900@bank.test>;y=\"",
        "x\", \"y\" <sip:+1900@bank.test>, \"",
        "\"",
        "x\\",
        "\\\" <sip:+1900@bank.test>"
      })
  void noDisplayNameOfAFrameEndsBeforeItsEnd(String name) {
    JsonPhone mallory = json("alice", new String[0]);
    ObjectNode frame = call("c1").removeAll();
    frame.put("type", "call").put("id", "r1").put("call", "c1").put("to", "95550100");
    mallory.sendsRaw(frame.put("sdp", gathered()).put("display", name).toString());
    SipText invite = carrier.receives(INVITE);
    assertThat(invite.header("From"))
        .matches("\"(?:[^\"\\\\]|\\\\.)*\" <sip:alice@example\\.test>;tag=\\w+");
    String quoted = invite.header("From").replaceFirst("(?s)^\"(.*)\" <.*$", "$1");
    assertThat(quoted.replaceAll("\\\\(.)", "$1")).isEqualTo(name);
    carrier.answers(486);
    carrier.receives(ACK);
  }

  /** What JAIN-SIP reads without quotes it would write with them. */
  @ParameterizedTest
  @ValueSource(strings = {"x\" y", "x\\", "x\" y \"z"})
  void displayNameThatIsNoneIsRefused(String name) {
    Phone mallory = sipJs("alice");
    mallory.registers();
    mallory.invites(
        "sip:95550100@" + DOMAIN,
        request ->
            request.set("From", name + " " + request.header("From").replaceFirst("^[^<]*", "")));
    mallory.receives(400);
    assertThat(carrier.isIdle()).isTrue();
  }

  @Test
  void displayNameCrossesAsItWas() {
    Phone alice = sipJs("alice");
    alice.registers();
    alice.invites(
        "sip:95550100@" + DOMAIN,
        request ->
            request.set(
                "From",
                "\"Al \\\"ice\\\" \\\\\" " + request.header("From").replaceFirst("^[^<]*", "")));
    assertThat(carrier.receives(INVITE).header("From"))
        .startsWith("\"Al \\\"ice\\\" \\\\\" <sip:alice@");
    carrier.answers(486);
    carrier.receives(ACK);
    alice.receives(486);
  }

  private static String gathered() {
    return Sdp.browser() + "a=end-of-candidates\r\n";
  }

  private ObjectNode call(String id) {
    String evil =
        ENDS.get(random.nextInt(ENDS.size()))
            + forgeries.spelled("P-Asserted-Identity")
            + ": "
            + Forgeries.CANARY;
    String header = Forgeries.TRUSTED.get(random.nextInt(Forgeries.TRUSTED.size()));
    ObjectNode good = JsonPhone.frame("call", "call", id, "to", "95550100", "sdp", gathered());
    switch (random.nextInt(7)) {
      case 0 -> good.put("to", "95550100" + evil);
      case 1 -> good.put("display", "Alice" + evil);
      case 2 -> good.set("headers", JsonPhone.frame("x").removeAll().put("X-A", "a" + evil));
      case 3 ->
          good.set(
              "headers",
              JsonPhone.frame("x").removeAll().put(forgeries.spelled(header), Forgeries.CANARY));
      case 4 -> good.set("headers", JsonPhone.frame("x").removeAll().put("X-A" + evil, "a"));
      case 5 -> good.put(header, Forgeries.CANARY);
      default -> good.put("call", id);
    }
    return good.put("id", "r" + id);
  }
}
