package dev.tandem.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.config.value.ListenAddress;
import dev.tandem.gateway.config.value.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files of config/ work, and mean what their readers rely on. */
class SampleConfigsTest {
  private static final Path DIRECTORY = Path.of("..", "config");

  static List<Path> everyFile() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).toList();
    }
  }

  @ParameterizedTest
  @MethodSource("everyFile")
  void everyFileLoads(Path file) throws Exception {
    TandemConfig config = new ConfigLoader().load(file);

    assertThat(config.http().listen()).containsExactly(new ListenAddress("127.0.0.1", 8080));
    assertThat(config.sip().udp()).containsExactly(new ListenAddress("127.0.0.1", 5060));
    // SIP.js, JsSIP and the load generator all ask for 600 s.
    assertThat(Duration.ofSeconds(600))
        .isBetween(config.registrar().minExpires(), config.registrar().maxExpires());
  }

  @Test
  void theDemoUsersAreThere() throws Exception {
    TandemConfig config = new ConfigLoader().load(DIRECTORY.resolve("tandem.yaml"));

    assertThat(List.of("alice", "bob", "carol", "dave"))
        .allSatisfy(
            user ->
                assertThat(config.users().find(user).orElseThrow().password())
                    .isEqualTo(new Secret("secret")));
    assertThat(config.auth().enabled()).isTrue();
  }

  @Test
  void theLoadGeneratorFindsWhatItExpects() throws Exception {
    for (String name : List.of("bench.yaml", "bench-noauth.yaml")) {
      TandemConfig config = new ConfigLoader().load(DIRECTORY.resolve(name));

      assertThat(config.domain()).isEqualTo("example.test");
      assertThat(config.users().find("u19999").orElseThrow().password())
          .isEqualTo(new Secret("secret"));
      assertThat(config.users().find("u20000")).isEmpty();
      assertThat(config.routing().routes().get(0).match().numbers().get(0).matches("90123"))
          .isTrue();
      assertThat(config.trunks().get(0).host()).isEqualTo("127.0.0.1");
      assertThat(config.trunks().get(0).port()).isEqualTo(5090);
      assertThat(config.websocket().allowedOrigins()).contains("http://example.test");
      assertThat(config.websocket().paths()).contains("/");
      assertThat(config.auth().enabled()).isEqualTo(name.equals("bench.yaml"));
    }
  }
}
