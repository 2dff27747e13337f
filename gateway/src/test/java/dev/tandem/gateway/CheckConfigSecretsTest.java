package dev.tandem.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.config.ConfigLoader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever {@code --check-config} says of a good or a bad file, it says no secret of it. */
class CheckConfigSecretsTest {
  /** In every secret, and in nothing else. */
  private static final String MARK = "5ec2e7";

  private static final String HA1 = MARK + "0123456789abcdef0123456789";
  private static final String HA1_SHA_256 = HA1 + "0123456789abcdef0123456789abcdef";

  /** Every key that holds a secret; see docs/configuration.md. */
  private static final String GOOD =
      """
      domain: example.test
      users:
        - {user: alice, password: "pass-MARK-1"}
        - {user: bob, ha1: HASH5, ha1Sha256: HASH256}
        - {user: "u{1..3}", password: "pass-MARK-2"}
      auth:
        tokens: {secret: "token-MARK-0123456789abcdef0123456789"}
      ice:
        turn: {urls: ["turn:turn.example:3478"], secret: "turn-MARK"}
      trunks:
        - {name: one, address: one.example, transport: tls, sources: ["0.0.0.0/0"],
           auth: {user: acc, password: "trunk-MARK-1"}, register: {user: acc}}
        - {name: two, address: "192.0.2.1:5060", transport: udp,
           auth: {user: acc, ha1: HASH5, ha1Sha256: HASH256, realm: two.example}}
      """
          .replace("HASH5", HA1)
          .replace("HASH256", HA1_SHA_256)
          .replace("MARK", MARK);

  @TempDir Path directory;

  private final StringWriter said = new StringWriter();

  private int check(String yaml) throws IOException {
    Path file = directory.resolve("t.yaml");
    Files.writeString(file, yaml);
    PrintWriter to = new PrintWriter(said, true);
    Service.Starter never =
        config -> {
          throw new AssertionError("is not to start");
        };
    return new Launcher(never, to, to).run("--check-config", "-c", file.toString());
  }

  @Test
  void aGoodFile() throws IOException {
    assertThat(check(GOOD)).as(said.toString()).isEqualTo(Launcher.OK);
    assertThat(said.toString()).contains("warning: ", "is good").doesNotContain(MARK);
  }

  /** What somebody prints for a debugging's sake. */
  @Test
  void theConfigurationAsText() throws Exception {
    assertThat(new ConfigLoader().parse("t.yaml", GOOD, Path.of("")).toString())
        .contains("***")
        .doesNotContain(MARK);
  }

  /** One mistake at or near each secret. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "password: \"pass-5ec2e7-1\"|password: \"pass-5ec2e7-1",
        "password: \"pass-5ec2e7-1\"|password: [\"pass-5ec2e7-1\"]",
        "password: \"pass-5ec2e7-1\"|password: {a: \"pass-5ec2e7-1\"}",
        "password: \"pass-5ec2e7-1\"|password: \"pass-5ec2e7-1\", password: \"5ec2e7\"",
        "password: \"pass-5ec2e7-1\"|pasword: \"pass-5ec2e7-1\"",
        "password: \"pass-5ec2e7-1\"|password: \"${X5ec2e7:?}\"",
        "password: \"pass-5ec2e7-1\"|password: \"pass-5ec2e7-1\", ha1: 5ec2e7",
        "password: \"pass-5ec2e7-1\"|password: *5ec2e7",
        "password: \"pass-5ec2e7-1\"|password: \"pass-5ec2e7-1\\q\"",
        "password: \"pass-5ec2e7-1\"|password: pass-5ec2e7: 1",
        "password: \"pass-5ec2e7-1\"|password: @5ec2e7",
        "password: \"pass-5ec2e7-1\"|password: `5ec2e7",
        "password: \"pass-5ec2e7-1\"|password: %5ec2e7",
        "password: \"pass-5ec2e7-1\"}|password: \"pass-5ec2e7-1\"",
        "- {user: bob, ha1: |- {user: bob, ha1: x",
        "ha1Sha256: |ha1Sha256: x",
        "user: \"u{1..3}\", password: |user: \"u{3..1}\", password: ",
        "secret: \"token-5ec2e7-0123456789abcdef0123456789\"|secret: \"5ec2e7\"",
        "secret: \"token-5ec2e7-0123456789abcdef0123456789\"|secret: [5ec2e7]",
        "secret: \"token-5ec2e7-0123456789abcdef0123456789\"|sekret: \"5ec2e7\"",
        "secret: \"turn-5ec2e7\"|secret: {x: 5ec2e7}",
        "secret: \"turn-5ec2e7\"|secrets: 5ec2e7",
        "password: \"trunk-5ec2e7-1\"|passwort: \"trunk-5ec2e7-1\"",
        "password: \"trunk-5ec2e7-1\"|password: [\"trunk-5ec2e7-1\"]",
        "realm: two.example|realm: []",
        "transport: tls|transport: 7",
        "domain: example.test|domain: []"
      })
  void aBadFile(String right, String wrong) throws IOException {
    assertThat(GOOD).contains(right);
    int status = check(GOOD.replace(right, wrong));
    assertThat(said.toString()).doesNotContain(MARK);
    assertThat(status).as(said.toString()).isEqualTo(Launcher.CANNOT_START);
  }
}
