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
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever a browser writes into an INVITE or a frame, a trunk is told by us who calls and by which
 * way, and gets no header that we did not choose. Made by lot from a seed; how many: {@code
 * -Dtandem.rounds=2000}.
 */
class ForgedHeaderLadderTest extends JsonLadderTest {
  private static final int ROUNDS = Integer.getInteger("tandem.rounds", 60);
  private static final long SEED = Long.getLong("tandem.seed", 7);

  /** Stands in every forged value, and nowhere else. */
  private static final String CANARY = "f0rged";

  /**
   * What trunks believe, and what steers a request; in its short form, too, where it has one. Not
   * Via: who adds one hears no answer any more, as RFC 3261 §8.1.3.3 has it.
   */
  private static final List<String> TRUSTED =
      List.of(
          "P-Asserted-Identity",
          "P-Preferred-Identity",
          "Remote-Party-ID",
          "Diversion",
          "History-Info",
          "P-Charging-Vector",
          "P-Access-Network-Info",
          "P-Called-Party-ID",
          "P-Visited-Network-ID",
          "P-Asserted-Service",
          "P-Served-User",
          "Identity",
          "y",
          "Identity-Info",
          "Record-Route",
          "Route",
          "Path",
          "Service-Route",
          "Referred-By",
          "b",
          "Contact",
          "m",
          "Proxy-Authorization",
          "Authorization",
          "Server",
          "Alert-Info",
          "Call-Info",
          "Reply-To",
          "Organization",
          "Geolocation",
          "Resource-Priority",
          "Warning");

  /** What crosses a call because it is for the person at the other end, and proves nothing. */
  private static final Set<String> MAY_CROSS =
      Set.of("alert-info", "call-info", "organization", "warning", "x-a");

  private final Random random = new Random(SEED);

  /** Who calls is to be proved to the trunk, so that there is something to forge. */
  @Override
  String yaml() {
    return super.yaml()
        .replace("largeRequests: udp,", "largeRequests: udp, identity: {send: asserted},");
  }

  @Test
  void noSipHeaderOfABrowserForgesOneOnATrunk() {
    Phone mallory = sipJs("alice");
    mallory.registers();
    int reached = 0;
    for (int round = 0; round < ROUNDS; round++) {
      List<String> forged = new ArrayList<>();
      mallory.invites(
          "sip:95550100@" + DOMAIN,
          request -> {
            for (int i = 0; i < 1 + random.nextInt(4); i++) {
              String name = spelled(TRUSTED.get(random.nextInt(TRUSTED.size())));
              String value = value();
              forged.add(name + ": " + value);
              request.addAfter("Max-Forwards", name, value);
            }
          });
      SipText invite = reachesTheCarrier(mallory, forged);
      if (invite != null) {
        reached++;
        assertThat(forgedIn(invite)).as("%s made of %s", invite, forged).isEmpty();
        assertThat(invite.headers("P-Asserted-Identity")).hasSizeLessThan(2);
        assertThat(invite.header("From")).contains("sip:alice@");
      }
    }
    assertThat(reached).as("of %s that were not refused", ROUNDS).isGreaterThan(ROUNDS / 4);
  }

  private SipText reachesTheCarrier(Phone mallory, List<String> forged) {
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

  /** In another case, with blanks before the colon, or folded behind it. */
  private String spelled(String name) {
    StringBuilder spelled = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      spelled.append(random.nextInt(4) == 0 ? flipped(c) : c);
    }
    return spelled
        + List.of("", "", " ", "\t", "  \t", "\0", "\u00a0", "\u200b").get(random.nextInt(8));
  }

  private static char flipped(char c) {
    return Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c);
  }

  private String value() {
    String fold = random.nextInt(3) == 0 ? "\r\n " : "";
    return fold
        + List.of(
                "<sip:" + CANARY + "@bank.test>",
                "\"" + CANARY + "\" <sip:+1900@bank.test>",
                "<tel:+1900>;x=" + CANARY,
                "<sip:" + CANARY + ".test;lr>",
                "Digest username=\"" + CANARY + "\"",
                CANARY)
            .get(random.nextInt(6));
  }

  private static Set<String> forgedIn(SipText invite) {
    return invite.lines().stream()
        .filter(line -> line.value().contains(CANARY))
        .map(line -> line.name().toLowerCase(Locale.ROOT))
        .filter(name -> !MAY_CROSS.contains(name))
        .collect(Collectors.toCollection(TreeSet::new));
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
        assertThat(forgedIn(invite)).as("%s made of %s", invite, frame).isSubsetOf("from");
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
        ENDS.get(random.nextInt(ENDS.size())) + spelled("P-Asserted-Identity") + ": " + CANARY;
    String header = TRUSTED.get(random.nextInt(TRUSTED.size()));
    ObjectNode good = JsonPhone.frame("call", "call", id, "to", "95550100", "sdp", gathered());
    switch (random.nextInt(7)) {
      case 0 -> good.put("to", "95550100" + evil);
      case 1 -> good.put("display", "Alice" + evil);
      case 2 -> good.set("headers", JsonPhone.frame("x").removeAll().put("X-A", "a" + evil));
      case 3 -> good.set("headers", JsonPhone.frame("x").removeAll().put(spelled(header), CANARY));
      case 4 -> good.set("headers", JsonPhone.frame("x").removeAll().put("X-A" + evil, "a"));
      case 5 -> good.put(header, CANARY);
      default -> good.put("call", id);
    }
    return good.put("id", "r" + id);
  }
}
