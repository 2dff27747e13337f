package dev.tandem.gateway.config.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tandem.gateway.config.ConfigLoader;
import dev.tandem.gateway.config.TandemConfig;
import dev.tandem.gateway.config.file.InvalidConfigException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with routes and groups is told in words. */
class RouteReaderTest {
  private static final String BASE =
      "domain: a.b\nusers: [{user: al, password: x}]\ntrunks: [{name: t, address: h}]\n";

  private static String problems(String yaml) {
    InvalidConfigException e =
        catchThrowableOfType(
            InvalidConfigException.class,
            () -> new ConfigLoader().parse("t.yaml", BASE + yaml, Path.of("")));
    assertThat(e).as("a problem").isNotNull();
    return String.join("\n", e.getMessage().lines().toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{number: 9} | routes[0].trunk: is missing, expected one of trunk, user, refuse",
        "{trunk: t} | routes[0].number: is missing, expected one of number, regex",
        "{number: 9, regex: 9, trunk: t} | routes[0].number: is not alone",
        "{number: 9, trunk: t, user: al} | routes[0].trunk: is not alone",
        "{number: 9, trunk: tt} | routes[0].trunk: was \"tt\", which is no trunk; did you mean t?",
        "{number: 9, user: bo} | routes[0].user: was \"bo\", who is no user of ours",
        "{number: 9, user: $1} | routes[0].user: was \"$1\", expected only groups of the regex",
        "{regex: '(9', trunk: t} | routes[0].regex: was \"(9\", expected a regular expression",
        "{regex: '(9)', user: $2} | routes[0].user: was \"$2\"",
        "{number: 9, refuse: {code: 302}} | routes[0].refuse.code: must be from 400 to 699",
        "{number: 9, trunk: t, from: {groups: [g]}} | which is no user group; there are no user",
        "{number: 9, trunk: t, from: {trunks: [u]}} | routes[0].from.trunks: was \"u\"",
        "{number: 9, trunk: t, from: {addresses: [h]}} | routes[0].from.addresses[0]: was \"h\"",
        "{number: 9, trunk: t, times: [{days: [moon]}]} | expected days such as mon",
        "{number: 9, trunk: t, times: [{hours: '25:00-26:00'}]} | expected hours such as",
        "{number: 9, trunk: t, times: [{zone: Atlantis}]} | expected a time zone",
        "{number: 9, trunk: t, rewrite: {number: [{}]}} | number[0].set: is missing",
        "{number: 9, trunk: t, rewrite: {number: [{strip: 1, set: 2}]}} | set: is not alone",
        "{number: 9, trunk: t, rewrite: {number: [{e164: {}}]}} | e164.country: is missing",
        "{number: 9, trunk: t, rewrite: {number: [{replace: {regex: 9, with: $1}}]}} | with: was",
        "{number: 9, trunk: t, rewrite: {number: [{prepend: 'a b'}]}} | expected a number such as",
        "{number: 9, trunk: t, rewrite: {headers: {add: {Via: x}}}} | headers.add.Via: is a header"
            + " that the gateway sets itself",
        "{number: 9, trunk: t, rewrite: {headers: {add: {\"X Y\": x}}}} | headers.add.X Y: is a",
        "{number: 9, trunk: t, rewrite: {headers: {add: {X-A: \"a\\tb\"}}}} | one line",
        "{number: 9, trunk: t, name: n}, {number: 8, trunk: t, name: n} | routes[1].name: was \"n\"",
        "{number: 9, trunk: t, form: {}} | routes[0].form: is not a key here; did you mean from?",
      })
  void routes(String routes, String told) {
    assertThat(problems("routes: [" + routes + "]")).contains(told).hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{name: g} | trunkGroups[0].members: is empty",
        "{name: t, members: [{trunk: t}]} | trunkGroups[0].name: was \"t\", which is taken",
        "{name: g, members: [{trunk: x}]} | trunkGroups[0].members[0].trunk: was \"x\"",
        "{name: g, members: [{trunk: t}], failoverOn: [20]} | expected a status such as 503, 5xx",
        "{name: g, members: [{trunk: t}], maxTries: 0} | maxTries: must be from 1 to 20",
        "{name: g, members: [{trunk: t}], tryTimeout: 1m} | trunkGroups[0].tryTimeout",
        "{name: g, members: [{trunk: t}], strategy: best} | one of priority, weight, roundRobin"
      })
  void trunkGroups(String groups, String told) {
    assertThat(problems("trunkGroups: [" + groups + "]")).contains(told).hasLineCount(1);
  }

  @Test
  void whatARouteMayLeadToIsAGroupToo() throws Exception {
    TandemConfig config =
        new ConfigLoader()
            .parse(
                "t.yaml",
                BASE
                    + "trunkGroups: [{name: g, members: [{trunk: t}]}]\n"
                    + "routes: [{number: 9, trunk: g}]\n",
                Path.of(""));
    assertThat(config.routing().routes().get(0).action()).isEqualTo(new RouteAction.ToTrunk("g"));
  }
}
