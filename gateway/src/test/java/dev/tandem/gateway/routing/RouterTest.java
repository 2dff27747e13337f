package dev.tandem.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.config.user.Users;
import dev.tandem.gateway.routing.RouteDecision.ToTrunk;
import dev.tandem.gateway.routing.RouteDecision.ToTrunks;
import dev.tandem.gateway.routing.RouteDecision.ToUser;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules, one after the other. */
class RouterTest {
  private static final String BASE =
      """
      domain: example.test
      users: [{user: alice, password: x}, {user: bob, password: x}, {user: "100", password: x}]
      trunks:
        - {name: pbx, address: 192.0.2.1}
        - {name: carrier, address: 192.0.2.2}
      """;

  private static RoutingWorld world(String more) {
    return new RoutingWorld(BASE + more);
  }

  @Test
  void theShortFormWorksAndUsersGoFirst() {
    RoutingWorld world = world("routes: [{number: \"1*\", trunk: pbx}]");
    assertThat(world.routed(world.call("alice", "100"))).isEqualTo("user 100");
    assertThat(world.routed(world.call("alice", "101"))).isEqualTo("pbx 101");
    assertThat(world.routed(world.call("alice", "201"))).isEqualTo("404 not_found");
    assertThat(world.routed(world.call("alice", "sip:101@elsewhere.test")))
        .isEqualTo("404 foreign_domain");
  }

  @Test
  void aRouteMayGoBeforeUsers() {
    RoutingWorld world =
        world(
            """
            routes:
              - {number: "100", from: {trunks: [carrier]}, beforeUsers: true, refuse: {code: 603}}
            """);
    assertThat(world.routed(world.callBy("carrier", "+49", "100"))).isEqualTo("603 rule");
    assertThat(world.routed(world.callBy("pbx", "+49", "100"))).isEqualTo("user 100");
  }

  @Test
  void aTrunkCallsATrunkOnlyByARouteThatNamesIt() {
    RoutingWorld world =
        world(
            """
            routes:
              - {number: "9*", trunk: pbx}
              - {number: "91*", trunk: pbx, from: {trunks: [carrier]}}
            """);
    assertThat(world.routed(world.callBy("carrier", "+49", "912"))).isEqualTo("pbx 912");
    assertThat(world.routed(world.callBy("carrier", "+49", "92"))).isEqualTo("403 trunk_to_trunk");
    assertThat(world.routed(world.callBy("pbx", "+49", "912"))).isEqualTo("403 trunk_to_trunk");
    assertThat(world.routed(world.callBy("pbx", "+49", "8"))).isEqualTo("404 not_found");
  }

  @Test
  void aNumberIsAUser() {
    RoutingWorld world =
        world(
            """
            routes:
              - {number: "+4930555", user: bob}
              - {regex: '\\+49305551(\\d+)', user: "$1"}
            """);
    assertThat(world.routed(world.callBy("carrier", "+49", "+4930555"))).isEqualTo("user bob");
    assertThat(world.routed(world.callBy("carrier", "+49", "+49305551100"))).isEqualTo("user 100");
    assertThat(world.routed(world.callBy("carrier", "+49", "+493055517"))).isEqualTo("480 offline");
  }

