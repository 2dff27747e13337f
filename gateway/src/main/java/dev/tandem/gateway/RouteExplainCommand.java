package dev.tandem.gateway;

import dev.tandem.gateway.admin.ExplainPage;
import dev.tandem.gateway.admin.ExplanationJson;
import dev.tandem.gateway.config.TandemConfig;
import dev.tandem.gateway.config.trunk.TrunkConfig;
import dev.tandem.gateway.routing.Domain;
import dev.tandem.gateway.routing.Explanation;
import dev.tandem.gateway.routing.ExplanationText;
import dev.tandem.gateway.routing.RouteDecision;
import dev.tandem.gateway.routing.RouteQuestion;
import dev.tandem.gateway.routing.Router;
import dev.tandem.gateway.routing.Surroundings;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code tandem route explain}: where a call would go by a configuration, and why; with the engine
 * of live calls. Nothing is sent, and the gateway need not run: every trunk counts as up and idle,
 * every user as online.
 */
@Command(
    name = "explain",
    header = "Tells where a call would go, and why",
    sortOptions = false,
    footer = {
      "",
      "Every trunk counts as up and idle, every user as online. What is so at this moment tells",
      "the running gateway: GET /api/route/explain.",
      "Exit status: 0 it goes somewhere, 1 it is refused, 2 wrong command line."
    })
final class RouteExplainCommand implements Subcommand {
  static final int REFUSED = 1;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "WHO",
      description = "Who calls: a user or number, or a SIP URI.")
  String from = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "WHOM",
      description = "Who is called: the same.")
  String to = "";

  @Option(
      names = "--source",
      paramLabel = "TRUNK",
      description = "The call comes by this trunk. Without it, a user of ours makes it.")
  @Nullable String source;

  @Option(
      names = "--address",
      paramLabel = "IP",
      description = "The address that it comes from, for routes with from.addresses.")
  @Nullable String address;

  @Option(
      names = "--dial",
      paramLabel = "PATTERN",
      description = "What the caller's token allows, such as '+49*'. More than once for more.")
  List<String> dial = List.of();

  @Option(
      names = "--header",
      paramLabel = "NAME:VALUE",
      description = "A header of the request, such as 'X-Site: berlin'. More than once for more.")
  List<String> header = List.of();

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = "When, such as 2026-11-21T14:00:00+01:00. Without it, now.")
  @Nullable String at;

  @Option(names = "--json", description = "As JSON.")
  boolean json;

  @Override
  public int run(TandemConfig config, PrintWriter out, PrintWriter err) {
    Domain domain = new Domain(config.domain(), config.domainAliases());
    Router router =
        new Router(domain, config.users(), config.trunks(), config.routing(), Surroundings.UNKNOWN);
    Set<String> trunks =
        config.trunks().stream()
            .map(TrunkConfig::name)
            .collect(Collectors.toCollection(TreeSet::new));
    Explanation explanation;
    try {
      Instant when = at == null ? Instant.now() : ExplainPage.instant(at);
      RouteQuestion question =
          new RouteQuestion(from, to, source, address, dial, ExplainPage.headers(header), when);
      explanation = router.explain(question.request(domain, config.users(), trunks));
    } catch (IllegalArgumentException e) {
      err.println("tandem: " + e.getMessage());
      return Launcher.WRONG_COMMAND_LINE;
    }
    out.print(json ? ExplanationJson.of(explanation) : ExplanationText.of(explanation));
    out.flush();
    return explanation.decision() instanceof RouteDecision.Refused ? REFUSED : Launcher.OK;
  }
}
