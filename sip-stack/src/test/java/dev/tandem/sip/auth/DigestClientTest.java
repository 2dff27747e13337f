package dev.tandem.sip.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.sip.time.Timers;
import dev.tandem.testkit.ManualClock;
import java.util.List;
import org.junit.jupiter.api.Test;

class DigestClientTest {
  private static final String MUFASA_NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";

  private static DigestClient mufasa() {
    return new DigestClient(
        "Mufasa",
        "Circle of Life",
        "http-auth@example.org",
        () -> "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");
  }

  private static String challengeToMufasa(String algorithm) {
    return "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm="
        + algorithm
        + ", nonce=\""
        + MUFASA_NONCE
        + "\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
  }

  /** RFC 7616 §3.9.1. */
  @Test
  void examplesOfTheRfc() {
    assertThat(mufasa().answer(List.of(challengeToMufasa("MD5")), "GET", "/dir/index.html", false))
        .contains("response=\"8ca523f5e9506fed4657c9700eebdbec\"", "algorithm=MD5");
    assertThat(
            mufasa().answer(List.of(challengeToMufasa("SHA-256")), "GET", "/dir/index.html", false))
        .isEqualTo(
            "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", nonce=\""
                + MUFASA_NONCE
                + "\", uri=\"/dir/index.html\", response=\""
                + "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\","
                + " algorithm=SHA-256,"
                + " cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth,"
                + " nc=00000001, opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"");
  }

  @Test
  void topmostAlgorithmThatItKnowsIsTaken() {
    List<String> challenges =
        List.of(
            "Bearer realm=\"http-auth@example.org\"",
            challengeToMufasa("SHA-512-256"),
            "Digest \"",
            challengeToMufasa("SHA-256"),
            challengeToMufasa("MD5"));
    assertThat(mufasa().answer(challenges, "GET", "/", false)).contains("algorithm=SHA-256");
    assertThat(mufasa().answer(challenges.subList(0, 3), "GET", "/", false)).isNull();
  }

  @Test
  void strangersRealmGetsNothing() {
    String stranger = challengeToMufasa("MD5").replace("example.org", "evil.example");
    assertThat(mufasa().answer(List.of(stranger), "GET", "/", false)).isNull();
    assertThat(mufasa().answer(List.of(stranger, challengeToMufasa("MD5")), "GET", "/", false))
        .contains("realm=\"http-auth@example.org\"");
    assertThat(new DigestClient("a", "b", null).answer(List.of(stranger), "GET", "/", false))
        .contains("realm=\"http-auth@evil.example\"");
  }

  @Test
  void nonceCountRisesUntilTheNonceChanges() {
    DigestClient client = mufasa();
    assertThat(client.authorization("GET", "/")).isNull();
    assertThat(client.answer(List.of(challengeToMufasa("MD5")), "GET", "/", false))
        .contains("nc=00000001");
    assertThat(client.authorization("GET", "/")).contains("nc=00000002");
    assertThat(client.authorization("PUT", "/")).contains("nc=00000003");
    String other = challengeToMufasa("MD5").replace(MUFASA_NONCE, "other");
    assertThat(client.answer(List.of(other), "GET", "/", false))
        .contains("nc=00000001", "nonce=\"other\"");
  }

  @Test
  void secondChallengeMeansWrongPasswordUnlessItIsStale() {
    String again = challengeToMufasa("MD5");
    assertThat(mufasa().answer(List.of(again), "GET", "/", true)).isNull();
    assertThat(mufasa().answer(List.of(again + ", stale=TRUE"), "GET", "/", true)).isNotNull();
    assertThat(mufasa().answer(List.of(again + ", stale=false"), "GET", "/", true)).isNull();
  }

  /** RFC 2617's example without its qop: what RFC 2069 made of it, by its formula. */
  @Test
  void peerWithoutQopGetsThePlainDigest() {
    DigestClient client = new DigestClient("Mufasa", "Circle Of Life", "testrealm@host.com");
    String challenge =
        "Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"";
    assertThat(client.answer(List.of(challenge), "GET", "/dir/index.html", false))
        .contains("response=\"670fd8c2df070c60b045671b8b24ff02\"", "algorithm=MD5")
        .doesNotContain("nc=")
        .doesNotContain("qop");
  }

  @Test
  void authIntAloneCannotBeAnswered() {
    String integrity = challengeToMufasa("MD5").replace("auth, auth-int", "auth-int");
    assertThat(mufasa().answer(List.of(integrity), "GET", "/", false)).isNull();
  }

  @Test
  void ourServerLetsOurClientIn() {
    ManualClock clock = new ManualClock();
    DigestAuthenticator server =
        new DigestAuthenticator(
            DigestSettings.of("r"),
            (user, realm) -> Credentials.ofPassword(user, realm, "pw"),
            new Timers(clock, clock));
    DigestClient client = new DigestClient("bob", "pw", "r");
    String first = client.answer(server.challenges(5, false), "INVITE", "sip:a@b", false);
    for (String value : List.of(first, client.authorization("INVITE", "sip:a@b"))) {
      assertThat(
              server.authenticate(
                  new DigestRequest(
                      "INVITE", "sip:a@b", 5, List.of(AuthorizationValue.parse(value)))))
          .isEqualTo(new DigestOutcome.Authenticated("bob", "r", DigestAlgorithm.SHA_256));
    }
  }

  @Test
  void userNameThatCannotBeQuotedIsRefused() {
    assertThatThrownBy(() -> new DigestClient("a\"b", "c", null))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