  @Test
  void theSourceMatters() {
    RoutingWorld world =
        world(
            """
            userGroups: [{name: sales, users: [bob]}]
            routes:
              - {number: "9*", from: {users: ["al*"]}, trunk: pbx}
              - {number: "9*", from: {groups: [sales], trunks: [pbx]}, trunk: carrier}
              - {number: "9*", from: {callers: ["1*"]}, refuse: {code: 486, reason: Busy Here}}
            """);
    assertThat(world.routed(world.call("alice", "9"))).isEqualTo("pbx 9");
    assertThat(world.routed(world.call("bob", "9"))).isEqualTo("carrier 9");
    assertThat(world.routed(world.call("100", "9"))).isEqualTo("486 rule");
    assertThat(world.routed(world.callBy("pbx", "alice", "9"))).isEqualTo("carrier 9");
    assertThat(world.routed(world.callBy("carrier", "alice", "9"))).isEqualTo("404 not_found");
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3, pbx 9",
    "11.1.2.3, 404 not_found",
    "::ffff:1, 404 not_found",
    "2001:db8::7, pbx 9",
    "example.test, 404 not_found"
  })
  void theAddressMatters(String address, String expected) {
    RoutingWorld world =
        world(
            """
            routes:
              - {number: "9*", from: {addresses: [10.0.0.0/8, "2001:db8::/32"]}, trunk: pbx}
            """);
    RouteRequest request =
        new RouteQuestion(
                "alice", "9", null, address, List.of(), Map.of(), RoutingWorld.FRIDAY_NOON)
            .request(new Domain("example.test", Set.of()), Users.NONE, Set.of());
    assertThat(world.routed(request)).isEqualTo(expected);
  }

  @Test
  void headersMatter() {
    RoutingWorld world =
        world("routes: [{number: \"9*\", headers: {X-Site: \"berlin|bonn\"}, trunk: pbx}]");
    for (String site : List.of("berlin", "bonn")) {
      assertThat(
              world.routed(
                  world.question("alice", "9", null, Map.of("x-site", List.of("rome", site)))))
          .isEqualTo("pbx 9");
    }
    assertThat(
            world.routed(world.question("alice", "9", null, Map.of("X-Site", List.of("berlin2")))))
        .isEqualTo("404 not_found");
    assertThat(world.routed(world.call("alice", "9"))).isEqualTo("404 not_found");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-20T07:59:00Z, true", // Friday 08:59 in Berlin
    "2026-11-20T16:59:00Z, true",
    "2026-11-20T17:00:00Z, false",
    "2026-11-21T12:00:00Z, false", // Saturday
    "2026-11-20T23:30:00Z, true", // Saturday 00:30, of Friday's night
    "2026-11-21T05:00:00Z, false",
    "2026-07-03T06:30:00Z, false", // summer: 08:30 is 06:30 UTC
    "2026-07-03T07:00:00Z, true",
  })
  void theTimeMatters(Instant at, boolean taken) {
    RoutingWorld world =
        world(
            """
            routes:
              - number: "9*"
                trunk: pbx
                times:
                  - days: mon-fri
                    hours: ["08:59-18:00", "22:00-05:00"]
                    zone: Europe/Berlin
            """);
    RouteRequest request =
        new RouteQuestion("alice", "9", null, null, List.of(), Map.of(), at)
            .request(new Domain("example.test", Set.of()), Users.NONE, Set.of());
    assertThat(world.routed(request)).isEqualTo(taken ? "pbx 9" : "404 not_found");
  }

  @ParameterizedTest
  @CsvSource({
    "030123456, +4930123456",
    "0044201234, +44201234",
    "+33123456, +33123456",
    "112, 112",
    "0301, 0301",
    "alice7, alice7"
  })
  void nationalNumbersBecomeInternational(String dialled, String sent) {
    RoutingWorld world =
        world("routes: [{number: \"*\", trunk: pbx, rewrite: {number: [{e164: {country: 49}}]}}]");
    assertThat(world.routed(world.call("alice", dialled))).isEqualTo("pbx " + sent);
  }

  @Test
  void stepsAreTakenInOrder() {
    RoutingWorld world =
        world(
            """
            routes:
              - number: "9*"
                trunk: pbx
                rewrite:
                  number:
                    - {strip: 1}
                    - {replace: {regex: '0(\\d)(\\d*)', with: '$2-$1'}}
                    - {prepend: "77"}
              - {number: "8*", trunk: pbx, rewrite: {number: [{strip: 1}, {set: "5"}]}}
            """);
    assertThat(world.routed(world.call("alice", "90123"))).isEqualTo("pbx 7723-1");
    assertThat(world.routed(world.call("alice", "9"))).isEqualTo("pbx 779");
    assertThat(world.routed(world.call("alice", "81"))).isEqualTo("pbx 5");
  }

  @Test
  void anExpressionMadeToTakeForeverTakesNoTime() {
    RoutingWorld world = world("routes: [{regex: \"(a+)+b\", trunk: pbx}]");
    String evil = "a".repeat(20_000);
    assertThat(world.routed(world.call("alice", evil))).isEqualTo("404 not_found");
  }

  @Test
  void aTrunkSpeaksItsOwnNumberPlan() {
    RoutingWorld world =
        new RoutingWorld(
            """
            domain: example.test
            users: [{user: alice, password: x}]
            trunks:
              - name: pbx
                address: 192.0.2.1
                numbers:
                  in: [{e164: {country: 49}}]
                  out: [{replace: {regex: '\\+49(.*)', with: '0$1'}}]
            routes:
              - {number: "+4930*", user: alice}
              - {number: "+4940*", trunk: pbx}
            """);
    RouteDecision in = world.router.route(world.callBy("pbx", "0171234567", "030555"));
    assertThat(((ToUser) in).aor().user()).isEqualTo("alice");
    assertThat(((ToUser) in).outgoing().from())
        .isEqualTo(new CallerId("+49171234567", "example.test", null));
    assertThat(world.routed(world.call("alice", "+49401"))).isEqualTo("pbx 0401");
  }

  @Test
  void whatTheTrunkDeniesIsDeniedInTheFormThatItWouldGet() {
    RoutingWorld world =
        new RoutingWorld(
            """
            domain: example.test
            trunks: [{name: pbx, address: 192.0.2.1, allow: ["+49*"], deny: ["+49900*"]}]
            routes: [{number: "0*", trunk: pbx, rewrite: {number: [{e164: {country: 49}}]}}]
            """);
    assertThat(world.routed(world.call("alice", "0301234"))).isEqualTo("pbx +49301234");
    assertThat(world.routed(world.call("alice", "0900123"))).isEqualTo("403 not_allowed");
    assertThat(world.routed(world.call("alice", "0044123"))).isEqualTo("403 not_allowed");
  }

  @Test
  void groupsOfUsersMayNotDialEverything() {
    RoutingWorld world =
        world(
            """
            userGroups:
              - {name: all, users: ["*"], deny: ["90*"]}
              - {name: few, users: [bob], allow: ["91*"]}
            routes: [{number: "9*", trunk: pbx}]
            """);
    assertThat(world.routed(world.call("alice", "90"))).isEqualTo("403 not_allowed");
    assertThat(world.routed(world.call("alice", "92"))).isEqualTo("pbx 92");
    assertThat(world.routed(world.call("bob", "92"))).isEqualTo("403 not_allowed");
    assertThat(world.routed(world.call("bob", "91"))).isEqualTo("pbx 91");
    assertThat(world.routed(world.call("bob", "alice"))).as("no number").isEqualTo("user alice");
  }

  @Test
  void whoHelpIsCalledForIsNeverRefused() {
    String routes =
        """
        userGroups: [{name: all, users: ["*"], deny: ["1*"]}]
        routes: [{number: "1*", trunk: carrier}]
        emergency: {numbers: ["112"], bypassRights: %s}
        """;
    RoutingWorld open = world(routes.formatted(true));
    open.full.addAll(List.of("alice", "carrier"));
    open.down.add("carrier");
    assertThat(open.routed(open.call("alice", "112"))).isEqualTo("carrier 112");
    assertThat(((ToTrunks) open.router.route(open.call("alice", "112"))).first().limited())
        .isFalse();
    assertThat(open.routed(open.call("alice", "113"))).isEqualTo("403 not_allowed");

    RoutingWorld strict = world(routes.formatted(false));
    assertThat(strict.routed(strict.call("alice", "112"))).isEqualTo("403 not_allowed");
  }

  @Test
  void everyRefusalHasItsOwnCause() {
    RoutingWorld world = world("routes: [{number: \"9*\", trunk: pbx}]");
    world.down.add("pbx");
    assertThat(world.routed(world.call("alice", "9"))).isEqualTo("503 no_trunk_up");
    world.down.clear();
    world.full.add("pbx");
    assertThat(world.routed(world.call("alice", "9"))).isEqualTo("503 limit_trunk");
    world.full.clear();
    world.full.add("alice");
    assertThat(world.routed(world.call("alice", "9"))).isEqualTo("480 limit_user");
    assertThat(world.routed(world.call("alice", "bob"))).isEqualTo("480 limit_user");
    assertThat(world.routed(world.call("alice", "8"))).isEqualTo("404 not_found");
    world.full.add("from pbx");
    assertThat(world.routed(world.callBy("pbx", "+49", "bob"))).isEqualTo("503 limit_trunk");
    assertThat(world.routed(world.callBy("carrier", "+49", "bob"))).isEqualTo("user bob");
  }

  @Test
  void limitsAreForCalls() {
    RoutingWorld world = world("routes: [{number: \"9*\", trunk: pbx}]");
    world.full.addAll(List.of("pbx", "alice"));
    RouteRequest call = world.call("alice", "9");
    RouteRequest message =
        new RouteRequest(
            call.user(),
            call.host(),
            call.source(),
            null,
            RequestHeaders.NONE,
            call.at(),
            RouteRequest.Kind.MESSAGE);
    assertThat(world.routed(message)).isEqualTo("pbx 9");
  }

  @Test
  void aNumberCannotNameAnotherHost() {
    RoutingWorld world = world("routes: [{number: \"9*\", trunk: pbx}]");
    RouteRequest request =
        new RouteRequest(
            "9@evil.test;x=?\"",
            "",
            Source.user(new CallerId("alice", "example.test", null), DialRights.ALL),
            RoutingWorld.FRIDAY_NOON);
    ToTrunk attempt = ((ToTrunks) world.router.route(request)).first();
    assertThat(attempt.uri()).isEqualTo("sip:9%40evil.test;x=?%22@192.0.2.1");
  }
}
