package dev.tandem.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.config.value.ListenAddress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LauncherTest {
  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> did = new ArrayList<>();

  @Test
  void theVersionAndTheOptionsAreTold() {
    assertThat(run("--version")).isEqualTo(Launcher.OK);
    assertThat(run("-V")).isEqualTo(Launcher.OK);
    assertThat(out.toString()).startsWith("tandem dev, Java ").hasLineCount(2);

    assertThat(run("--help")).isEqualTo(Launcher.OK);
    assertThat(out.toString()).contains("--config", "--check-config", "Exit status");
    assertThat(err.toString()).isEmpty();
    assertThat(did).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--confg=x", "extra", "--config"})
  void aWrongCommandLineIsTold(String argument) {
    assertThat(run(argument)).isEqualTo(Launcher.WRONG_COMMAND_LINE);
    assertThat(err.toString()).startsWith("tandem: ").contains("--help");
    assertThat(did).isEmpty();
  }

  @Test
  void aGoodConfigurationIsCheckedAndNotStarted() {
    assertThat(run("--check-config", "--config", "../config/bench.yaml")).isEqualTo(Launcher.OK);
    assertThat(out.toString())
        .isEqualTo("The configuration is good: domain example.test, 20000 users, 1 trunks\n");
    assertThat(did).isEmpty();
  }

  @Test
  void whatIsProbablyNotMeantIsAWarningAndNoProblem() throws Exception {
    Path file = directory.resolve("t.yaml");
    Files.writeString(
        file,
        "domain: a.b\nusers: [{user: u, password: p}]\n"
            + "trunks: [{name: t, address: c.d, register: {user: u}}]\n");

    assertThat(run("--check-config", "-c", file.toString())).isEqualTo(Launcher.OK);
    assertThat(out.toString().lines())
        .containsExactly(
            "warning: trunks[0].register: goes without auth; few registrars let anybody in",
            "The configuration is good: domain a.b, 1 users, 1 trunks");
  }

  @Test
  void everyProblemOfAConfigurationIsTold() throws Exception {
    Path file = directory.resolve("t.yaml");
    Files.writeString(file, "domain: a.b\nregistrar: {minExpires: 0s}\nx: 1\n");

    for (String[] arguments :
        new String[][] {{"--check-config", "-c", file.toString()}, {"-c", file.toString()}}) {
      err.getBuffer().setLength(0);
      assertThat(run(arguments)).isEqualTo(Launcher.CANNOT_START);
      assertThat(err.toString().lines())
          .hasSize(3)
          .anySatisfy(line -> assertThat(line).startsWith(file + ":2:13: registrar.minExpires: "))
          .anySatisfy(line -> assertThat(line).startsWith(file + ":3:1: x: "))
          .last()
          .isEqualTo("tandem: 2 problems in the configuration");
    }
    assertThat(did).isEmpty();
  }

  @Test
  void aFileThatIsNotThereIsTold() {
    assertThat(run("-c", "no/such.yaml")).isEqualTo(Launcher.CANNOT_START);
    assertThat(err.toString()).isEqualTo("tandem: there is no file no/such.yaml\n");
  }

  @Test
  void withoutAFileTheBuiltInConfigurationServes() {
    assertThat(run()).isEqualTo(Launcher.RUNNING);
    assertThat(did).containsExactly("start tandem.example");
  }

  @Test
  void stoppingDrainsBeforeItCloses() {
    Launcher launcher = launcher(config -> new FakeService());
    assertThat(launcher.run()).isEqualTo(Launcher.RUNNING);
    launcher.stop();
    assertThat(did).containsExactly("drain", "close");
  }

  @Test
  void whatKeepsItFromStartingIsOneLineThatNamesTheKey() {
    Launcher launcher =
        launcher(
            config -> {
              throw StartException.cannotListen(
                  "sip.listen.udp[0]",
                  new ListenAddress("127.0.0.1", 5060),
                  new IllegalStateException(new BindException("Address already in use")));
            });
    assertThat(launcher.run()).isEqualTo(Launcher.CANNOT_START);
    assertThat(err.toString())
        .isEqualTo(
            "tandem: cannot start: sip.listen.udp[0]: cannot listen on 127.0.0.1:5060"
                + " (Address already in use)\n");
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, http://localhost:80/",
    "127.0.0.1, http://127.0.0.1:80/",
    "::1, 'http://[0:0:0:0:0:0:0:1]:80/'"
  })
  void theDemoIsOpenedWhereABrowserCanReachIt(String host, String url) {
    assertThat(new Service.Endpoint("http", new InetSocketAddress(host, 80)).url()).isEqualTo(url);
  }

  private int run(String... arguments) {
    return launcher(
            config -> {
              did.add("start " + config.domain());
              return new FakeService();
            })
        .run(arguments);
  }

  private Launcher launcher(Service.Starter starter) {
    return new Launcher(starter, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  private final class FakeService implements Service {
    @Override
    public List<Endpoint> endpoints() {
      return List.of(new Endpoint("http", new InetSocketAddress("127.0.0.1", 8080)));
    }

    @Override
    public void drain() {
      did.add("drain");
    }

    @Override
    public void close() {
      did.add("close");
    }
  }
}
