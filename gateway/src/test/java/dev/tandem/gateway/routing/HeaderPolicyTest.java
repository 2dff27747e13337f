package dev.tandem.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.routing.RouteDecision.ToTrunks;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which headers reach a trunk. */
class HeaderPolicyTest {

  private static Outgoing outgoing(String route, String trunk) {
    RoutingWorld world =
        new RoutingWorld(
            """
            domain: example.test
            trunks: [{name: t, address: 192.0.2.1, headers: %s}]
            routes: [{number: "9*", trunk: t, rewrite: {headers: %s}}]
            """
                .formatted(trunk, route));
    return ((ToTrunks) world.router.route(world.call("alice", "9"))).first().outgoing();
  }

  @Test
  void withoutRulesWhatCrossesACallCrosses() {
    Outgoing outgoing = outgoing("{}", "{}");
    assertThat(outgoing).isSameAs(Outgoing.UNCHANGED);
    assertThat(outgoing.lets("X-Anything")).isTrue();
  }

  @Test
  void onlyWhatBothKeepAndNeitherRemoves() {
    Outgoing outgoing = outgoing("{keep: [X-*, Subject], remove: [x-b]}", "{keep: [X-*]}");
    assertThat(outgoing.lets("X-A")).isTrue();
    assertThat(outgoing.lets("X-B")).isFalse();
    assertThat(outgoing.lets("Subject")).isFalse();
    assertThat(outgoing("{keep: []}", "{}").lets("X-A")).as("nothing").isFalse();
  }

  @Test
  void whatWeAddReplacesWhatTheCallerSaid() {
    Outgoing outgoing = outgoing("{add: {X-Site: berlin, X-A: b}}", "{add: {x-site: bonn}}");
    assertThat(outgoing.lets("X-SITE")).isFalse();
    assertThat(outgoing.added())
        .containsExactly(Map.entry("X-A", "b"), Map.entry("x-site", "bonn"));
  }

  @Test
  void explanationsTellTheSame() {
    RoutingWorld world =
        new RoutingWorld(
            """
            domain: example.test
            trunks: [{name: t, address: 192.0.2.1, headers: {keep: [X-*], add: {X-B: ours}}}]
            routes: [{number: "9*", trunk: t}]
            """);
    Explanation explanation =
        world.router.explain(
            world.question(
                "alice",
                "9",
                null,
                Map.of(
                    "X-A", List.of("1"),
                    "x-b", List.of("2"),
                    "Subject", List.of("s"),
                    "Route", List.of("<sip:evil.test;lr>"))));
    assertThat(explanation.legs().get(0).changes())
        .contains(
            new Explanation.Change("X-A", "1", "1"),
            new Explanation.Change("x-b", "2", "ours"),
            new Explanation.Change("Subject", "s", ""),
            new Explanation.Change("Route", "<sip:evil.test;lr>", ""));
  }
}
