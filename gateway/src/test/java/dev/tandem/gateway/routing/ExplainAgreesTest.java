package dev.tandem.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Whatever the rules, the request and the moment: what is explained is what is done. Configurations
 * and requests are made by chance from a seed that a failure names.
 */
class ExplainAgreesTest {
  private static final int WORLDS = 400;
  private static final int REQUESTS = 40;
  private static final List<String> NUMBERS =
      List.of("0", "030123456", "112", "9", "91", "+4930", "alice", "bob", "200", "x y");
  private static final List<String> PATTERNS =
      List.of("*", "0*", "9*", "91", "+49*", "112", "alice", "b*");

  @Test
  void explanationsNeverDifferFromDecisions() {
    Set<String> seen = new HashSet<>();
    for (long seed = 1; seed <= WORLDS; seed++) {
      Random random = new Random(seed);
      String yaml = yaml(random);
      RoutingWorld world = new RoutingWorld(yaml, flip(random));
      for (int i = 0; i < REQUESTS; i++) {
        arrange(world, random);
        RouteRequest request = request(world, random);
        Explanation explained = world.router.explain(request);
        RouteDecision done = world.router.route(request);
        assertThat(explained.decision())
            .as("seed %d, request %s by%n%s", seed, request, yaml)
            .isEqualTo(done);
        assertThat(explained.steps()).allSatisfy(step -> assertThat(step.notes()).isNotEmpty());
        boolean refused = done instanceof RouteDecision.Refused;
        assertThat(explained.legs().isEmpty()).isEqualTo(refused);
        seen.add(
            done instanceof RouteDecision.Refused r ? r.cause().name() : done.getClass().getName());
      }
    }
    assertThat(seen)
        .as("or it would prove little")
        .contains(
            "NOT_FOUND",
            "FOREIGN_DOMAIN",
            "NOT_ALLOWED",
            "TRUNK_TO_TRUNK",
            "RULE",
            "LIMIT_USER",
            "LIMIT_TRUNK",
            "NO_TRUNK_UP",
            "PRIVACY",
            "OFFLINE",
            RouteDecision.ToUser.class.getName(),
            RouteDecision.ToTrunks.class.getName());
  }

  private static String yaml(Random random) {
    StringBuilder yaml = new StringBuilder("domain: example.test\n");
    yaml.append("users: [{user: alice, password: x}, {user: bob, password: x}]\n");
    yaml.append("userGroups: [{name: g, users: [\"a*\"], deny: [%s]}]\n".formatted(some(random)));
    yaml.append("emergency: {numbers: [\"112\"], bypassRights: %s}\n".formatted(flip(random)));
    yaml.append("trunks:\n");
    for (String trunk : List.of("a", "b", "c")) {
      yaml.append("  - {name: %s, address: 192.0.2.1, deny: [%s]".formatted(trunk, some(random)));
      yaml.append(flip(random) ? ", numbers: {in: [{e164: {country: 49}}]}" : "");
      yaml.append(flip(random) ? ", identity: {send: asserted}" : "").append("}\n");
    }
    String strategy =
        pick(random, List.of("priority", "weight", "roundRobin", "leastCalls", "hash"));
    yaml.append("trunkGroups:\n  - {name: all, strategy: %s, ".formatted(strategy));
    yaml.append("members: [{trunk: a, weight: 2}, {trunk: b}, {trunk: c, priority: 2}]}\n");
    yaml.append("routes:\n");
    for (int i = 0; i < 1 + random.nextInt(6); i++) {
      yaml.append("  - {number: \"%s\"".formatted(pick(random, PATTERNS)));
      yaml.append(", beforeUsers: ").append(random.nextInt(4) == 0);
      if (flip(random)) {
        yaml.append(
            pick(
                random,
                List.of(
                    ", from: {groups: [g]}",
                    ", from: {trunks: [a]}",
                    ", from: {callers: [\"0*\"]}",
                    ", headers: {X-A: \"1\"}",
                    ", times: [{days: sat}]")));
      }
      if (flip(random)) {
        yaml.append(", rewrite: {number: [{strip: 1}], caller: {number: [{prepend: \"0\"}]}}");
      }
      yaml.append(
          pick(
              random,
              List.of(", trunk: a", ", trunk: all", ", user: bob", ", refuse: {code: 404}")));
      yaml.append("}\n");
    }
    return yaml.toString();
  }

  private static void arrange(RoutingWorld world, Random random) {
    world.down.clear();
    world.full.clear();
    for (String name : List.of("a", "b", "c", "alice")) {
      (random.nextInt(4) == 0 ? world.down : new HashSet<String>()).add(name);
      (random.nextInt(4) == 0 ? world.full : new HashSet<String>()).add(name);
      world.calls.put(name, random.nextInt(3));
    }
  }

  private static RouteRequest request(RoutingWorld world, Random random) {
    String trunk = random.nextInt(3) == 0 ? pick(random, List.of("a", "b")) : null;
    Map<String, List<String>> headers = new java.util.HashMap<>();
    if (flip(random)) {
      headers.put("X-A", List.of(Integer.toString(random.nextInt(2))));
    }
    if (random.nextInt(5) == 0) {
      headers.put("Privacy", List.of(pick(random, List.of("id", "session;critical"))));
    }
    CallerId caller = new CallerId(pick(random, List.of("alice", "bob", "017")), "h.test", null);
    List<String> rights = random.nextInt(6) == 0 ? List.of("9*") : List.of("*");
    RouteRequest asked = world.question(caller.user(), "x", trunk, headers);
    Source source = asked.source();
    return new RouteRequest(
        pick(random, NUMBERS),
        random.nextInt(8) == 0 ? "elsewhere.test" : "",
        new Source(
            source.user(),
            trunk,
            null,
            source.caller(),
            flip(random) ? caller : null,
            source.privacy(),
            new DialRights(rights)),
        flip(random) ? null : "urn:uuid:1",
        asked.headers(),
        RoutingWorld.FRIDAY_NOON,
        random.nextInt(4) == 0 ? RouteRequest.Kind.MESSAGE : RouteRequest.Kind.CALL);
  }

  private static String some(Random random) {
    List<String> some = new ArrayList<>();
    for (String pattern : List.of("91", "030*", "112")) {
      if (random.nextInt(4) == 0) {
        some.add('"' + pattern + '"');
      }
    }
    return String.join(", ", some);
  }

  private static boolean flip(Random random) {
    return random.nextBoolean();
  }

  private static <T> T pick(Random random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
