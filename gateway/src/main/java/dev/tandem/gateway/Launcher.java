package dev.tandem.gateway;

import dev.tandem.gateway.config.ConfigLoader;
import dev.tandem.gateway.config.TandemConfig;
import dev.tandem.gateway.config.TrunkLint;
import dev.tandem.gateway.config.file.InvalidConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** What the command line can ask for; starts the service and stops it. */
final class Launcher {
  static final int OK = 0;
  static final int CANNOT_START = 1;
  static final int WRONG_COMMAND_LINE = 2;

  /** The process goes on: it serves. */
  static final int RUNNING = -1;

  private static final Logger log = LoggerFactory.getLogger(Launcher.class);
  private static final String BUILT_IN = "config/tandem.yaml";

  private final Service.Starter starter;
  private final PrintWriter out;
  private final PrintWriter err;
  private @Nullable Service running;

  Launcher(Service.Starter starter, PrintWriter out, PrintWriter err) {
    this.starter = starter;
    this.out = out;
    this.err = err;
  }

  /** Does what the command line says; returns an exit status, or {@link #RUNNING}. */
  int run(String... args) {
    CommandLineOptions options = new CommandLineOptions();
    CommandLine commandLine = new CommandLine(options);
    try {
      commandLine.parseArgs(args);
    } catch (CommandLine.ParameterException e) {
      err.println("tandem: " + e.getMessage());
      err.println("Try: tandem --help");
      return WRONG_COMMAND_LINE;
    }
    CommandLine said = commandLine;
    while (said.getParseResult().hasSubcommand()) {
      said = said.getParseResult().subcommand().commandSpec().commandLine();
    }
    if (options.help || said.isUsageHelpRequested()) {
      said.usage(out);
      return OK;
    }
    if (options.version) {
      out.println("tandem " + version() + ", Java " + Runtime.version());
      return OK;
    }
    if (said != commandLine && !(said.getCommand() instanceof Subcommand)) {
      said.usage(err);
      return WRONG_COMMAND_LINE;
    }
    TandemConfig config;
    try {
      config = load(options.config);
    } catch (InvalidConfigException e) {
      err.println(e.getMessage());
      int problems = e.problems().size();
      err.println(
          "tandem: %d %s in the configuration"
              .formatted(problems, problems == 1 ? "problem" : "problems"));
      return CANNOT_START;
    } catch (NoSuchFileException e) {
      err.println("tandem: there is no file " + e.getMessage());
      return CANNOT_START;
    } catch (IOException e) {
      err.println("tandem: cannot read the configuration: " + e);
      return CANNOT_START;
    }
    if (said.getCommand() instanceof Subcommand subcommand) {
      return subcommand.run(config, out, err);
    }
    if (options.checkConfig) {
      TrunkLint.warnings(config).forEach(warning -> out.println("warning: " + warning));
      out.println(
          "The configuration is good: domain %s, %d users, %d trunks"
              .formatted(config.domain(), config.users().size(), config.trunks().size()));
      return OK;
    }
    return start(config);
  }

  private int start(TandemConfig config) {
    TrunkLint.warnings(config).forEach(warning -> log.warn("configuration: {}", warning));
    try {
      Service service = starter.start(config);
      running = service;
      log.info("Tandem {} serves {} on {}", version(), config.domain(), service.endpoints());
      if (config.demo().enabled()) {
        service.endpoints().stream()
            .filter(Service.Endpoint::isHttp)
            .findFirst()
            .ifPresent(http -> log.info("Open the demo in two tabs: {}", http.url()));
      }
      return RUNNING;
    } catch (StartException e) {
      log.debug("cannot start", e);
      err.println("tandem: cannot start: " + e.getMessage());
      return CANNOT_START;
    }
  }

  /** Drains, then ends everything. */
  void stop() {
    Service service = running;
    if (service != null) {
      log.info("stopping: no new calls; running ones may go on for calls.drainTime");
      service.drain();
      service.close();
      log.info("stopped");
    }
  }

  private TandemConfig load(@Nullable Path given) throws IOException, InvalidConfigException {
    ConfigLoader loader = new ConfigLoader();
    if (given != null) {
      return loader.load(given);
    }
    if (Files.exists(CommandLineOptions.DEFAULT_CONFIG)) {
      return loader.load(CommandLineOptions.DEFAULT_CONFIG);
    }
    try (InputStream in = Launcher.class.getResourceAsStream(BUILT_IN)) {
      if (in == null) {
        throw new IllegalStateException("the build left out " + BUILT_IN);
      }
      String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return loader.parse("built-in " + BUILT_IN, yaml, Path.of(""));
    }
  }

  /** As what we show ourselves to peers. */
  static String product(TandemConfig config) {
    return config.sip().showVersion() ? "Tandem/" + version() : "Tandem";
  }

  /** As the jar's manifest has it; "dev" for classes that are not in one. */
  static String version() {
    String version = Launcher.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
