package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Rules in live calls: numbers, callers, headers, limits, and what a refused caller is told. */
class RouteRulesLadderTest extends LadderTest {

  @Override
  String yaml() {
    return super.yaml()
            .replace(
                "transport: udp}",
                """
                transport: udp, limits: {calls: 2}, deny: ["+49900*"],
                   identity: {send: asserted, trust: in, caller: asserted},
                   numbers: {in: [{e164: {country: 49}}]},
                   headers: {keep: [Subject, X-*], remove: [X-Secret], add: {X-Site: berlin}}}
                """
                    .strip())
            .replace(
                "  - {number: \"9*\", trunk: carrier}",
                """
                  - {name: did, number: "+4930555*", user: bob}
                  - name: out
                    number: "9*"
                    trunk: carrier
                    rewrite:
                      number: [{strip: 1}, {e164: {country: 49}}]
                      caller: {number: [{set: "+4930555"}], name: Example Ltd}
                  - {name: plain, number: "8*", trunk: carrier}
                  - {name: closed, number: "7*", refuse: {code: 603, reason: Closed}}
                """
                    .indent(-2)
                    .stripTrailing())
        + """
        userGroups:
          - {name: slow, users: [carol], limits: {calls: 1, perSecond: 1}}
        emergency: {numbers: ["8112"]}
        """;
  }

  private SipText called(Phone caller, String number, String... headers) {
    caller.invites(
        sip(number),
        invite -> {
          for (int i = 0; i < headers.length; i += 2) {
            invite.add(headers[i], headers[i + 1]);
          }
        });
    return carrier.receives(INVITE);
  }

  private void isCancelled(Phone caller) {
    carrier.answers(180);
    caller.receives(180);
    caller.sends(CANCEL);
    caller.receives(200);
    caller.receives(487);
    carrier.receives(CANCEL);
    carrier.answers(487, INVITE);
    carrier.receives(ACK);
  }

  @Test
  void numberAndCallerAreRewritten() {
    Phone alice = sipJs("alice");
    SipText invite = called(alice, "90301234567");
    assertThat(invite.requestUri()).isEqualTo("sip:+49301234567@" + carrier.address());
    assertThat(invite.header("To")).contains("<sip:+49301234567@" + carrier.address() + ">");
    assertThat(invite.header("From")).startsWith("\"Example Ltd\" <sip:+4930555@example.test>");
    assertThat(invite.header("P-Asserted-Identity"))
        .isEqualTo("\"Example Ltd\" <sip:+4930555@example.test>");
    isCancelled(alice);
  }

  @Test
  void onlyHeadersOnTheListReachTheTrunk() {
    Phone alice = sipJs("alice");
    SipText invite =
        called(
            alice,
            "81",
            "Subject",
            "s",
            "X-A",
            "a",
            "X-Secret",
            "k",
            "X-Site",
            "rome",
            "Priority",
            "urgent",
            "P-Asserted-Identity",
            "<sip:evil@example.test>",
            "Diversion",
            "<sip:x@y>");
    assertThat(invite.header("Subject")).isEqualTo("s");
    assertThat(invite.header("X-A")).isEqualTo("a");
    assertThat(invite.values("X-Site")).containsExactly("berlin");
    assertThat(invite.has("X-Secret")).isFalse();
    assertThat(invite.has("Priority")).isFalse();
    assertThat(invite.has("Diversion")).isFalse();
    assertThat(invite.values("P-Asserted-Identity")).containsExactly("<sip:alice@example.test>");

    carrier.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    carrier.receives(ACK);
    alice.sends(INFO, info -> info.add("X-Secret", "k").add("X-B", "b"));
    SipText info = carrier.receives(INFO);
    assertThat(info.has("X-Secret")).as("in the dialog too").isFalse();
    assertThat(info.header("X-B")).isEqualTo("b");
    carrier.answers(200);
    alice.receives(200);
    alice.sends(BYE);
    alice.receives(200);
    carrier.receives(BYE);
    carrier.answers(200);
  }

  @Test
  void aCallerWhoWantsToBePrivateIsAnonymousToATrunkThatMayNotKnow() {
    Phone alice = sipJs("alice");
    SipText invite = called(alice, "81", "Privacy", "id");
    assertThat(invite.header("From")).startsWith("\"Anonymous\" <sip:anonymous@anonymous.invalid>");
    assertThat(invite.has("P-Asserted-Identity")).isFalse();
    assertThat(invite.has("Privacy")).isFalse();
    assertThat(invite.toString()).as("anywhere").doesNotContain("alice");
    isCancelled(alice);
  }

