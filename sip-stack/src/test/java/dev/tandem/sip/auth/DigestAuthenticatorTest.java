package dev.tandem.sip.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.sip.auth.DigestOutcome.Authenticated;
import dev.tandem.sip.auth.DigestOutcome.Challenge;
import dev.tandem.sip.auth.DigestOutcome.Reason;
import dev.tandem.sip.auth.DigestOutcome.Rejected;
import dev.tandem.sip.time.Timers;
import dev.tandem.testkit.Digest;
import dev.tandem.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client's side is the testkit's digest: another's arithmetic, not ours. */
class DigestAuthenticatorTest {
  private static final String REALM = "example.test";
  private static final String URI = "sip:example.test";
  private static final long FLOW = 17;

  private final ManualClock clock = new ManualClock();
  private final Map<String, Credentials> users = new HashMap<>();
  private final DigestAuthenticator server = authenticator(DigestSettings.of(REALM));

  DigestAuthenticatorTest() {
    users.put("alice", Credentials.ofPassword("alice", REALM, "secret"));
  }

  private DigestAuthenticator authenticator(DigestSettings settings) {
    return new DigestAuthenticator(
        settings, (user, realm) -> users.get(user), new Timers(clock, clock));
  }

  private Digest.Challenge challenge(DigestAlgorithm algorithm) {
    return server.challenges(FLOW, false).stream()
        .map(Digest.Challenge::parse)
        .filter(c -> c.algorithm().equals(algorithm.token()))
        .findFirst()
        .orElseThrow();
  }

  private Digest.Challenge challenge() {
    return challenge(DigestAlgorithm.MD5);
  }

  private static String answer(Digest.Challenge challenge, int nc) {
    return Digest.authorization(challenge, "alice", "secret", "REGISTER", URI, nc);
  }

  private DigestOutcome ask(String... authorizations) {
    return ask(server, FLOW, authorizations);
  }

  private static DigestOutcome ask(
      DigestAuthenticator server, long binding, String... authorizations) {
    return askAbout(URI, server, binding, authorizations);
  }

  private static DigestOutcome askAbout(
      String requestUri, DigestAuthenticator server, long binding, String... authorizations) {
    List<AuthorizationValue> values = new ArrayList<>();
    for (String authorization : authorizations) {
      values.add(AuthorizationValue.parse(authorization));
    }
    return server.authenticate(new DigestRequest("REGISTER", requestUri, binding, values));
  }

  private static Challenge wrong(String user) {
    return new Challenge(false, Reason.WRONG_CREDENTIALS, user);
  }

  private static Challenge stale(Reason reason) {
    return new Challenge(true, reason, "alice");
  }

  private static final Authenticated ALICE = new Authenticated("alice", REALM, DigestAlgorithm.MD5);

  @Test
  void sha256IsOfferedFirstAndMd5LastBecauseBrowserClientsTakeTheLast() {
    List<String> challenges = server.challenges(FLOW, false);
    assertThat(challenges)
        .extracting(c -> Digest.Challenge.parse(c).algorithm())
        .containsExactly("SHA-256", "MD5");
    assertThat(challenges.get(1))
        .matches(
            "Digest realm=\"example.test\", nonce=\"[0-9a-f]{48}\", algorithm=MD5, qop=\"auth\"");
    assertThat(server.challenges(FLOW, true))
        .allMatch(c -> c.endsWith(", qop=\"auth\", stale=true"));
  }

  @Test
  void rightAnswerIsAcceptedInEitherAlgorithm() {
    assertThat(ask(answer(challenge(DigestAlgorithm.MD5), 1))).isEqualTo(ALICE);
    assertThat(ask(answer(challenge(DigestAlgorithm.SHA_256), 1)))
        .isEqualTo(new Authenticated("alice", REALM, DigestAlgorithm.SHA_256));
  }

  @Test
  void ha1ServesAsWellAsAPasswordForItsAlgorithmOnly() {
    users.put(
        "alice",
        Credentials.ofHa1(
            Map.of(DigestAlgorithm.MD5, "3DBA6DFC2B40B8D1E7A5A0D7B45BD9C0".toLowerCase())));
    assertThat(ask(answer(challenge(), 1))).isEqualTo(wrong("alice"));
    users.put("alice", Credentials.ofHa1(Map.of(DigestAlgorithm.MD5, md5Ha1().toUpperCase())));
    assertThat(ask(answer(challenge(), 1))).isEqualTo(ALICE);
    assertThat(ask(answer(challenge(DigestAlgorithm.SHA_256), 1))).isEqualTo(wrong("alice"));
  }

