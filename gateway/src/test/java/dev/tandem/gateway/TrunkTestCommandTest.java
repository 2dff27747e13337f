package dev.tandem.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.testkit.FakeDns;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code tandem trunk test}; what it tells is tested in the package probe. */
class TrunkTestCommandTest {
  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void configure() throws Exception {
    int nobody;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      nobody = free.getLocalPort();
    }
    Files.writeString(
        directory.resolve("t.yaml"),
        """
        domain: example.test
        sip: {listen: {udp: ["127.0.0.1:0"], tcp: ["127.0.0.1:0"]}}
        trunks: [{name: pbx, address: "127.0.0.1:%d", transport: tcp}]
        """
            .formatted(nobody));
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
  void aFailureIsAStatus() {
    assertThat(run("trunk test pbx --config FILE")).isEqualTo(1);
    assertThat(out.toString())
        .startsWith("Trunk pbx, TCP 127.0.0.1:")
        .contains("refuses connections")
        .endsWith("\nNot good: 1 failed, 0 warnings\n");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void thereIsJsonToo() throws Exception {
    assertThat(run("trunk test pbx --json -c FILE")).isEqualTo(1);
    JsonNode root = new ObjectMapper().readTree(out.toString());
    assertThat(root.at("/verdict").asText()).isEqualTo("failed");
    assertThat(root.at("/steps/1/findings/1/words").asText()).contains("refuses connections");
  }

  @Test
  void aNameIsFoundAsTheGatewayFindsIt() throws Exception {
    try (FakeDns dns = FakeDns.start()) {
      dns.knows(
          "_sip._tcp.carrier.test. 60 SRV 10 0 1 a.carrier.test.",
          "a.carrier.test. 60 A 127.0.0.9");
      Path file = directory.resolve("t.yaml");
      String at = "127.0.0.1:" + dns.address().getPort();
      Files.writeString(
          file,
          Files.readString(file)
              .replace("sip: {", "sip: {dns: {servers: [\"" + at + "\"]}, ")
              .replaceAll("address: \"[^\"]*\"", "address: carrier.test"));

      assertThat(run("trunk test pbx -c FILE")).isEqualTo(1);
      assertThat(out.toString()).contains("carrier.test is at TCP 127.0.0.9:1\n");

      dns.forgets("_sip._tcp.carrier.test.");
      assertThat(run("trunk test pbx -c FILE")).isEqualTo(1);
      assertThat(out.toString()).contains("DNS       failed  ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "trunk",
        "trunk test -c FILE",
        "trunk test carrier -c FILE",
        "trunk test pbx --timeout soon -c FILE",
        "trunk test pbx --timeout 1h -c FILE",
        "trunk test pbx --number sip:1@x -c FILE",
      })
  void aWrongCommandLineIsTold(String arguments) {
    assertThat(run(arguments)).isEqualTo(Launcher.WRONG_COMMAND_LINE);
    assertThat(err.toString()).isNotBlank();
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void theTrunksThatThereAreAreNamed() {
    run("trunk test carrier -c FILE");
    assertThat(err.toString()).contains("there is no trunk carrier; there are: pbx");
  }
}