  @Test
  void aTrunksCallIsShownByItsAssertedNumberInOurForm() {
    Phone bob = jsSip("bob");
    bob.registers();
    carrier.invites(
        sip("030555"),
        invite -> invite.add("P-Asserted-Identity", "\"C\" <sip:0171234567@carrier.test>"));
    SipText invite = bob.receives(INVITE);
    assertThat(invite.header("From")).startsWith("\"C\" <sip:+49171234567@carrier.test>");
    assertThat(invite.has("P-Asserted-Identity")).isFalse();
    bob.answers(486);
    bob.receives(ACK);
    carrier.receives(486);

    carrier.invites(
        sip("030555"),
        anonymous ->
            anonymous
                .add("P-Asserted-Identity", "\"C\" <sip:0171234567@carrier.test>")
                .add("Privacy", "id"));
    assertThat(bob.receives(INVITE).toString()).doesNotContain("171234567");
    bob.answers(486);
    bob.receives(ACK);
    carrier.receives(486);
  }

  @Test
  void refusalsAreCountedByCause() throws Exception {
    Phone alice = sipJs("alice");
    alice.invites(sip("nobody"));
    alice.receives(404);
    carrier.invites(sip("81"));
    carrier.receives(403);
    HttpRequest scrape =
        HttpRequest.newBuilder(
                java.net.URI.create(
                    "http://127.0.0.1:" + gateway.address("http").getPort() + "/metrics"))
            .build();
    assertThat(HttpClient.newHttpClient().send(scrape, HttpResponse.BodyHandlers.ofString()).body())
        .contains("tandem_routing_refused_total{cause=\"not_found\"} 1.0")
        .contains("tandem_routing_refused_total{cause=\"trunk_to_trunk\"} 1.0")
        .contains("tandem_routing_refused_total{cause=\"limit_user\"} 0.0");
  }

  @Test
  void whoIsRefusedIsToldTheCause() {
    Phone alice = sipJs("alice");
    alice.invites(sip("75"));
    assertThat(alice.receives(603).header("X-Tandem-Cause")).isEqualTo("rule");
    alice.invites(sip("nobody"));
    assertThat(alice.receives(404).header("X-Tandem-Cause")).isEqualTo("not_found");
    alice.invites(sip("90900123456"));
    assertThat(alice.receives(403).header("X-Tandem-Cause")).isEqualTo("not_allowed");
    carrier.invites(sip("81"));
    assertThat(carrier.receives(403).header("X-Tandem-Cause")).isEqualTo("trunk_to_trunk");
    ladder.nothingMore();
  }

  @Test
  void aTrunkCarriesNoMoreThanItMayAndHelpAllTheSame() {
    Phone alice = sipJs("alice");
    Phone bob = jsSip("bob");
    Phone carol = sipJs("carol");
    called(alice, "81");
    carrier.answers(180);
    alice.receives(180);
    carrier.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    carrier.receives(ACK);
    assertThat(gateway.gateway().limits().calls("carrier")).isEqualTo(1);
    bob.registers();
    carrier.invites(sip("030555"));
    bob.receives(INVITE);
    bob.answers(486);
    bob.receives(ACK);
    carrier.receives(486);
    assertThat(gateway.gateway().limits().calls("carrier")).as("given back").isEqualTo(1);

    called(carol, "82");
    carrier.answers(180);
    carol.receives(180);
    bob.invites(sip("83"));
    assertThat(bob.receives(503).header("X-Tandem-Cause")).isEqualTo("limit_trunk");
    called(bob, "8112");
    isCancelled(bob);
  }

  @Test
  void aUserMakesNoMoreCallsThanAllowed() {
    Phone carol = sipJs("carol");
    called(carol, "81");
    isCancelled(carol);
    carol.invites(sip("81"));
    assertThat(carol.receives(480).header("X-Tandem-Cause"))
        .as("in the same second")
        .isEqualTo("limit_user");
    passes(Duration.ofSeconds(1));
    called(carol, "81");
    isCancelled(carol);
    ladder.nothingMore();
  }

  @Test
  void theRunningGatewayExplains() throws Exception {
    String site = "http://127.0.0.1:" + gateway.address("http").getPort();
    HttpClient client = HttpClient.newHttpClient();
    HttpResponse<String> known =
        client.send(
            HttpRequest.newBuilder(
                    java.net.URI.create(site + "/api/route/explain?from=alice&to=90301234567"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(known.statusCode()).isEqualTo(200);
    assertThat(known.body()).contains("\"verdict\" : \"Goes to trunk carrier\"");
    HttpResponse<String> offline =
        client.send(
            HttpRequest.newBuilder(java.net.URI.create(site + "/api/route/explain"))
                .header("Accept", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{\"from\":\"alice\",\"to\":\"bob\"}"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(offline.body()).endsWith("Refused: 480 User Offline (offline)\n");
  }
}
