package dev.tandem.sip.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tandem.testkit.Mutations;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any text is credentials, or what is wrong with them. */
class AuthorizationFuzzTest {
  private static final List<String> SEEDS =
      List.of(
          "Digest username=\"alice\", realm=\"r\", nonce=\"abc==\", uri=\"sip:r\", response=\""
              + "0".repeat(32)
              + "\", algorithm=MD5, cnonce=\"x\", qop=auth, nc=00000001, opaque=\"\"",
          "Digest username*=UTF-8''al%C3%ACce,realm=\"a\\\"b\",nonce=\"n\",uri=\"*\",response=\""
              + "f".repeat(64)
              + "\",algorithm=SHA-256,userhash=true,qop=auth-int,nc=ffffffff,cnonce=\"\"",
          "Basic YWxpY2U6c2VjcmV0");
  private static final List<String> WORDS =
      List.of(
          "\"",
          "\\",
          ",",
          "=",
          " ",
          "\t",
          "Digest ",
          "username=",
          "nc=",
          "qop=",
          "algorithm=",
          "response=",
          "realm=",
          "nonce=",
          "%00",
          "UTF-8''",
          "\r\n",
          "\0");

  @Test
  void nearlyRightCredentialsDoNoHarm() {
    Mutations.of(getClass(), SEEDS, WORDS)
        .run(7616, Mutations.count(250_000), this::anyBytesDoNoHarm);
  }

  /** By coverage, as long as it is let: see {@code docs/security.md}. */
  @Tag("fuzz")
  @FuzzTest
  void anyBytesDoNoHarm(byte[] bytes) {
    assertThat(AuthorizationValue.parse(new String(bytes, UTF_8))).isNotNull();
  }
}
