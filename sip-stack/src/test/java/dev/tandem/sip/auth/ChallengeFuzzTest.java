package dev.tandem.sip.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tandem.sip.auth.DigestClient.Challenger;
import dev.tandem.sip.auth.DigestClient.Verdict;
import dev.tandem.testkit.Mutations;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** To any challenge we say nothing, or credentials on one line that say what we mean. */
class ChallengeFuzzTest {
  private static final List<String> SEEDS =
      List.of(
          "Digest realm=\"pbx\", nonce=\"abc==\", algorithm=MD5, qop=\"auth\", opaque=\"\"",
          "Digest realm=\"pbx\",nonce=\"n\\\"x\",algorithm=SHA-256-sess,qop=\"auth-int,auth\",stale=true",
          "Digest realm=\"other\", nonce=n, domain=\"sip:pbx\"",
          "Basic realm=\"pbx\"");
  private static final List<String> WORDS =
      List.of(
          "\"",
          "\\",
          ",",
          "=",
          " ",
          "\t",
          "Digest ",
          "realm=\"pbx\"",
          "nonce=\"",
          "qop=",
          "auth",
          "-sess",
          "algorithm=",
          "opaque=\"",
          "stale=true",
          "\r\n",
          "\0");

  @Test
  void nearlyRightChallengesGetNothingElse() {
    Mutations.of(getClass(), SEEDS, WORDS)
        .run(8760, Mutations.count(50_000), this::anyChallengeGetsCredentialsOrNothing);
  }

  /** By coverage, as long as it is let: see {@code docs/security.md}. */
  @Tag("fuzz")
  @FuzzTest
  void anyChallengeGetsCredentialsOrNothing(byte[] bytes) {
    if (bytes.length > 250) {
      return; // a server of ours takes no longer nonces
    }
    DigestClient client = new DigestClient(ClientCredentials.ofPassword("us", "geheim", "pbx"));
    Verdict verdict =
        client.learn(
            Challenger.SERVER, "INVITE", List.of(new String(bytes, UTF_8).split("\n", -1)), false);
    List<DigestClient.Answer> answers = client.answers("INVITE", "sip:bob@pbx");
    assertThat(answers).hasSize(verdict == Verdict.ANSWERABLE ? 1 : 0);
    for (DigestClient.Answer answer : answers) {
      assertThat(answer.value()).doesNotContainPattern("[\r\n\0]").doesNotContain("geheim");
      assertThat(AuthorizationValue.parse(answer.value()))
          .isInstanceOfSatisfying(
              DigestResponse.class,
              said -> {
                assertThat(said.realm()).isEqualTo("pbx");
                assertThat(said.username()).isEqualTo("us");
                assertThat(said.uri()).isEqualTo("sip:bob@pbx");
              });
    }
  }
}
