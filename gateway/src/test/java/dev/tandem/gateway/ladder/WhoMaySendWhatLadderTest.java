package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.MESSAGE;
import static dev.tandem.testkit.Sip.NOTIFY;
import static dev.tandem.testkit.Sip.PUBLISH;
import static dev.tandem.testkit.Sip.REFER;
import static dev.tandem.testkit.Sip.REGISTER;
import static dev.tandem.testkit.Sip.SUBSCRIBE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.schema.Frames;
import dev.tandem.testkit.Habit;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import dev.tandem.testkit.SipText;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every method by everybody, as {@code identity/methods.txt} says, and every JSON request before a
 * register, as {@code identity/json.txt} says.
 */
class WhoMaySendWhatLadderTest extends JsonLadderTest {
  private static final List<String> COLUMNS =
      List.of("stranger", "udp", "user", "trunk", "intruder", "other");
  private static final String PIDF =
      "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:bob@example.test'>"
          + "<tuple id='a'><status><basic>closed</basic></status></tuple></presence>";
  private static final String NOTHING = "-";
  private static final String RELAYED = "bob";

  private Phone alice;
  private Phone bob;

  /** The lines of a table: its first word, and the others. */
  private static Map<String, List<String>> table(String name) throws IOException {
    Map<String, List<String>> rows = new LinkedHashMap<>();
    try (InputStream in = WhoMaySendWhatLadderTest.class.getResourceAsStream("/identity/" + name)) {
      for (String line : new String(in.readAllBytes(), UTF_8).split("\n", -1)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          List<String> words = Arrays.asList(line.trim().split(" +", -1));
          rows.put(words.get(0), words.subList(1, words.size()));
        }
      }
    }
    return rows;
  }

  @ParameterizedTest
  @ValueSource(strings = {"stranger", "udp", "user", "trunk", "intruder", "other"})
  void eachMethodBringsWhatTheTableSays(String column) throws IOException {
    alice = sipJs("alice");
    bob = jsSip("bob");
    alice.registers();
    bob.registers();
    Sender sender = sender(column);
    Map<String, String> expected = new LinkedHashMap<>();
    Map<String, String> seen = new LinkedHashMap<>();
    table("methods.txt")
        .forEach(
            (method, verdicts) -> {
              expected.put(method, verdicts.get(COLUMNS.indexOf(column)));
              seen.put(method, verdict(sender, method));
            });
    assertThat(seen).hasSize(14).isEqualTo(expected);
    if (column.equals("intruder") || column.equals("other")) {
      theCallGoesOn();
    }
  }

  /** Who sends, from which phone, and what makes the request look as it should. */
  private record Sender(Phone phone, String target, Consumer<SipText> disguise) {}

  private Sender sender(String column) {
    PhoneIdentity asAlice = new PhoneIdentity("alice", DOMAIN, null);
    Phone stranger =
        column.equals("udp")
            ? Phone.pbxUdp(ladder, "stranger", asAlice, "127.0.0.9", this::udp)
            : Phone.jsSip(ladder, "stranger", asAlice, webSocket());
    stranger.with(Habit.LEAVES_CHALLENGES);
    return switch (column) {
      case "user" -> new Sender(alice, sip("bob"), request -> {});
      case "trunk" -> new Sender(carrier.with(Habit.LEAVES_CHALLENGES), sip("bob"), r -> {});
      case "intruder" -> inTheCall(stranger);
      case "other" -> inTheCall(jsSip("carol"));
      default -> new Sender(stranger, sip("bob"), request -> {});
    };
  }

  /** Alice calls Bob, and this phone knows all that Alice knows of the call. */
  private Sender inTheCall(Phone phone) {
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    SipText answer = alice.receives(200);
    alice.sends(ACK);
    bob.receives(ACK);
    settle();
    return new Sender(
        phone,
        answer.contactUri(),
        request -> {
          request.set("Call-ID", answer.callId());
          request.set("From", answer.header("From"));
          request.set("To", answer.header("To"));
          request.set("CSeq", (answer.cseqNumber() + 1000) + " " + request.method());
        });
  }

  private void theCallGoesOn() {
    alice.sends(INFO);
    bob.receives(INFO);
    bob.answers(200);
    alice.receives(200, INFO);
    alice.sends(BYE);
    bob.receives(BYE);
    bob.answers(200);
    alice.receives(200, BYE);
    ladder.nothingMore();
  }

  /** Sends a request, and says what became of it. */
  private String verdict(Sender sender, String method) {
    Phone phone = sender.phone();
    send(sender, method);
    settle();
    if (!bob.isIdle()) {
      bob.receives(method);
      bob.answers(method.equals(INVITE) ? 486 : 200);
      if (method.equals(INVITE)) {
        bob.receives(ACK);
      }
      phone.receives(method.equals(INVITE) ? 486 : 200, method);
      return RELAYED;
    }
    String answer = phone.isIdle() ? NOTHING : Integer.toString(phone.receivesAny().status());
    if (!phone.isIdle()) {
      phone.receives(NOTIFY); // of the state that it asked for
      phone.answers(200);
    }
    assertThat(alice.isIdle() && bob.isIdle() && carrier.isIdle()).as(method).isTrue();
    return answer;
  }

  private static void send(Sender sender, String method) {
    Phone phone = sender.phone();
    if (method.equals(REGISTER)) {
      phone.sendsRegister(600, register -> {});
    } else if (method.equals(INVITE)) {
      phone.invites(sender.target(), sender.disguise());
    } else {
      phone.asks(
          method,
          sender.target(),
          request -> {
            dress(request, phone);
            sender.disguise().accept(request);
          });
    }
  }

  /** What a method needs so that nothing but its sender can be wrong. */
  private static void dress(SipText request, Phone phone) {
    switch (request.method()) {
      case MESSAGE -> request.body("text/plain", "hello");
      case SUBSCRIBE -> request.add("Event", "presence").set("Expires", "0");
      case NOTIFY ->
          request.add("Event", "presence").add("Subscription-State", "active;expires=60");
      case PUBLISH ->
          request.add("Event", "presence").add("Expires", "60").body("application/pidf+xml", PIDF);
      case REFER -> request.add("Refer-To", "<sip:95550100@" + DOMAIN + ">");
      case "PRACK" -> request.add("RAck", "1 1 INVITE");
      default -> {}
    }
    if (!request.has("Contact")) {
      request.add("Contact", "<" + phone.contactUri() + ">");
    }
  }

  @Test
  void eachJsonRequestBeforeARegisterBringsWhatTheTableSays() throws IOException {
    Map<String, String> expected = new TreeMap<>();
    table("json.txt").forEach((type, verdict) -> expected.put(type, verdict.get(0)));
    JsonPhone witness = json("bob", new String[0]);
    Map<String, String> seen = new TreeMap<>();
    Frames.requests()
        .forEach(
            (type, example) -> {
              JsonPhone stranger = json("stranger");
              stranger.sendsRaw(((ObjectNode) example.deepCopy()).put("id", "x").toString());
              ObjectNode reply = stranger.reply("x");
              seen.put(type, reply.has("error") ? code(reply) : "ok");
              stranger.close();
            });
    assertThat(seen).hasSizeGreaterThan(25).isEqualTo(expected);
    witness.hearsNothingMore();
  }

  private static String code(ObjectNode reply) {
    return reply.path("error").path("code").asText();
  }
}
