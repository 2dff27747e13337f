package dev.tandem.gateway.packaged;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.testkit.Ladder;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import java.io.IOException;
import java.io.Reader;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The jar as an operator gets it: another process, real signals. */
@Tag("packaged")
class PackagedJarTest {
  private static final Path JAR = Path.of("target", "tandem.jar").toAbsolutePath();
  private static final Pattern HTTP = Pattern.compile("\\[http (127\\.0\\.0\\.1:\\d+)");

  @TempDir Path directory;

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void killWhatIsLeft() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void theVersionIsTheBuilds() throws Exception {
    Process process = start("--version");
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(output()).matches("tandem \\d+\\.\\d+\\.\\d+\\S*, Java \\d+.*\\R");
  }

  @Test
  void theBuiltInConfigurationIsGood() throws Exception {
    Process process = start("--check-config");
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(output()).contains("domain tandem.example, 4 users");
  }

  @Test
  void aTakenPortIsOneClearLine() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
      Path config = config("127.0.0.1:" + taken.getLocalPort());
      Process process = start("--config", config.toString());
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(1);
      assertThat(output().lines()).hasSize(1);
      assertThat(output())
          .startsWith("tandem: cannot start: http.listen")
          .contains(String.valueOf(taken.getLocalPort()), "in use");
    }
  }

  /**
   * By every Java that is installed here, and new enough: 17 is what we build for. Those from 24 on
   * warn of what Undertow's threads do with {@code sun.misc.Unsafe}, which is not our log's.
   */
  @ParameterizedTest
  @MethodSource("installedJava")
  void sigtermDrains(Path java) throws Exception {
    Process process = start(java, "--config", config("127.0.0.1:0").toString());
    String address = httpAddress();
    await().atMost(Duration.ofSeconds(20)).until(() -> status(address, "/readyz") == 200);
    assertThat(status(address, "/")).isEqualTo(200);

    try (Ladder ladder = new Ladder(Duration.ofSeconds(10))) {
      URI webSocket = URI.create("ws://" + address + "/ws");
      Phone alice = Phone.sipJs(ladder, "alice", identity("alice"), webSocket);
      Phone bob = Phone.jsSip(ladder, "bob", identity("bob"), webSocket);
      alice.registers();
      bob.registers();
      assertThat(get(address, "/metrics"))
          .contains(
              "tandem_registrar_bindings 2.0",
              "tandem_flows{transport=\"ws\"} 2.0",
              // Two each: without credentials, and with.
              "tandem_transaction_seconds_count 4");

      alice.invites(bob.aor());
      bob.receives(INVITE);
      bob.answers(200);
      alice.receives(200);
      alice.sends(ACK);
      bob.receives(ACK);

      process.destroy(); // SIGTERM

      await().atMost(Duration.ofSeconds(5)).until(() -> status(address, "/readyz") == 503);
      assertThat(status(address, "/healthz")).isEqualTo(200);
      alice.receives(BYE);
      alice.answers(200);
      bob.receives(BYE);
      bob.answers(200);
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(process.exitValue()).isZero();
    assertThat(output())
        .contains("Open the demo in two tabs: http://" + address + "/")
        .doesNotContain("Exception", "\tat ", " WARN ", " ERROR ");
    assertThat(output().lines().reduce((a, b) -> b).orElseThrow()).contains("stopped");
  }

  static Stream<Path> installedJava() throws IOException {
    Path own = Path.of(System.getProperty("java.home"));
    Path debians = Path.of("/usr/lib/jvm");
    if (!Files.isDirectory(debians)) {
      return Stream.of(own);
    }
    try (Stream<Path> others = Files.list(debians)) {
      List<Path> newer =
          others
              .filter(home -> !Files.isSymbolicLink(home) && isNewer(home.resolve("release")))
              .sorted()
              .toList();
      return Stream.concat(Stream.of(own), newer.stream());
    }
  }

  private static boolean isNewer(Path release) {
    Properties properties = new Properties();
    try (Reader text = Files.newBufferedReader(release)) {
      properties.load(text);
    } catch (IOException e) {
      return false;
    }
    String version = properties.getProperty("JAVA_VERSION", "\"0\"").replace("\"", "");
    return Runtime.Version.parse(version).feature() > Runtime.version().feature();
  }

  private static PhoneIdentity identity(String user) {
    return new PhoneIdentity(user, "tandem.example", "secret");
  }

  private Path config(String http) throws IOException {
    return Files.writeString(
        directory.resolve("tandem.yaml"),
        """
        domain: tandem.example
        http: {listen: "%s"}
        sip: {listen: {udp: "127.0.0.1:0", tcp: "127.0.0.1:0"}}
        calls: {drainTime: 3s}
        users:
          - {user: alice, password: secret}
          - {user: bob, password: secret}
        """
            .formatted(http));
  }

  private Process start(String... arguments) throws IOException {
    return start(Path.of(System.getProperty("java.home")), arguments);
  }

  private Process start(Path java, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(java.resolve("bin/java").toString());
    command.addAll(List.of("-jar", JAR.toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log().toFile())
            .start();
    processes.add(process);
    return process;
  }

  /** What the start-up line says; the port was the system's choice. */
  private String httpAddress() {
    return await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              Matcher found = HTTP.matcher(output());
              return found.find() ? found.group(1) : "";
            },
            address -> !address.isEmpty());
  }

  private int status(String address, String path) throws Exception {
    return send(address, path).statusCode();
  }

  private String get(String address, String path) throws Exception {
    return send(address, path).body();
  }

  private HttpResponse<String> send(String address, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://" + address + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private String output() throws IOException {
    return Files.exists(log()) ? Files.readString(log()) : "";
  }

  private Path log() {
    return directory.resolve("output.txt");
  }
}
