package dev.tandem.gateway;

import dev.tandem.gateway.admin.ProbeJson;
import dev.tandem.gateway.config.SipConfig;
import dev.tandem.gateway.config.TandemConfig;
import dev.tandem.gateway.config.trunk.TrunkConfig;
import dev.tandem.gateway.probe.Finding;
import dev.tandem.gateway.probe.PeerFinder;
import dev.tandem.gateway.probe.ProbeReport;
import dev.tandem.gateway.probe.ProbeSettings;
import dev.tandem.gateway.probe.ProbeText;
import dev.tandem.gateway.probe.TrunkProbe;
import dev.tandem.sip.dns.DestinationResolver;
import dev.tandem.sip.dns.DnsSettings;
import dev.tandem.sip.time.Timers;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tandem trunk test}: what is wrong with a trunk, in words. The gateway need not run. */
@Command(
    name = "test",
    header = "Tells in words whether a trunk works, and what to change",
    sortOptions = false,
    footer = {
      "",
      "Steps: DNS, connect, TLS, OPTIONS, REGISTER, a call, and whether the peer can call us.",
      "Passwords and digests are left out of the messages that it shows.",
      "Exit status: 0 nothing failed, 1 something did, 2 wrong command line."
    })
final class TrunkTestCommand implements Subcommand {
  static final int FAILED = 1;

  private static final SecureRandom random = new SecureRandom();

  @Parameters(index = "0", paramLabel = "NAME", description = "The trunk, as trunks[].name has it.")
  String name = "";

  @Option(
      names = "--number",
      paramLabel = "N",
      description = "Call that number there for a moment, as the peer is to see it.")
  @Nullable String number;

  @Option(
      names = "--from",
      paramLabel = "USER",
      description = "Who calls: the user of From. Without it, from.user or the account.")
  @Nullable String from;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long each connection and answer may take; 10s if not given.")
  String timeout = "10s";

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      description = "Wait so long for a call or an OPTIONS of the peer, such as 30s.")
  String wait = "0s";

  @Option(names = "--json", description = "As JSON.")
  boolean json;

  @Override
  public int run(TandemConfig config, PrintWriter out, PrintWriter err) {
    GatewayEnvironment environment = GatewayEnvironment.system();
    try {
      ProbeSettings settings =
          new ProbeSettings(
              config,
              trunk(config),
              number,
              from,
              time("--timeout", timeout),
              time("--wait", wait));
      ProbeReport report =
          new TrunkProbe(
                  settings, PeerFinder.by(resolver(settings, environment)), TrunkTestCommand::token)
              .run();
      out.print(json ? ProbeJson.of(report) : ProbeText.of(report));
      out.flush();
      return report.grade() == Finding.Grade.FAILED ? FAILED : Launcher.OK;
    } catch (IllegalArgumentException e) {
      err.println("tandem: " + e.getMessage());
      return Launcher.WRONG_COMMAND_LINE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return FAILED;
    } finally {
      environment.executor().shutdownNow();
    }
  }

  /** Finds what the gateway would; a transport without a socket is told as such, later. */
  private static DestinationResolver resolver(
      ProbeSettings settings, GatewayEnvironment environment) {
    SipConfig sip = settings.config().sip();
    return new DestinationResolver(
        DnsSettings.defaults()
            .withServers(sip.dns().servers())
            .withTimes(sip.dns().timeout(), sip.dns().limit(), sip.dns().setBack()),
        new Timers(environment.executor(), environment.clock(), environment.millis()),
        (transport, ipv6) ->
            transport == settings.trunk().nextHop().transport()
                || switch (transport) {
                  case UDP -> !sip.udp().isEmpty();
                  case TCP -> !sip.tcp().isEmpty();
                  case TLS -> !sip.tls().isEmpty();
                  default -> false;
                },
        random);
  }

  private TrunkConfig trunk(TandemConfig config) {
    List<String> names = config.trunks().stream().map(TrunkConfig::name).toList();
    return config.trunks().stream()
        .filter(trunk -> trunk.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no trunk "
                        + name
                        + (names.isEmpty()
                            ? ", and no other"
                            : "; there are: " + String.join(", ", names))));
  }

  private static Duration time(String option, String text) {
    try {
      return text.endsWith("ms")
          ? Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)))
          : Duration.parse("PT" + text);
    } catch (DateTimeParseException | NumberFormatException e) {
      throw new IllegalArgumentException(
          option + " was \"" + text + "\", expected a time such as 500ms, 10s or 1m", e);
    }
  }

  private static String token() {
    return Long.toString(random.nextLong() >>> 1, 36) + Long.toString(random.nextLong() >>> 1, 36);
  }
}
