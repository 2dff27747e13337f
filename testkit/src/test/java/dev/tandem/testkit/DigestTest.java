package dev.tandem.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.testkit.Digest.Challenge;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DigestTest {
  /** The examples of RFC 7616 §3.9.1. */
  @ParameterizedTest
  @CsvSource({
    "MD5, 8ca523f5e9506fed4657c9700eebdbec",
    "SHA-256, 753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"
  })
  void computesTheExamplesOfTheRfc(String algorithm, String expected) {
    Challenge challenge =
        Challenge.parse(
            "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm="
                + algorithm
                + ", nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\""
                + ", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"");
    assertThat(challenge.offersAuth()).isTrue();
    assertThat(challenge.isStale()).isFalse();
    assertThat(
            Digest.response(
                challenge,
                "Mufasa",
                "Circle of Life",
                "GET",
                "/dir/index.html",
                "00000001",
                "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"))
        .isEqualTo(expected);
  }

  @Test
  void withoutQopItIsTheOldWay() {
    Challenge challenge = Challenge.parse("Digest realm=\"r\", nonce=\"n\", stale=TRUE");
    assertThat(challenge.isStale()).isTrue();
    assertThat(Digest.authorization(challenge, "u", "p", "REGISTER", "sip:r", 1))
        .startsWith("Digest algorithm=MD5, username=\"u\", realm=\"r\", nonce=\"n\", uri=\"sip:r\"")
        .doesNotContain("qop", "nc=");
  }

  @Test
  void authorizationNamesTheUseOfTheNonce() {
    Challenge challenge =
        Challenge.parse("Digest realm=\"r\",nonce=\"n\",qop=\"auth\",opaque=\"o\"");
    assertThat(Digest.authorization(challenge, "u", "p", "INVITE", "sip:b", 26))
        .contains("opaque=\"o\"", "qop=auth", "nc=0000001a");
  }

  @Test
  void otherSchemesAreNoChallenge() {
    assertThatThrownBy(() -> Challenge.parse("Bearer realm=\"x\""))
        .isInstanceOf(AssertionError.class);
  }
}
