package dev.tandem.gateway.token;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tandem.gateway.config.ConfigLoader;
import dev.tandem.gateway.config.value.Secret;
import dev.tandem.gateway.token.TokenOutcome.Bad;
import dev.tandem.gateway.token.TokenOutcome.Good;
import dev.tandem.testkit.ManualClock;
import dev.tandem.testkit.Mutations;
import java.nio.file.Path;
import java.util.List;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any text is no token of ours, and any claims that are signed are a user or a fault. */
class TokenFuzzTest {
  private static final List<String> SEEDS =
      List.of(
          TestTokens.shared("alice"),
          "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.",
          TestTokens.claims("alice").toJson(),
          "{\"sub\":\"bob\",\"exp\":4102444800,\"nbf\":0,\"aud\":[\"a\"],\"dial\":[\"9*\"],"
              + "\"rooms\":\"a b\",\"headers\":[]}");
  private static final List<String> WORDS =
      List.of(
          "{",
          "}",
          "[",
          "]",
          ".",
          "\"",
          ",",
          ":",
          "\"exp\":",
          "\"sub\":",
          "\"nbf\":",
          "\"dial\":",
          "null",
          "true",
          "1e400",
          "9223372036854775807",
          "-9223372036854775808",
          "\\u0000",
          "\\ud800",
          "[[[[[[[[",
          "eyJhbGciOiJub25lIn0",
          "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIiwiemlwIjoiREVGIn0....");

  private final TokenVerifier verifier;

  TokenFuzzTest() throws Exception {
    verifier =
        new TokenVerifier(
            new ConfigLoader()
                .parse(
                    "test.yaml",
                    "domain: a.b\nauth: {tokens: {secret: '" + TestTokens.SECRET + "'}}",
                    Path.of(""))
                .auth()
                .tokens(),
            new TokenKeys(List.of(KeySets.shared(new Secret(TestTokens.SECRET)))),
            new ManualClock(),
            fault -> {});
  }

  @Test
  void nearlyRightTokensProveNothing() {
    int[] good = new int[1];
    int count = Mutations.count(20_000);
    Mutations.of(getClass(), SEEDS, WORDS).run(7519, count, bytes -> good[0] += take(bytes));
    assertThat(good[0]).as("claims that are in order").isBetween(count / 100, count / 2);
  }

  /** By coverage, as long as it is let: see {@code docs/security.md}. */
  @Tag("fuzz")
  @FuzzTest
  void anyBytesDoNoHarm(byte[] bytes) throws Exception {
    take(bytes);
  }

  /** As a token, and as what a token says; whether it then is a user. */
  private int take(byte[] bytes) throws JoseException {
    String token = new String(bytes, ISO_8859_1);
    assertThat(verifier.verify(token) instanceof Bad || isSigned(token)).isTrue();
    TokenOutcome outcome = verifier.verify(signed(new String(bytes, UTF_8)));
    if (outcome instanceof Good good) {
      assertThat(good.user().user()).isNotEmpty();
      return 1;
    }
    return 0;
  }

  /** Blanks aside, which the reader of tokens passes over, as it does unused bits of a digit. */
  private static boolean isSigned(String token) {
    String body = SEEDS.get(0).substring(0, SEEDS.get(0).lastIndexOf('.'));
    return token.strip().startsWith(body);
  }

  private static String signed(String claims) throws JoseException {
    JsonWebSignature jws = new JsonWebSignature();
    jws.setPayload(claims);
    jws.setAlgorithmHeaderValue("HS256");
    jws.setKey(new HmacKey(TestTokens.SECRET.getBytes(UTF_8)));
    return jws.getCompactSerialization();
  }
}