  private static String md5Ha1() {
    return new String(
        Digests.ofThisThread().ha1(DigestAlgorithm.MD5, "alice", REALM, "secret"),
        java.nio.charset.StandardCharsets.US_ASCII);
  }

  @Test
  void withoutCredentialsThereIsAChallenge() {
    assertThat(ask()).isEqualTo(new Challenge(false, Reason.NO_CREDENTIALS, null));
    assertThat(ask("Bearer eyJh", "Basic YTpi"))
        .isEqualTo(new Challenge(false, Reason.NO_CREDENTIALS, null));
  }

  @Test
  void credentialsOfOtherRealmsArePassedOver() {
    Digest.Challenge own = challenge();
    Map<String, String> parameters = new HashMap<>(own.parameters());
    parameters.put("realm", "elsewhere");
    String foreign = answer(new Digest.Challenge(parameters), 1);
    assertThat(ask(foreign)).isEqualTo(new Challenge(false, Reason.OTHER_REALM, null));
    assertThat(ask(foreign, "Digest nonsense", answer(own, 1))).isEqualTo(ALICE);
  }

  @Test
  void unknownUserWrongPasswordAndMissingHa1AreOneAnswer() {
    Digest.Challenge challenge = challenge();
    assertThat(ask(Digest.authorization(challenge, "alice", "wrong", "REGISTER", URI, 1)))
        .isEqualTo(wrong("alice"));
    assertThat(ask(Digest.authorization(challenge, "mallory", "secret", "REGISTER", URI, 1)))
        .isEqualTo(wrong("mallory"));
    assertThat(ask(Digest.authorization(challenge, "", "", "REGISTER", URI, 1)))
        .isEqualTo(wrong(""));
    users.put("mallory", Credentials.ofHa1(Map.of()));
    assertThat(ask(Digest.authorization(challenge, "mallory", "secret", "REGISTER", URI, 1)))
        .isEqualTo(wrong("mallory"));
  }

  @Test
  void wrongPasswordLeavesTheNonceCountAlone() {
    Digest.Challenge challenge = challenge();
    ask(Digest.authorization(challenge, "alice", "wrong", "REGISTER", URI, 1));
    assertThat(ask(answer(challenge, 1))).isEqualTo(ALICE);
  }

  @Test
  void answerForOneMethodIsNoneForAnother() {
    String invite = Digest.authorization(challenge(), "alice", "secret", "INVITE", URI, 1);
    assertThat(ask(invite)).isEqualTo(wrong("alice"));
  }

  @Test
  void nonceCountMustRise() {
    Digest.Challenge challenge = challenge();
    assertThat(ask(answer(challenge, 2))).isEqualTo(ALICE);
    assertThat(ask(answer(challenge, 2))).isEqualTo(stale(Reason.REPLAY));
    assertThat(ask(answer(challenge, 1))).isEqualTo(stale(Reason.REPLAY));
    assertThat(ask(answer(challenge, 9))).isEqualTo(ALICE);
    assertThat(ask(answer(challenge, -1))).isEqualTo(ALICE); // ffffffff
    assertThat(ask(answer(challenge, 10))).isEqualTo(stale(Reason.REPLAY));
    assertThat(ask(answer(challenge(), 0))).isEqualTo(stale(Reason.REPLAY)); // the first is 1
  }

  @Test
  void bothChallengesOfOneAnswerAreOneNonce() {
    List<Digest.Challenge> challenges =
        server.challenges(FLOW, false).stream().map(Digest.Challenge::parse).toList();
    assertThat(ask(answer(challenges.get(0), 1))).isInstanceOf(Authenticated.class);
    assertThat(ask(answer(challenges.get(1), 1))).isEqualTo(stale(Reason.REPLAY));
  }

