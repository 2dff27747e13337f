package dev.tandem.gateway.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tandem.gateway.config.file.InvalidConfigException;
import dev.tandem.testkit.Mutations;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any text is a configuration, or a list of what is wrong with it that names no secret. */
class ConfigFuzzTest {
  private static final List<String> SEEDS =
      List.of(
          """
          domain: example.test
          http: {listen: ["127.0.0.1:8080"]}
          users:
            - {user: alice, password: geheim}
          trunks:
            - {name: t, address: "192.0.2.1:5060", transport: udp, limits: {calls: 3}}
          routes:
            - {number: "9*", trunk: t, rewrite: {number: [{strip: 1}]}}
          limits: {rates: {invites: 5}, ban: {for: 1m}, allow: ["10.0.0.0/8"]}
          log: {levels: {dev.tandem.sip: debug}}
          """);
  private static final List<String> WORDS =
      List.of(
          "\n",
          ": ",
          "- ",
          "{",
          "}",
          "[",
          "]",
          "\"",
          "&a ",
          "*a",
          "!!int ",
          "|\n",
          "  ",
          "${X}",
          "domain: ",
          "users: ",
          "trunks: ",
          "1h",
          "64KiB",
          "null",
          "~",
          "<<: ",
          "\t",
          "#");

  private final ConfigLoader loader = new ConfigLoader();

  @Test
  void nearlyRightConfigurationsDoNoHarm() {
    Mutations.of(getClass(), SEEDS, WORDS)
        .run(1122, Mutations.count(2_000), this::anyBytesDoNoHarm);
  }

  /** By coverage, as long as it is let: see {@code docs/security.md}. */
  @Tag("fuzz")
  @FuzzTest
  void anyBytesDoNoHarm(byte[] bytes) {
    try {
      assertThat(loader.parse("fuzz.yaml", new String(bytes, UTF_8), Path.of(""))).isNotNull();
    } catch (InvalidConfigException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }
}
