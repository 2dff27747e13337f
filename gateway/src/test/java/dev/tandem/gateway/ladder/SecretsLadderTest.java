package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.MESSAGE;
import static dev.tandem.testkit.Sip.REGISTER;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.token.TestTokens;
import dev.tandem.testkit.Digest;
import dev.tandem.testkit.Habit;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import dev.tandem.testkit.RawWebSocket;
import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Secrets go through the gateway in every way they can, rightly and wrongly, while everything is
 * logged: no log line, page or refusal has any of them. What is asked for with a proof, as TURN
 * credentials are, is in its answer alone.
 */
class SecretsLadderTest extends JsonLadderTest {
  private static final String PASSWORD = "pAss-of-alice-8d1f";
  private static final String WRONG = "wr0ng-guess-77aa";
  private static final String TRUNK_PASSWORD = "trunk-s3cret-5b2c";
  private static final String TURN_SECRET = "turn-n0rth-93e0";
  private static final String MEDIA_KEY = "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj";
  private static final Pattern RESPONSE = Pattern.compile("response=\"([0-9a-f]+)\"");

  /** By what each is. */
  private final Map<String, String> secrets = new TreeMap<>();

  private final StringBuilder shown = new StringBuilder();
  private EveryLogLine log;

  @Override
  String yaml() {
    return super.yaml()
            .replace("{user: alice, password: secret}", "{user: alice, password: " + PASSWORD + "}")
            .replace(
                "transport: udp}",
                "transport: udp, domain: carrier.example,"
                    + " auth: {user: acc1, password: "
                    + TRUNK_PASSWORD
                    + ", realm: carrier.example}}")
        + """
        auth: {tokens: {secret: "%s", inQuery: true}}
        ice: {turn: {urls: ["turn:turn.example:3478"], secret: %s}}
        """
            .formatted(TestTokens.SECRET, TURN_SECRET);
  }

  @BeforeEach
  void listen() {
    log = new EveryLogLine();
    secrets.put("password", PASSWORD);
    secrets.put("wrong password", WRONG);
    secrets.put("trunk's password", TRUNK_PASSWORD);
    secrets.put("TURN secret", TURN_SECRET);
    secrets.put("key that signs tokens", TestTokens.SECRET);
  }

  @AfterEach
  void stopListening() {
    log.close();
  }

  /** The digest in these credentials: who has it can try passwords at leisure. */
  private String digested(String what, String credentials) {
    Matcher matcher = RESPONSE.matcher(credentials);
    assertThat(matcher.find()).as(credentials).isTrue();
    secrets.put(what, matcher.group(1));
    return credentials;
  }

  private String token(String what, String token) {
    secrets.put(what, token.substring(token.lastIndexOf('.') + 1));
    return token;
  }

  private void isShown(Object answer) {
    shown.append(answer).append('\n');
  }

  @Test
  void noneIsLoggedOrShown() throws Exception {
    bySip();
    byTokens();
    byJson();
    inWhatCannotBeRead();
    onPages();
    settle();
    String logged = log.text();
    assertThat(logged.contains("sent a bad message")).as("all is logged").isTrue();
    assertThat(secrets.size()).isGreaterThan(12); // not to be printed
    secrets.forEach(
        (what, secret) -> {
          assertThat(secret).as(what).hasSizeGreaterThan(5);
          assertThat(linesWith(logged, secret)).as("log lines with the " + what).isEmpty();
          assertThat(linesWith(shown.toString(), secret)).as("shown: " + what).isEmpty();
        });
  }

  private static String linesWith(String text, String secret) {
    StringBuilder found = new StringBuilder();
    text.lines().filter(line -> line.contains(secret)).limit(3).forEach(found::append);
    return found.toString();
  }

