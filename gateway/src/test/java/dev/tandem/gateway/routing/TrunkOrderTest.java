package dev.tandem.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Which trunk of a group comes first. */
class TrunkOrderTest {

  private static RoutingWorld world(String group) {
    return new RoutingWorld(
        """
        domain: example.test
        trunks:
          - {name: a, address: 192.0.2.1}
          - {name: b, address: 192.0.2.2}
          - {name: c, address: 192.0.2.3}
        trunkGroups:
          - name: all
            %s
        routes: [{number: "9*", trunk: all}]
        """
            .formatted(group));
  }

  private static String order(RoutingWorld world, String caller) {
    return world.routed(world.call(caller, "9")).replace(" 9", "");
  }

  @Test
  void byPriority() {
    RoutingWorld world =
        world("members: [{trunk: a, priority: 2}, {trunk: b}, {trunk: c, priority: 2}]");
    assertThat(order(world, "x")).isEqualTo("b a c");
    world.down.add("b");
    assertThat(order(world, "x")).isEqualTo("a c");
    world.full.add("a");
    assertThat(order(world, "x")).isEqualTo("c");
    world.down.add("c");
    assertThat(order(world, "x")).as("one is only full").isEqualTo("503 limit_trunk");
  }

  @Test
  void noMoreThanMaxTries() {
    assertThat(order(world("maxTries: 2\n    members: [{trunk: a}, {trunk: b}, {trunk: c}]"), "x"))
        .isEqualTo("a b");
  }

  @Test
  void inTurn() {
    RoutingWorld world =
        world(
            "strategy: roundRobin\n    members: [{trunk: a}, {trunk: b}, {trunk: c, priority: 9}]");
    assertThat(List.of(order(world, "x"), order(world, "x"), order(world, "x")))
        .containsExactly("a b c", "b a c", "a b c");
  }

  @Test
  void byLeastCalls() {
    RoutingWorld world = world("strategy: leastCalls\n    members: [{trunk: a}, {trunk: b}]");
    world.calls.put("a", 2);
    world.calls.put("b", 1);
    assertThat(order(world, "x")).isEqualTo("b a");
    world.calls.put("b", 2);
    assertThat(order(world, "x")).as("equal: as listed").isEqualTo("a b");
  }

  @Test
  void byWeight() {
    RoutingWorld world =
        world(
            """
            strategy: weight
                members: [{trunk: a, weight: 6}, {trunk: b, weight: 3}, {trunk: c, weight: 1}]
            """);
    Map<String, Integer> first = new TreeMap<>();
    for (int i = 0; i < 10_000; i++) {
      first.merge(order(world, "x").substring(0, 1), 1, Integer::sum);
    }
    assertThat(first.get("a")).isBetween(5_000, 6_500);
    assertThat(first.get("b")).isBetween(2_500, 3_600);
    assertThat(first.get("c")).isBetween(500, 1_500);
  }

  @Test
  void theSameCallerByTheSameTrunk() {
    RoutingWorld world = world("strategy: hash\n    members: [{trunk: a}, {trunk: b}, {trunk: c}]");
    Set<String> firsts = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      String caller = "user" + i;
      String order = order(world, caller);
      assertThat(order(world, caller)).isEqualTo(order);
      firsts.add(order.substring(0, 1));
      world.down.add("c");
      assertThat(order(world, caller))
          .as("others stay")
          .isEqualTo(order.replaceAll(" ?c", "").strip());
      world.down.clear();
    }
    assertThat(firsts).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void whoAsksTakesNoTurn() {
    RoutingWorld world = world("strategy: roundRobin\n    members: [{trunk: a}, {trunk: b}]");
    for (int i = 0; i < 3; i++) {
      RouteDecision explained = world.router.explain(world.call("x", "9")).decision();
      assertThat(RoutingWorld.told(explained)).isEqualTo("a 9 b 9");
    }
    assertThat(order(world, "x")).isEqualTo("a b");
    assertThat(order(world, "x")).isEqualTo("b a");
  }
}
