package dev.tandem.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code tandem route explain}; what it tells is tested by docs/routing.md. */
class RouteCommandTest {
  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void configure() throws Exception {
    Files.writeString(
        directory.resolve("t.yaml"),
        """
        domain: example.test
        trunks: [{name: pbx, address: 192.0.2.1}]
        routes: [{number: "9*", trunk: pbx}]
        """);
  }

  private int run(String arguments) {
    Launcher launcher =
        new Launcher(
            config -> {
              throw new AssertionError("nothing is started");
            },
            new PrintWriter(out, true),
            new PrintWriter(err, true));
    return launcher.run(
        arguments.replace("FILE", directory.resolve("t.yaml").toString()).split(" "));
  }

  @Test
  void theConfigurationMayBeNamedBeforeOrAfter() {
    assertThat(run("route explain --from alice --to 91 --config FILE")).isZero();
    assertThat(run("--config FILE route explain --from alice --to 91")).isZero();
    assertThat(out.toString()).contains("Goes to trunk pbx");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void aRefusalIsAStatus() {
    assertThat(run("route explain --from alice --to 81 -c FILE")).isEqualTo(1);
    assertThat(out.toString()).endsWith("Refused: 404 Not Found (not_found)\n");
  }

  @Test
  void whatATokenAllowsCanBeSaid() {
    assertThat(run("route explain --from alice --to 91 --dial bob --dial 8* -c FILE")).isEqualTo(1);
    assertThat(out.toString()).contains("the sender's token allows [bob, 8*]");
  }

  @Test
  void thereIsJsonToo() throws Exception {
    assertThat(run("route explain --json --from alice --to 91 -c FILE")).isZero();
    JsonNode root = new ObjectMapper().readTree(out.toString());
    assertThat(root.at("/decision/verdict").asText()).isEqualTo("Goes to trunk pbx");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "route",
        "route explain",
        "route explain --from a -c FILE",
        "route explain --from a --to 9 --at yesterday -c FILE",
        "route explain --from a --to 9 --source no -c FILE",
        "route explain --from a --to 9 --header x -c FILE",
        "route explian --from a --to 9"
      })
  void aWrongCommandLineIsTold(String arguments) {
    assertThat(run(arguments)).isEqualTo(Launcher.WRONG_COMMAND_LINE);
    assertThat(err.toString()).isNotEmpty();
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void helpIsThere() {
    assertThat(run("route explain --help")).isZero();
    assertThat(out.toString()).contains("--source", "--json", "/api/route/explain");
    out.getBuffer().setLength(0);
    assertThat(run("route --help")).isZero();
    assertThat(out.toString()).contains("explain");
  }
}