  @Test
  void clientRecoversFromAReplayWithTheFreshNonce() {
    String first = answer(challenge(), 1);
    assertThat(ask(first)).isEqualTo(ALICE);
    assertThat(ask(first)).isEqualTo(stale(Reason.REPLAY)); // SIP.js sends it again, to refresh
    Digest.Challenge fresh = Digest.Challenge.parse(server.challenges(FLOW, true).get(1));
    assertThat(fresh.isStale()).isTrue();
    assertThat(ask(answer(fresh, 2))).isEqualTo(ALICE); // its count goes on with the new nonce
  }

  @Test
  void nonceIsGoodForItsTimeOnly() {
    Digest.Challenge challenge = challenge();
    clock.advance(DigestSettings.DEFAULT_NONCE_LIFETIME.minusMillis(1));
    assertThat(ask(answer(challenge, 1))).isEqualTo(ALICE);
    clock.advance(Duration.ofMillis(1));
    assertThat(ask(answer(challenge, 2))).isEqualTo(stale(Reason.EXPIRED_NONCE));
  }

  @Test
  void nonceIsGoodOnItsConnectionOnly() {
    Digest.Challenge challenge = challenge();
    assertThat(ask(server, FLOW + 1, answer(challenge, 1))).isEqualTo(stale(Reason.FOREIGN_NONCE));
    assertThat(ask(answer(challenge, 1))).isEqualTo(ALICE);
  }

  @Test
  void nonceOfAnotherProcessIsStale() {
    DigestAuthenticator restarted = authenticator(DigestSettings.of(REALM));
    assertThat(ask(restarted, FLOW, answer(challenge(), 1))).isEqualTo(stale(Reason.FOREIGN_NONCE));
  }

  @Test
  void changedNonceIsNotOurs() {
    String nonce = challenge().get("nonce");
    for (int i = 0; i < nonce.length(); i++) {
      char other = nonce.charAt(i) == '0' ? '1' : '0';
      assertThat(askWithNonce(nonce.substring(0, i) + other + nonce.substring(i + 1)))
          .isEqualTo(stale(Reason.FOREIGN_NONCE));
    }
    for (String odd : List.of("", "0", nonce + "0", nonce.substring(1), nonce.replace('0', 'g'))) {
      assertThat(askWithNonce(odd)).isEqualTo(stale(Reason.FOREIGN_NONCE));
    }
  }

  private DigestOutcome askWithNonce(String nonce) {
    return ask(
        answer(
            new Digest.Challenge(
                Map.of("realm", REALM, "nonce", nonce, "algorithm", "MD5", "qop", "auth")),
            1));
  }

