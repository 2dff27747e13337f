package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.REGISTER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.testkit.Digest;
import dev.tandem.testkit.Habit;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import dev.tandem.testkit.RawWebSocket;
import dev.tandem.testkit.SipText;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who guesses does not learn which users there are: an unknown one, and a wrong password of one
 * that is kept in any of the ways there are, are answered with the same words after the same work.
 * {@code -Dtandem.timing=20000} measures so many of each with a clock, too.
 */
class SameAnswerLadderTest extends JsonLadderTest {
  private static final String NOBODY = "ghost";

  /** With names of one length, so that they fill as many blocks. */
  private static final List<String> USERS = List.of("alice", "helen", "henry");

  private static CountedDigests digests;

  @BeforeAll
  static void count() {
    digests = CountedDigests.install();
  }

  @AfterAll
  static void stopCounting() {
    digests.close();
  }

  @Override
  String yaml() {
    return super.yaml()
            .replace(
                "users:\n",
                """
                users:
                  - {user: helen, ha1: 0123456789abcdef0123456789abcdef}
                  - user: henry
                    ha1Sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
                """)
        + "json: {failedLoginsPerMinute: 100000}\n";
  }

  /** What a guess brought: the answer without what is new in each, and the blocks hashed for it. */
  private record Outcome(String answer, long blocks) {}

  @ParameterizedTest
  @ValueSource(strings = {"MD5", "SHA-256"})
  void digestOfAnUnknownUserIsAnsweredAsAWrongPassword(String algorithm) {
    Outcome unknown = bySip(NOBODY, algorithm);
    assertThat(unknown.answer()).startsWith("SIP/2.0 401 ").doesNotContain("stale");
    assertThat(unknown.blocks()).isGreaterThan(3);
    for (String user : USERS) {
      assertThat(bySip(user, algorithm)).as(user).isEqualTo(unknown);
    }
  }

  private Outcome bySip(String user, String algorithm) {
    Phone phone =
        Phone.jsSip(ladder, user, new PhoneIdentity(user, DOMAIN, "wrong"), webSocket())
            .with(Habit.LEAVES_CHALLENGES);
    phone.sendsRegister(600, register -> {});
    String credentials = guess(phone.receives(401), user, algorithm);
    long before = digests.blocks();
    phone.sendsRegister(600, register -> register.add("Authorization", credentials));
    SipText answer = phone.receives(401);
    Outcome outcome = new Outcome(withoutWhatIsNew(answer, user), digests.blocks() - before);
    phone.close();
    return outcome;
  }

  private static String guess(SipText challenged, String user, String algorithm) {
    Digest.Challenge challenge =
        challenged.headers("WWW-Authenticate").stream()
            .map(Digest.Challenge::parse)
            .filter(offered -> offered.algorithm().equals(algorithm))
            .findFirst()
            .orElseThrow();
    return Digest.authorization(challenge, user, "wrong", REGISTER, "sip:" + DOMAIN, 1);
  }

  private static String withoutWhatIsNew(SipText answer, String user) {
    return answer
        .toString()
        .replace(user, "USER")
        .replaceAll("nonce=\"[^\"]*\"", "nonce")
        .replaceAll("(?m)^(Via|Call-ID|CSeq): .*$", "$1")
        .replaceAll("tag=[^;\r\n]*", "tag");
  }

  @ParameterizedTest
  @ValueSource(strings = {"password", "MD5", "SHA-256"})
  void jsonLoginOfAnUnknownUserIsAnsweredAsAWrongPassword(String way) {
    Outcome unknown = byJson(NOBODY, way);
    assertThat(unknown.answer()).contains("auth_failed");
    assertThat(unknown.blocks()).isPositive();
    for (String user : USERS) {
      assertThat(byJson(user, way)).as(user).isEqualTo(unknown);
    }
  }

  private Outcome byJson(String user, String way) {
    JsonPhone phone = json("stranger");
    long before = digests.blocks();
    phone.sendsRaw(login(user, way));
    String answer = phone.reply("1").toString().replace(user, "USER");
    Outcome outcome = new Outcome(answer, digests.blocks() - before);
    phone.close();
    return outcome;
  }

  private static String login(String user, String way) {
    ObjectNode login = JsonPhone.frame("register", "id", "1", "user", user);
    if (way.equals("password")) {
      login.put("password", "wrong");
    } else {
      login.put("cnonce", "0123456789").put("proof", "0".repeat(64)).put("alg", way);
    }
    return login.toString();
  }

  // By the clock.

  @Test
  @EnabledIfSystemProperty(named = "tandem.timing", matches = "\\d+")
  void theClockTellsNothingEither() {
    int rounds = Integer.getInteger("tandem.timing");
    RawWebSocket socket = RawWebSocket.to(webSocket()).subprotocol("sip").connect();
    socket.sendText(register(NOBODY, null));
    SipText challenged = SipText.parse(socket.receive().text());
    String[] names = {NOBODY, USERS.get(0), USERS.get(1), "hosts"};
    String[] credentials = new String[names.length];
    for (int i = 0; i < names.length; i++) {
      credentials[i] = guess(challenged, names[i], "MD5");
    }
    long[][] nanos = new long[names.length][rounds];
    Random random = new Random(7);
    for (int round = -rounds / 4; round < rounds; round++) { // the first warm up
      int first = random.nextInt(names.length);
      for (int i = 0; i < names.length; i++) {
        int who = (first + i) % names.length;
        byte[] register = register(names[who], credentials[who]);
        long began = System.nanoTime();
        socket.sendText(register);
        socket.receive();
        if (round >= 0) {
          nanos[who][round] = System.nanoTime() - began;
        }
      }
    }
    socket.close();
    double[] quick = new double[names.length]; // the first quartile: pauses are in the others
    for (int i = 0; i < names.length; i++) {
      Arrays.sort(nanos[i]);
      quick[i] = nanos[i][rounds / 4] / 1000.0;
      System.out.printf(
          "%s: quartiles %.1f %.1f %.1f us of %d%n",
          names[i],
          quick[i],
          nanos[i][rounds / 2] / 1000.0,
          nanos[i][rounds * 3 / 4] / 1000.0,
          rounds);
    }
    // Two names that nobody has differ by chance alone.
    double chance = Math.abs(quick[0] - quick[3]);
    assertThat(Math.abs(quick[0] - quick[1])).isLessThan(chance + 0.03 * quick[0]);
    assertThat(Math.abs(quick[0] - quick[2])).isLessThan(chance + 0.03 * quick[0]);
  }

  private static byte[] register(String user, String credentials) {
    SipText register =
        SipText.request(REGISTER, "sip:" + DOMAIN)
            .add("Via", "SIP/2.0/WS x.invalid;branch=" + SipText.newBranch())
            .add("Max-Forwards", "70")
            .add("From", "<" + sip(user) + ">;tag=" + SipText.newTag())
            .add("To", "<" + sip(user) + ">")
            .add("Call-ID", SipText.token(12))
            .add("CSeq", "1 REGISTER")
            .add("Contact", "<sip:" + user + "@x.invalid;transport=ws>")
            .add("Content-Length", "0");
    if (credentials != null) {
      register.add("Authorization", credentials);
    }
    return register.bytes();
  }
}
