package dev.tandem.sip.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.sip.auth.DigestClient.Answer;
import dev.tandem.sip.auth.DigestClient.Challenger;
import dev.tandem.sip.auth.DigestClient.Verdict;
import dev.tandem.sip.time.Timers;
import dev.tandem.testkit.ManualClock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DigestClientTest {
  private static final String MUFASA_NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";

  private static DigestClient mufasa() {
    return new DigestClient(
        ClientCredentials.ofPassword("Mufasa", "Circle of Life", "http-auth@example.org"),
        () -> "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");
  }

  private static DigestClient client(String user, String password, @Nullable String realm) {
    return new DigestClient(ClientCredentials.ofPassword(user, password, realm));
  }

  private static String challengeToMufasa(String algorithm) {
    return "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm="
        + algorithm
        + ", nonce=\""
        + MUFASA_NONCE
        + "\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
  }

  private static Verdict learn(DigestClient client, String... challenges) {
    return client.learn(Challenger.SERVER, "GET", List.of(challenges), false);
  }

  private static String answer(DigestClient client, String method, String uri) {
    List<Answer> answers = client.answers(method, uri);
    assertThat(answers).extracting(Answer::header).containsExactly("Authorization");
    return answers.get(0).value();
  }

  private static String answerTo(DigestClient client, String... challenges) {
    assertThat(learn(client, challenges)).isEqualTo(Verdict.ANSWERABLE);
    return answer(client, "GET", "/dir/index.html");
  }

  /** RFC 7616 §3.9.1. */
  @Test
  void examplesOfTheRfc() {
    assertThat(answerTo(mufasa(), challengeToMufasa("MD5")))
        .contains("response=\"8ca523f5e9506fed4657c9700eebdbec\"", "algorithm=MD5");
    assertThat(answerTo(mufasa(), challengeToMufasa("SHA-256")))
        .isEqualTo(
            "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", nonce=\""
                + MUFASA_NONCE
                + "\", uri=\"/dir/index.html\", response=\""
                + "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\","
                + " algorithm=SHA-256,"
                + " cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth,"
                + " nc=00000001, opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"");
  }

  /** The same with HA1 values instead of the password; there is none for SHA-256. */
  @Test
  void ha1DoesForThePasswordWhereThereIsOne() {
    Credentials ha1 =
        Credentials.ofHa1(Map.of(DigestAlgorithm.MD5, "3d78807defe7de2157e2b0b6573a855f"));
    DigestClient client =
        new DigestClient(
            ClientCredentials.ofHa1("Mufasa", "http-auth@example.org", ha1),
            () -> "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");
    assertThat(answerTo(client, challengeToMufasa("SHA-256"), challengeToMufasa("MD5")))
        .contains("response=\"8ca523f5e9506fed4657c9700eebdbec\"", "algorithm=MD5");
    assertThat(learn(client, challengeToMufasa("SHA-256"))).isEqualTo(Verdict.NOT_UNDERSTOOD);
  }

  /** RFC 7616 §3.4.2, by its formula: HA1 is hashed once more with the nonce and the cnonce. */
  @Test
  void sessionAlgorithmKeepsItsFirstCnonce() {
    DigestClient client = mufasa();
    assertThat(answerTo(client, challengeToMufasa("MD5-sess")))
        .contains("algorithm=MD5-sess", "response=\"e783283f46242139c486a698fec7211d\"");
    assertThat(answer(client, "GET", "/dir/index.html"))
        .contains("nc=00000002", "cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\"");
  }

  @Test
  void strongestAlgorithmThatItKnowsIsTaken() {
    String[] challenges = {
      "Bearer realm=\"http-auth@example.org\"",
      challengeToMufasa("SHA-512-256"),
      "Digest \"",
      challengeToMufasa("MD5"),
      challengeToMufasa("SHA-256"),
      challengeToMufasa("MD5")
    };
    assertThat(answerTo(mufasa(), challenges)).contains("algorithm=SHA-256");
    assertThat(learn(mufasa(), challenges[0], challenges[1], challenges[2]))
        .isEqualTo(Verdict.NOT_UNDERSTOOD);
  }

  @Test
  void strangersRealmGetsNothing() {
    String stranger = challengeToMufasa("MD5").replace("example.org", "evil.example");
    DigestClient client = mufasa();
    assertThat(learn(client, stranger)).isEqualTo(Verdict.OTHER_REALM);
    assertThat(client.answers("GET", "/")).isEmpty();
    assertThat(answerTo(client, stranger, challengeToMufasa("MD5")))
        .contains("realm=\"http-auth@example.org\"");
  }

  @Test
  void firstRealmStaysTheOnlyOneWhereNoneIsConfigured() {
    String other = challengeToMufasa("SHA-256").replace("example.org", "evil.example");
    DigestClient client = client("a", "b", null);
    assertThat(client.realm()).isNull();
    assertThat(answerTo(client, challengeToMufasa("MD5"), other))
        .contains("realm=\"http-auth@example.org\"", "algorithm=MD5");
    assertThat(client.realm()).isEqualTo("http-auth@example.org");
    assertThat(learn(client, other)).isEqualTo(Verdict.OTHER_REALM);
  }

  @Test
  void nonceCountRisesUntilTheNonceChanges() {
    DigestClient client = mufasa();
    assertThat(client.answers("GET", "/")).isEmpty();
    assertThat(answerTo(client, challengeToMufasa("MD5"))).contains("nc=00000001");
    assertThat(answer(client, "GET", "/")).contains("nc=00000002");
    assertThat(answer(client, "PUT", "/")).contains("nc=00000003");
    assertThat(answerTo(client, challengeToMufasa("MD5"))).contains("nc=00000004");
    String other = challengeToMufasa("MD5").replace(MUFASA_NONCE, "other");
    assertThat(answerTo(client, other)).contains("nc=00000001", "nonce=\"other\"");
  }

  @Test
  void registrarProxyAndServerHaveNoncesOfTheirOwn() {
    DigestClient client = mufasa();
    String challenge = challengeToMufasa("MD5");
    client.learn(Challenger.SERVER, "REGISTER", List.of(challenge), false);
    assertThat(client.answers("INVITE", "sip:a@b")).isEmpty();
    client.learn(
        Challenger.PROXY, "INVITE", List.of(challenge.replace(MUFASA_NONCE, "other")), false);
    assertThat(client.answers("BYE", "sip:a@b"))
        .extracting(Answer::header)
        .containsExactly("Proxy-Authorization");
    assertThat(client.answers("REGISTER", "sip:b"))
        .extracting(Answer::header)
        .containsExactly("Authorization");
  }

  @Test
  void secondChallengeMeansWrongPasswordUnlessItIsStale() {
    String again = challengeToMufasa("MD5");
    assertThat(mufasa().learn(Challenger.SERVER, "GET", List.of(again), true))
        .isEqualTo(Verdict.WRONG_CREDENTIALS);
    assertThat(mufasa().learn(Challenger.SERVER, "GET", List.of(again + ", stale=TRUE"), true))
        .isEqualTo(Verdict.ANSWERABLE);
    assertThat(mufasa().learn(Challenger.SERVER, "GET", List.of(again + ", stale=false"), true))
        .isEqualTo(Verdict.WRONG_CREDENTIALS);
  }

  /** RFC 2617's example without its qop: what RFC 2069 made of it, by its formula. */
  @Test
  void peerWithoutQopGetsThePlainDigest() {
    DigestClient client = client("Mufasa", "Circle Of Life", "testrealm@host.com");
    String challenge =
        "Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"";
    assertThat(answerTo(client, challenge))
        .contains("response=\"670fd8c2df070c60b045671b8b24ff02\"", "algorithm=MD5")
        .doesNotContain("nc=")
        .doesNotContain("qop");
  }

  @Test
  void authIntAloneCannotBeAnswered() {
    String integrity = challengeToMufasa("MD5").replace("auth, auth-int", "auth-int");
    assertThat(learn(mufasa(), integrity)).isEqualTo(Verdict.NOT_UNDERSTOOD);
  }

  @Test
  void ourServerLetsOurClientIn() {
    ManualClock clock = new ManualClock();
    DigestAuthenticator server =
        new DigestAuthenticator(
            DigestSettings.of("r"),
            (user, realm) -> Credentials.ofPassword(user, realm, "pw"),
            new Timers(clock, clock));
    DigestClient client = client("bob", "pw", "r");
    client.learn(Challenger.SERVER, "INVITE", server.challenges(5, false), false);
    for (int i = 0; i < 2; i++) {
      String value = answer(client, "INVITE", "sip:a@b");
      assertThat(
              server.authenticate(
                  new DigestRequest(
                      "INVITE", "sip:a@b", 5, List.of(AuthorizationValue.parse(value)))))
          .isEqualTo(new DigestOutcome.Authenticated("bob", "r", DigestAlgorithm.SHA_256));
    }
  }

  @Test
  void userNameThatCannotBeQuotedIsRefused() {
    assertThatThrownBy(() -> client("a\"b", "c", null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void secretsAreNotPrinted() {
    assertThat(ClientCredentials.ofPassword("bob", "hunter2", null).toString())
        .isEqualTo("ClientCredentials[bob]");
  }
}