  @Test
  void nonceThatLostItsSlotToANewerOneIsStaleAndCannotTakeItBack() {
    DigestAuthenticator small =
        authenticator(
            new DigestSettings(
                REALM, List.of(DigestAlgorithm.MD5), Duration.ofMinutes(5), 4, true));
    List<Digest.Challenge> challenges = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      challenges.add(Digest.Challenge.parse(small.challenges(FLOW, false).get(0)));
    }
    assertThat(ask(small, FLOW, answer(challenges.get(0), 1))).isEqualTo(ALICE);
    assertThat(ask(small, FLOW, answer(challenges.get(4), 1))).isEqualTo(ALICE); // the same slot
    assertThat(ask(small, FLOW, answer(challenges.get(0), 1)))
        .isEqualTo(stale(Reason.EXPIRED_NONCE));
    assertThat(ask(small, FLOW, answer(challenges.get(0), 2)))
        .isEqualTo(stale(Reason.EXPIRED_NONCE));
    assertThat(ask(small, FLOW, answer(challenges.get(3), 1))).isEqualTo(ALICE);
    assertThat(ask(small, FLOW, answer(challenges.get(4), 2))).isEqualTo(ALICE);
  }

  @Test
  void ofManyAtOnceWithOneNonceCountOneGetsIn() throws Exception {
    for (int round = 0; round < 50; round++) {
      String answer = answer(challenge(), 1);
      CountDownLatch go = new CountDownLatch(1);
      List<CompletableFuture<DigestOutcome>> outcomes = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        outcomes.add(
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    go.await();
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                  return ask(answer);
                },
                command -> new Thread(command).start()));
      }
      go.countDown();
      List<DigestOutcome> all = outcomes.stream().map(CompletableFuture::join).toList();
      assertThat(all).filteredOn(ALICE::equals).hasSize(1);
      assertThat(all).filteredOn(stale(Reason.REPLAY)::equals).hasSize(3);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "sip:Example.TEST, sip:example.test",
    "sip:example.test;transport=ws, sip:example.test",
    "sip:%62ob@example.test, sip:bob@example.test",
    "SIP:example.test, sip:example.test",
  })
  void uriMayBeWrittenOtherwise(String requestUri, String uri) {
    String answer = Digest.authorization(challenge(), "alice", "secret", "REGISTER", uri, 1);
    assertThat(askAbout(requestUri, server, FLOW, answer)).isEqualTo(ALICE);
  }

  @ParameterizedTest
  @CsvSource({
    "sip:bob@example.test, sip:carol@example.test",
    "sip:example.test, sips:example.test",
    "sip:example.test, sip:example.test:5060",
    "sip:example.test, 127.0.0.1:5060",
    "tel:+15550100, tel:+15550101",
  })
  void uriMustNameTheRequestUri(String requestUri, String uri) {
    String answer = Digest.authorization(challenge(), "alice", "secret", "REGISTER", uri, 1);
    assertThat(askAbout(requestUri, server, FLOW, answer))
        .isEqualTo(new Rejected(400, "Bad Digest credentials: uri is not the Request-URI"));
  }

  @Test
  void uriMayBeLeftUnchecked() {
    DigestAuthenticator lenient =
        authenticator(
            new DigestSettings(
                REALM, DigestSettings.DEFAULT_ALGORITHMS, Duration.ofMinutes(5), 16, false));
    Digest.Challenge challenge = Digest.Challenge.parse(lenient.challenges(FLOW, false).get(1));
    String answer =
        Digest.authorization(
            challenge, "alice", "secret", "REGISTER", "sip:127.0.0.1:5060", 1); // SIPp
    assertThat(ask(lenient, FLOW, answer)).isEqualTo(ALICE);
  }

  @Test
  void writingDiffersAmongClients() {
    List<UnaryOperator<String>> dialects =
        List.of(
            a -> a.replace("algorithm=MD5", "algorithm=\"MD5\""),
            a -> a.replace("algorithm=MD5, ", ""),
            a -> a.replace("algorithm=MD5", "ALGORITHM = md5"),
            a -> a.replaceAll("nc=([0-9]+)", "nc=\"$1\""),
            a -> a.replace("qop=auth", "qop=\"auth\""),
            a -> a.replace("qop=auth", "qop=AUTH"),
            a -> a.replace(", ", ","),
            a -> a.replace(", ", " ,\r\n  "),
            a -> a.replace("Digest ", "dIGEST   "),
            a -> a + ",",
            a -> a + ", opaque=\"\", something=else",
            a -> a.replaceAll("response=\"([0-9a-f]+)\"", "response=$1"),
            a -> {
              int from = a.indexOf("response=\"") + 10;
              return a.substring(0, from)
                  + a.substring(from, from + 32).toUpperCase()
                  + a.substring(from + 32);
            });
    for (UnaryOperator<String> dialect : dialects) {
      String answer = dialect.apply(answer(challenge(), 1));
      assertThat(ask(answer)).as(answer).isEqualTo(ALICE);
    }
  }

  @Test
  void userNameAndPasswordMayBeAnything() {
    for (String user : List.of("CORP\\alice", "j\u00f6rg", "a b", "\ud83d\ude00", "a:b", "%61")) {
      users.put(user, Credentials.ofPassword(user, REALM, "p\u00e4ss:w\u20acrd"));
      for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
        String answer =
            Digest.authorization(
                challenge(algorithm), user, "p\u00e4ss:w\u20acrd", "REGISTER", URI, 1);
        assertThat(ask(answer)).isEqualTo(new Authenticated(user, REALM, algorithm));
      }
    }
  }

  @Test
  void legacyAnswerWithoutQopGetsAChallenge() {
    Digest.Challenge plain =
        new Digest.Challenge(Map.of("realm", REALM, "nonce", challenge().get("nonce")));
    assertThat(ask(answer(plain, 1))).isEqualTo(new Challenge(false, Reason.NO_QOP, "alice"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"MD5-sess", "SHA-256-sess", "SHA-512-256", "SHA-512", "none", ""})
  void algorithmThatIsNotOfferedGetsAChallenge(String algorithm) {
    assertThat(ask(answer(challenge(), 1).replace("=MD5", "=\"" + algorithm + "\"")))
        .isEqualTo(new Challenge(false, Reason.ALGORITHM, "alice"));
  }

  @Test
  void knownAlgorithmThatIsSwitchedOffGetsAChallenge() {
    DigestAuthenticator strict =
        authenticator(
            new DigestSettings(
                REALM, List.of(DigestAlgorithm.SHA_256), Duration.ofMinutes(5), 16, true));
    assertThat(strict.challenges(FLOW, false)).hasSize(1);
    assertThat(ask(strict, FLOW, answer(challenge(), 1)))
        .isEqualTo(new Challenge(false, Reason.ALGORITHM, "alice"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "qop=auth, | qop=auth-int, | qop is not auth",
        "nc=00000001 | nc=1 | nc is not eight hex digits",
        "nc=00000001 | nc=0000000g | nc is not eight hex digits",
        "nc=00000001 | nc=-0000001 | nc is not eight hex digits",
        "nc=00000001 | nc=000000001 | nc is not eight hex digits",
        "nc=00000001 | x=y | nc is not eight hex digits",
        "cnonce= | conce= | no cnonce",
        "response=\" | response=\"0 | response is not 32 hex digits",
        "response=\" | response=\"\", x=\" | response is not 32 hex digits",
        "username= | user= | no username",
        "realm= | ream= | no realm",
        "nonce=\" | nounce=\" | no nonce",
        "uri= | url= | no uri",
        "response= | respond= | no response",
        "username= | username=\"a\", username= | a parameter occurs twice",
        "username= | USERNAME=\"a\", username= | a parameter occurs twice",
        "realm=\" | realm=\"\" | no comma after a parameter",
        "nc=00000001 | nc=\"00000001 | a quote is not closed",
        "algorithm=MD5 | algorithm | no parameter of the form name=value",
        "algorithm=MD5 | =MD5 | no parameter of the form name=value",
        "qop=auth | qop=auth more | no comma after a parameter",
      })
  void brokenCredentialsAreRefusedWithAReason(String part, String broken, String reason) {
    String answer = answer(challenge(), 1);
    int at = answer.indexOf(part);
    assertThat(at).as(answer).isNotNegative();
    DigestOutcome outcome =
        ask(answer.substring(0, at) + broken + answer.substring(at + part.length()));
    assertThat(outcome).isEqualTo(new Rejected(400, "Bad Digest credentials: " + reason));
  }

  @Test
  void hugeFieldsAreRefused() {
    String answer = answer(challenge(), 1);
    assertThat(ask(answer.replace("alice", "a".repeat(257))))
        .isEqualTo(
            new Rejected(400, "Bad Digest credentials: username is longer than 256 characters"));
    assertThat(ask(answer + ", x=\"" + "y".repeat(5000) + "\""))
        .isEqualTo(new Rejected(400, "Bad Digest credentials: longer than 4096 characters"));
    assertThat(
            ask(
                answer
                    + ", a1=,b=,c=,d=,e=,f=,g=,h=,i=,j=,k=,l=,m=,n=,o=,p=,q=,r=,s=,t=,u=,v="
                    + ",w=,x=,y=,z="))
        .isEqualTo(new Rejected(400, "Bad Digest credentials: more than 32 parameters"));
  }

  @Test
  void randomCredentialsNeverThrowAndNeverGetIn() {
    Random random = new Random(3);
    String good = answer(challenge(DigestAlgorithm.SHA_256), 1);
    int understood = 0;
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder(good);
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, (char) random.nextInt(0x100));
          case 1 -> text.delete(at, Math.min(text.length(), at + random.nextInt(9)));
          default -> text.insert(at, "\",= \\\r\n".charAt(random.nextInt(7)));
        }
      }
      DigestOutcome outcome = ask(server, FLOW + 1, text.toString());
      assertThat(outcome).isNotInstanceOf(Authenticated.class);
      understood += outcome instanceof Challenge ? 1 : 0;
    }
    assertThat(understood).isBetween(5_000, 45_000);
  }

  @Test
  void secretsAreNotPrinted() {
    assertThat(users.get("alice").toString()).doesNotContain(md5Ha1()).doesNotContain("secret");
  }
}
