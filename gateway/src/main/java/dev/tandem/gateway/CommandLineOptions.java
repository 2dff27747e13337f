package dev.tandem.gateway;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What can be said on the command line; picocli fills it. */
@Command(
    name = "tandem",
    header = "SIP over WebSocket signalling gateway",
    sortOptions = false,
    subcommands = {RouteCommand.class, TrunkCommand.class},
    footer = {
      "",
      "SIGTERM and SIGINT drain: no new calls, running ones may end within calls.drainTime.",
      "Exit status: 0 stopped as asked, 1 cannot start, 2 wrong command line."
    })
final class CommandLineOptions {
  static final Path DEFAULT_CONFIG = Path.of("config", "tandem.yaml");

  @Option(
      names = {"-c", "--config"},
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description =
          "The configuration. Without it, config/tandem.yaml, or if there is none, a built-in copy"
              + " of it with demo users.")
  @Nullable Path config;

  @Option(
      names = "--check-config",
      description =
          "Tell every problem of the configuration, and stop. Status 1 when there is one.")
  boolean checkConfig;

  @Option(
      names = {"-V", "--version"},
      description = "Tell the version, and stop.")
  boolean version;

  @Option(
      names = {"-h", "--help"},
      scope = ScopeType.INHERIT,
      usageHelp = true,
      description = "Tell this, and stop.")
  boolean help;
}
