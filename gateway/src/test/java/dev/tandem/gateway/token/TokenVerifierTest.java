package dev.tandem.gateway.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.config.ConfigLoader;
import dev.tandem.gateway.config.TokenConfig;
import dev.tandem.gateway.routing.DialRights;
import dev.tandem.gateway.token.TokenOutcome.Bad;
import dev.tandem.gateway.token.TokenOutcome.Fault;
import dev.tandem.gateway.token.TokenOutcome.Good;
import dev.tandem.testkit.ManualClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenVerifierTest {
  private final ManualClock clock = new ManualClock();
  private final List<Fault> faults = new ArrayList<>();

  private TokenVerifier verifier(String more, List<JsonWebKey> keys) throws Exception {
    TokenConfig config =
        new ConfigLoader()
            .parse(
                "test.yaml",
                "domain: a.b\nauth: {tokens: {secret: '" + TestTokens.SECRET + "'" + more + "}}",
                Path.of(""))
            .auth()
            .tokens();
    return new TokenVerifier(config, new TokenKeys(keys), clock, faults::add);
  }

  private TokenVerifier shared(String more) throws Exception {
    return verifier(
        more,
        List.of(KeySets.shared(new dev.tandem.gateway.config.value.Secret(TestTokens.SECRET))));
  }

  private void assertBad(TokenVerifier verifier, String token, Fault fault) {
    assertThat(verifier.verify(token)).isEqualTo(new Bad(fault));
    assertThat(faults).containsExactly(fault);
    faults.clear();
  }

  private static DialRights rights(TokenVerifier verifier, Consumer<JwtClaims> change) {
    return ((Good) verifier.verify(TestTokens.shared("alice", change))).user().rights();
  }

  @Test
  void sharedSecretProvesTheUser() throws Exception {
    TokenOutcome outcome = shared("").verify(TestTokens.shared("alice"));
    assertThat(outcome)
        .isEqualTo(
            new Good(
                new TokenUser(
                    "alice",
                    ManualClock.START.plus(Duration.ofHours(1)).plusSeconds(30),
                    DialRights.ALL,
                    DialRights.ALL,
                    DialRights.ALL)));
    assertThat(faults).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "ES256", "EdDSA"})
  void publishedKeyProvesTheUser(String algorithm) throws Exception {
    PublicJsonWebKey pair = TestTokens.pair(algorithm);
    PublicJsonWebKey other = TestTokens.pair(algorithm);
    other.setKeyId("other");
    TokenVerifier verifier = verifier("", KeySets.read(TestTokens.published(other, pair)));
    for (String keyId : new String[] {algorithm, null}) {
      String token =
          TestTokens.sign(TestTokens.claims("alice"), algorithm, pair.getPrivateKey(), keyId);
      assertThat(verifier.verify(token)).isInstanceOf(Good.class);
    }
    assertBad(
        verifier,
        TestTokens.sign(TestTokens.claims("alice"), algorithm, other.getPrivateKey(), algorithm),
        Fault.SIGNATURE);
  }

  /** RFC 8725 §2.1: a public key that is used as if it were a shared secret. */
  @Test
  void publicKeyIsNoSharedSecret() throws Exception {
    PublicJsonWebKey pair = TestTokens.pair("RS256");
    TokenVerifier verifier = verifier("", KeySets.read(TestTokens.published(pair)));
    String forged =
        TestTokens.sign(
            TestTokens.claims("alice"),
            "HS256",
            new HmacKey(pair.getPublicKey().getEncoded()),
            "RS256");
    assertBad(verifier, forged, Fault.SIGNATURE);
  }

  @Test
  void unsignedTokenProvesNothing() throws Exception {
    String head = encoded("{\"alg\":\"none\"}");
    String body = encoded(TestTokens.claims("alice").toJson());
    assertBad(shared(""), head + "." + body + ".", Fault.SIGNATURE);
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE / 1000 + 1})
  void timeThatNoClockShowsIsNoTime(long seconds) throws Exception {
    String token =
        TestTokens.shared(
            "alice", claims -> claims.setExpirationTime(NumericDate.fromSeconds(seconds)));
    assertThat(shared("").verify(token)).isInstanceOf(Bad.class);
  }

  private static String encoded(String json) {
    return java.util.Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void changedTokenProvesNothing() throws Exception {
    String[] parts = TestTokens.shared("alice").split("\\.");
    String body = encoded(TestTokens.claims("bob").toJson());
    assertBad(shared(""), parts[0] + "." + body + "." + parts[2], Fault.SIGNATURE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "a.b.c", "e30.e30.", "....", "a.b.c.d.e"})
  void whatIsNoTokenIsMalformed(String text) throws Exception {
    assertThat(shared("").verify(text)).isInstanceOf(Bad.class);
  }

  @Test
  void giantTokenIsNotEvenRead() throws Exception {
    assertBad(shared(""), "a".repeat(8193), Fault.MALFORMED);
  }

  @Test
  void algorithmThatIsNotAllowedIsRefused() throws Exception {
    assertBad(shared(", algorithms: [ES256]"), TestTokens.shared("alice"), Fault.SIGNATURE);
  }

  @Test
  void timeIsOursWithHalfAMinuteForBadClocks() throws Exception {
    TokenVerifier verifier = shared("");
    String token = TestTokens.shared("alice");
    clock.advance(Duration.ofHours(1).plusSeconds(29));
    assertThat(verifier.verify(token)).isInstanceOf(Good.class);
    clock.advance(Duration.ofSeconds(1));
    assertBad(verifier, token, Fault.EXPIRED);
  }

  @Test
  void tokenForTheFutureIsNotTakenYet() throws Exception {
    TokenVerifier verifier = shared("");
    String token =
        TestTokens.shared(
            "alice",
            claims ->
                claims.setNotBefore(
                    NumericDate.fromMilliseconds(
                        ManualClock.START.plusSeconds(60).toEpochMilli())));
    assertBad(verifier, token, Fault.NOT_YET);
    clock.advance(Duration.ofSeconds(30));
    assertThat(verifier.verify(token)).isInstanceOf(Good.class);
  }

  @Test
  void tokenWithoutExpiryIsRefused() throws Exception {
    assertThat(shared("").verify(TestTokens.shared("alice", claims -> claims.unsetClaim("exp"))))
        .isInstanceOf(Bad.class);
  }

  @Test
  void issuerAndAudienceMustBeOurs() throws Exception {
    TokenVerifier verifier = shared(", issuer: 'https://id.example', audience: phone");
    assertThat(
            verifier.verify(
                TestTokens.shared(
                    "alice",
                    claims -> {
                      claims.setIssuer("https://id.example");
                      claims.setAudience("mail", "phone");
                    })))
        .isInstanceOf(Good.class);
    assertBad(verifier, TestTokens.shared("alice"), Fault.CLAIMS);
    assertBad(
        verifier,
        TestTokens.shared(
            "alice",
            claims -> {
              claims.setIssuer("https://id.example");
              claims.setAudience("mail");
            }),
        Fault.CLAIMS);
    assertBad(
        verifier,
        TestTokens.shared(
            "alice",
            claims -> {
              claims.setIssuer("https://evil.example");
              claims.setAudience("phone");
            }),
        Fault.CLAIMS);
  }

  @Test
  void userIsTheClaimThatTheConfigurationNames() throws Exception {
    TokenVerifier verifier = shared(", userClaim: extension");
    TokenOutcome outcome =
        verifier.verify(
            TestTokens.shared("google-1234", claims -> claims.setClaim("extension", "100")));
    assertThat(((Good) outcome).user().getName()).isEqualTo("100");
    assertBad(verifier, TestTokens.shared("alice"), Fault.CLAIMS);
  }

  @Test
  void dialClaimLimitsWhomTheUserMayCall() throws Exception {
    TokenVerifier verifier = shared("");
    DialRights list = rights(verifier, claims -> claims.setClaim("dial", List.of("bob", "+4930*")));
    assertThat(list.allow("bob")).isTrue();
    assertThat(list.allow("bobby")).isFalse();
    assertThat(list.allow("+49301234")).isTrue();
    assertThat(list.allow("+4940")).isFalse();
    DialRights text = rights(verifier, claims -> claims.setClaim("dial", "112 9*"));
    assertThat(text).isEqualTo(new DialRights(List.of("112", "9*")));
    assertThat(rights(verifier, claims -> claims.setClaim("dial", List.of())).allow("bob"))
        .isFalse();
    assertThat(rights(verifier, claims -> claims.setClaim("dial", "")).allow("bob")).isFalse();
  }

  @Test
  void dialClaimThatCannotBeUnderstoodAllowsNothing() throws Exception {
    TokenVerifier verifier = shared("");
    assertBad(
        verifier, TestTokens.shared("alice", claims -> claims.setClaim("dial", 112)), Fault.CLAIMS);
    assertBad(
        verifier,
        TestTokens.shared("alice", claims -> claims.setClaim("dial", List.of("1", 2))),
        Fault.CLAIMS);
  }
}
