package dev.tandem.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.routing.RouteDecision.ToTrunks;
import dev.tandem.gateway.routing.RouteDecision.ToUser;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is told who calls (RFC 3323, RFC 3325). */
class IdentitiesTest {

  private static RoutingWorld world(String in, String out) {
    return new RoutingWorld(
        """
        domain: example.test
        users: [{user: alice, password: x}]
        trunks:
          - {name: in, address: 192.0.2.1, identity: %s}
          - {name: out, address: 192.0.2.2, identity: %s}
        routes:
          - {number: "8*", trunk: out, rewrite: {caller: {number: [{set: "+4930"}], name: Us}}}
          - {number: "9*", trunk: out, from: {users: ["*"], trunks: [in]}}
        """
            .formatted(in, out));
  }

  private static Outgoing asked(RoutingWorld world, String trunk, String to, String... headers) {
    Map<String, List<String>> given = new java.util.HashMap<>();
    for (int i = 0; i < headers.length; i += 2) {
      given.put(headers[i], List.of(headers[i + 1]));
    }
    String from = trunk == null ? "alice" : "\"Caller\" <sip:+491@in.test>";
    RouteDecision decision = world.router.route(world.question(from, to, trunk, given));
    return decision instanceof ToUser toUser
        ? toUser.outgoing()
        : ((ToTrunks) decision).first().outgoing();
  }

  @ParameterizedTest
  @CsvSource({
    // what the trunk gets and whether it is trusted | privacy | From | PAI | PPI | Privacy
    "none, none, none, -, -, -, -",
    "asserted, none, none, -, <sip:alice@example.test>, -, -",
    "preferred, none, none, -, -, <sip:alice@example.test>, -",
    "asserted, out, none, -, <sip:alice@example.test>, -, -",
    "none, out, id, anonymous, -, -, -",
    "asserted, none, id, anonymous, -, -, -",
    "asserted, in, user, anonymous, -, -, -",
    "asserted, out, id, anonymous, <sip:alice@example.test>, -, id",
    "preferred, both, id, anonymous, -, <sip:alice@example.test>, id",
    "asserted, both, header, -, <sip:alice@example.test>, -, -",
  })
  void aUserIsShownAsTheTrunkMayKnow(
      String send, String trust, String privacy, String from, String pai, String ppi, String said) {
    RoutingWorld world = world("{}", "{send: %s, trust: %s}".formatted(send, trust));
    Outgoing outgoing = asked(world, null, "9", "Privacy", privacy);
    assertThat(outgoing.from()).isEqualTo(from.equals("-") ? null : CallerId.ANONYMOUS);
    assertThat(String.valueOf(outgoing.asserted())).isEqualTo(pai.replace("-", "null"));
    assertThat(String.valueOf(outgoing.preferred())).isEqualTo(ppi.replace("-", "null"));
    assertThat(String.valueOf(outgoing.privacy())).isEqualTo(said.replace("-", "null"));
  }

  @Test
  void aRewrittenCallerIsWhoIsAsserted() {
    Outgoing outgoing = asked(world("{}", "{send: asserted}"), null, "8");
    assertThat(String.valueOf(outgoing.from())).isEqualTo("\"Us\" <sip:+4930@example.test>");
    assertThat(outgoing.asserted()).isEqualTo(outgoing.from());
  }

  @Test
  void whatATrunkAssertsGoesOnOnlyIfItIsBelieved() {
    String pai = "<sip:+492@in.test>";
    Outgoing believed =
        asked(world("{trust: in}", "{send: asserted}"), "in", "9", "P-Asserted-Identity", pai);
    assertThat(String.valueOf(believed.asserted())).isEqualTo(pai);
    Outgoing not =
        asked(world("{trust: out}", "{send: asserted}"), "in", "9", "P-Asserted-Identity", pai);
    assertThat(not.asserted()).isNull();
  }

  @Test
  void theAssertedNumberMayBeTheCallersNumber() {
    Outgoing shown =
        asked(
            world("{caller: asserted}", "{}"),
            "in",
            "alice",
            "P-Asserted-Identity",
            "<sip:+492@in.test>");
    assertThat(String.valueOf(shown.from())).isEqualTo("\"Caller\" <sip:+492@in.test>");
    assertThat(shown.asserted()).as("users are not in the trust domain").isNull();
    Outgoing unbelieved =
        asked(
            world("{caller: asserted, trust: none}", "{}"),
            "in",
            "alice",
            "P-Asserted-Identity",
            "<sip:+492@in.test>");
    assertThat(unbelieved.from()).isNull();
  }

  @Test
  void aUserNeverLearnsWhoWantsToBePrivate() {
    Outgoing outgoing =
        asked(
            world("{caller: asserted}", "{}"),
            "in",
            "alice",
            "Privacy",
            "id;critical",
            "P-Asserted-Identity",
            "<sip:+492@in.test>");
    assertThat(outgoing.from()).isEqualTo(CallerId.ANONYMOUS);
    assertThat(outgoing.asserted()).isNull();
  }

  @Test
  void whoInsistsOnWhatWeCannotGiveIsRefused() {
    RoutingWorld world = world("{}", "{}");
    for (String to : List.of("alice", "9")) {
      assertThat(
              world.routed(
                  world.question(
                      "alice", to, null, Map.of("Privacy", List.of("session;critical")))))
          .isEqualTo("500 privacy");
    }
  }
}