  private void bySip() {
    Phone alice = Phone.jsSip(ladder, "alice", identity("alice"), webSocket());
    alice.with(Habit.LEAVES_CHALLENGES);
    for (String password : new String[] {WRONG, PASSWORD}) {
      alice.sendsRegister(600, register -> {});
      String credentials =
          digested("digest of " + password, credentials(alice.receives(401), password, REGISTER));
      alice.sendsRegister(600, register -> register.add("Authorization", credentials));
      isShown(alice.receivesOneOf(401, 200));
    }
    alice.invites(sip("95550100"));
    String forCall =
        digested(
            "digest of a call",
            Digest.authorization(
                Digest.Challenge.parse(lastOf(alice.receives(407), "Proxy-Authenticate")),
                "alice",
                PASSWORD,
                INVITE,
                sip("95550100"),
                1));
    alice.describes(Sdp.browser() + "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + MEDIA_KEY);
    secrets.put("key of the media", MEDIA_KEY);
    alice.invites(sip("95550100"), invite -> invite.add("Proxy-Authorization", forCall));
    carrier.receives(INVITE);
    carrier.answers(
        407,
        answer ->
            answer.add("Proxy-Authenticate", "Digest realm=\"carrier.example\", nonce=\"n\""));
    carrier.receives(ACK);
    SipText signed = carrier.receives(INVITE);
    digested("our digest for the trunk", signed.header("Proxy-Authorization"));
    assertThat(signed.header("Proxy-Authorization")).isNotEqualTo(forCall);
    carrier.answers(200);
    isShown(alice.receives(200, INVITE));
    alice.sends(ACK);
    carrier.receives(ACK);
    isShown(page("/api/calls"));
    carrier.sends(BYE);
    alice.receives(BYE);
    alice.answers(200);
    carrier.receives(200);
  }

  private static String lastOf(SipText answer, String header) {
    return answer.headers(header).get(answer.headers(header).size() - 1);
  }

  private static String credentials(SipText challenged, String password, String method) {
    Digest.Challenge challenge = Digest.Challenge.parse(lastOf(challenged, "WWW-Authenticate"));
    return Digest.authorization(challenge, "alice", password, method, "sip:" + DOMAIN, 1);
  }

  private void byTokens() {
    String good = token("token", TestTokens.shared("bob"));
    String bad = token("bad token", TestTokens.shared("alice") + "AAAA");
    Phone bob =
        Phone.jsSip(
            ladder,
            "bob",
            new PhoneIdentity("bob", DOMAIN, null),
            URI.create(webSocket() + "?access_token=" + good));
    isShown(bob.registers());
    Phone another =
        Phone.jsSip(ladder, "another", new PhoneIdentity("bob", DOMAIN, null), webSocket())
            .with(Habit.LEAVES_CHALLENGES);
    for (String value : new String[] {"Bearer " + bad, "JWT " + bad, "JWT " + good}) {
      another.sendsRegister(600, register -> register.set("Authorization", value));
      isShown(another.receivesOneOf(401, 200));
    }
    for (String header : new String[] {"Authorization|Bearer ", "Cookie|tandem_token="}) {
      RawWebSocket refused =
          RawWebSocket.to(webSocket())
              .subprotocol("sip")
              .header(header.split("\\|")[0], header.split("\\|")[1] + bad)
              .connect();
      assertThat(refused.status()).isEqualTo(401);
      refused.close();
    }
  }

  private void byJson() {
    JsonPhone stranger = json("stranger");
    String wrong = WRONG;
    isShown(stranger.isRefused("auth_failed", "register", "user", "bob", "password", wrong));
    String bad = token("bad token of JSON", TestTokens.shared("bob") + "BBBB");
    isShown(stranger.isRefused("auth_failed", "register", "token", bad));
    String proof = "a1b2c3d4".repeat(8);
    secrets.put("proof", proof);
    isShown(
        stranger.isRefused(
            "auth_failed", "register", "user", "bob", "cnonce", "0123456789", "proof", proof));
    JsonPhone alice = json("alice");
    ObjectNode registered = alice.asks("register", "user", "alice", "password", PASSWORD);
    secrets.put("token to resume", registered.path("resumeToken").asText());
    alice.sendsRaw("{\"type\":\"call\",\"id\":\"9x\",\"to\":\"" + PASSWORD + "\\n\"}");
    isShown(alice.reply("9x"));
    ObjectNode servers = alice.asks("ice");
    secrets.put("TURN credential", servers.path("iceServers").path(0).path("credential").asText());
  }

  /** With something wrong behind the credentials, so that the whole message is trouble. */
  private void inWhatCannotBeRead() {
    String credentials = "Digest username=\"alice\", response=\"0badc0de0badc0de\"";
    secrets.put("digest in a broken message", "0badc0de0badc0de");
    RawWebSocket socket = RawWebSocket.to(webSocket()).subprotocol("sip").connect();
    for (String broken :
        new String[] {
          "CSeq: one REGISTER", "CSeq: 1 REGISTER\r\nCSeq: 2 REGISTER", "Via: ", "Contact: <sip:"
        }) {
      socket.sendText(
          ("REGISTER sip:example.test SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bKx1\r\n"
                  + "Authorization: "
                  + credentials
                  + "\r\nFrom: <sip:alice@example.test>;tag=1\r\nTo: <sip:alice@example.test>\r\n"
                  + "Call-ID: broken\r\nMax-Forwards: 70\r\n"
                  + broken
                  + "\r\nContent-Length: 0\r\n\r\n")
              .getBytes(ISO_8859_1));
      socket.sendPing("over");
      for (RawWebSocket.Frame frame = socket.receive();
          frame.opcode() != RawWebSocket.PONG;
          frame = socket.receive()) {
        isShown(frame.text());
      }
    }
    socket.close();
    Phone trickster =
        Phone.jsSip(ladder, "trickster", identity("bob"), webSocket())
            .with(Habit.LEAVES_CHALLENGES);
    trickster.asks(
        MESSAGE,
        sip("alice"),
        message -> message.add("Proxy-Authorization", credentials + ", x=\"").noBody());
    isShown(trickster.receivesAny());
  }

  private void onPages() throws Exception {
    for (String path :
        new String[] {
          "/metrics",
          "/api/calls",
          "/api/trunks",
          "/readyz",
          "/demo/config.json",
          "/nothing?access_token=" + WRONG,
          "/ice-servers",
          "/v1/session",
          "/api/explain?from=alice&to=95550100",
          "/ws"
        }) {
      isShown(page(path));
    }
  }

  private String page(String path) {
    try {
      return RawPages.get(gateway.address("http"), path);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
