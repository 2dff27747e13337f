package dev.tandem.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tandem.gateway.config.file.InvalidConfigException;
import dev.tandem.gateway.config.trunk.TrunkConfig;
import dev.tandem.gateway.config.user.UserConfig;
import dev.tandem.gateway.config.user.Users;
import dev.tandem.gateway.config.value.AddressRange;
import dev.tandem.gateway.config.value.Durations;
import dev.tandem.gateway.config.value.ListenAddress;
import dev.tandem.gateway.config.value.Secret;
import dev.tandem.gateway.config.value.TlsFiles;
import dev.tandem.sip.transport.Transport;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

class ConfigLoaderTest {
  @TempDir Path directory;

  @Test
  void aDomainIsEnough() throws Exception {
    TandemConfig config = parse("domain: Tandem.Example");

    assertThat(config.domain()).isEqualTo("tandem.example");
    assertThat(config.auth().realm()).isEqualTo("tandem.example");
    assertThat(config.http().listen()).containsExactly(new ListenAddress("127.0.0.1", 8080));
    assertThat(config.sip().udp()).containsExactly(new ListenAddress("127.0.0.1", 5060));
    assertThat(config.websocket().maxMessage().bytes()).isEqualTo(65_536);
    assertThat(config.registrar().defaultExpires()).isEqualTo(Duration.ofMinutes(10));
    assertThat(config.calls().maxDuration()).isNull();
    assertThat(config.calls().sessionTimer())
        .isEqualTo(new SessionTimerConfig(Duration.ofMinutes(30), Duration.ofSeconds(90)));
    assertThat(config.auth().algorithms())
        .containsExactly(AuthConfig.Algorithm.SHA_256, AuthConfig.Algorithm.MD5);
    assertThat(config.users().size()).isZero();
    assertThat(config.log().level()).isEqualTo(Level.INFO);
  }

  @Test
  void everythingCanBeSet() throws Exception {
    Files.writeString(directory.resolve("cert.pem"), "-");
    Files.writeString(directory.resolve("key.pem"), "-");
    TandemConfig config =
        parse(
            """
            domain: example.org
            domainAliases: [pbx.example.org, 192.0.2.1]
            http:
              listen: [":80"]
              tls: {listen: ["[::]:443"], certificate: cert.pem, privateKey: key.pem}
            sip:
              listen: {udp: "0.0.0.0:5080", tcp: [], tls: [":5061"]}
              tls: {certificate: cert.pem, privateKey: key.pem}
            auth: {realm: voice, algorithms: [SHA-256], nonceLifetime: 1h30m}
            calls: {noAnswer: 45s, maxDuration: 4h, drainTime: 0s}
            trunks:
              - {name: carrier, address: "[2001:db8::1]", transport: TLS}
              - {name: pbx, address: pbx.example.org}
            routes:
              - {number: +49*, trunk: carrier}
              - {number: "*", trunk: pbx}
            admin: {allowFrom: 10.0.0.0/8}
            log: {level: warn, levels: {dev.tandem.sip: debug}}
            """);

    assertThat(config.http().tls())
        .isEqualTo(new TlsFiles(directory.resolve("cert.pem"), directory.resolve("key.pem")));
    assertThat(config.http().listenTls()).containsExactly(new ListenAddress("[::]", 443));
    assertThat(config.sip().tcp()).isEmpty();
    assertThat(config.auth().realm()).isEqualTo("voice");
    assertThat(config.auth().nonceLifetime()).isEqualTo(Duration.ofMinutes(90));
    assertThat(config.calls().maxDuration()).isEqualTo(Duration.ofHours(4));
    assertThat(config.trunks())
        .containsExactly(
            new TrunkConfig("carrier", "[2001:db8::1]", 0, Transport.TLS),
            new TrunkConfig("pbx", "pbx.example.org", 0, Transport.UDP));
    assertThat(config.routing().routes().get(0).match().numbers().get(0).matches("+4989")).isTrue();
    assertThat(config.routing().routes().get(0).match().numbers().get(0).matches("4989")).isFalse();
    assertThat(config.routing().routes().get(1).match().numbers().get(0).matches("1")).isTrue();
    AddressRange allowed = config.admin().allowFrom().get(0);
    assertThat(allowed.contains(InetAddress.getByName("10.255.0.1"))).isTrue();
    assertThat(allowed.contains(InetAddress.getByName("11.0.0.1"))).isFalse();
    assertThat(allowed.contains(InetAddress.getByName("::1"))).isFalse();
    assertThat(config.log().levels()).isEqualTo(Map.of("dev.tandem.sip", Level.DEBUG));
  }

  @Test
  void allProblemsComeInOneReportInTheOrderOfTheFile() {
    String report =
        reportOn(
            """
            domain: tandem example
            http: {listen: [localhost]}
            websockets: {}
            registrar:
              minExpires: 5 minutes
              maxExpire: 1h
              maxBindingsPerAor: 0
            users:
              - {user: alice, pasword: secret}
              - user: bob
            trunks: {name: pbx}
            routes:
              - {number: 9 x}
            """);

    assertThat(report.lines())
        .containsExactly(
            "t.yaml:1:1: domain: was \"tandem example\", expected a host name or an IP address",
            "t.yaml:2:17: http.listen[0]: was \"localhost\", expected host:port such as"
                + " 127.0.0.1:5060, [::1]:5060 or :5060 (every address)",
            "t.yaml:3:1: websockets: is not a key here; did you mean websocket?",
            "t.yaml:5:3: registrar.minExpires: was \"5 minutes\", expected a duration such as"
                + " 500ms, 30s, 5m or 1h",
            "t.yaml:6:3: registrar.maxExpire: is not a key here; did you mean maxExpires?",
            "t.yaml:7:3: registrar.maxBindingsPerAor: must be from 1 to 1000, was 0",
            "t.yaml:9:5: users[0].password: is missing, expected password or ha1"
                + " (or auth.enabled: false)",
            "t.yaml:9:19: users[0].pasword: is not a key here; did you mean password?",
            "t.yaml:10:5: users[1].password: is missing, expected password or ha1"
                + " (or auth.enabled: false)",
            "t.yaml:11:1: trunks: is a mapping, expected a list (lines with '-')",
            "t.yaml:13:5: routes[0].trunk: is missing, expected one of trunk, user, refuse, such as"
                + " trunk: pbx",
            "t.yaml:13:6: routes[0].number: was \"9 x\", expected a number or user, and a * at the"
                + " end when more may follow, such as 112, 9*, +49* or sales");
  }

  @Test
  void anUnlikelyKeyIsAnsweredWithAllThatThereAre() {
    assertThat(reportOn("domain: a.b\nregistrar: {quux: 1}"))
        .isEqualTo(
            "t.yaml:2:13: registrar.quux: is not a key here; expected one of defaultExpires,"
                + " minExpires, maxExpires, maxBindingsPerAor, gruu, serviceRoute, path, forward");
  }

  @Test
  void secretsAreNeverShown() throws Exception {
    String ha1 = "0123456789abcdef0123456789abcdef";
    assertThat(
            reportOn(
                """
                domain: a.b
                users:
                  - {user: alice, password: [hunter2]}
                  - {user: bob, ha1: hunter2}
                  - {user: carol, ha1: %s, password: hunter2}
                  - {user: "x{1..9}", ha1: %s}
                """
                    .formatted(ha1, ha1)))
        .doesNotContain("hunter2", ha1)
        .contains("users[0].password: is a list")
        .contains("users[1].ha1: has a wrong value (not shown), expected the 32 hex digits")
        .contains("users[2].password: stands beside an ha1")
        .contains("users[3].user: is a range with an ha1");

    TandemConfig config =
        parse(
            "domain: a.b\nusers: [{user: alice, password: hunter2}, {user: 'u{1..2}', password: hunter2}]");
    assertThat(config.users().find("alice").toString()).doesNotContain("hunter2");
    assertThat(config.users().find("u1").toString()).doesNotContain("hunter2");
    assertThat(config.toString()).doesNotContain("hunter2");
  }

  @Test
  void anyTextIsAPassword() throws Exception {
    TandemConfig config =
        parse("domain: a.b\nusers: [{user: 0100, password: 007}, {user: b, password: yes}]");

    assertThat(config.users().find("0100").orElseThrow().password()).isEqualTo(new Secret("007"));
    assertThat(config.users().find("b").orElseThrow().password()).isEqualTo(new Secret("yes"));
  }

  @Test
  void hashesStandForPasswords() throws Exception {
    String md5 = "AB".repeat(16);
    String sha = "cd".repeat(32);
    UserConfig user =
        parse("domain: a.b\nusers: [{user: x, ha1: %s, ha1Sha256: %s}]".formatted(md5, sha))
            .users()
            .find("x")
            .orElseThrow();

    assertThat(user.ha1()).isEqualTo(new Secret("ab".repeat(16)));
    assertThat(user.ha1Sha256()).isEqualTo(new Secret(sha));
    assertThat(user.password()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "u0, true", "u19999, true", "u20000, false", "u00, false", "u, false", "v1, false",
    "ux, false", "u-1, false", "U1, false", "e007x, true", "e7x, false", "e100x, false",
    "u9999999999, false"
  })
  void aRangeOfUsersHoldsItsEndsAndNothingElse(String name, boolean there) throws Exception {
    Users users =
        parse(
                """
                domain: a.b
                users:
                  - {user: "u{0..19999}", password: secret}
                  - {user: "e{000..099}x", password: secret, displayName: Desk}
                """)
            .users();

    assertThat(users.size()).isEqualTo(20_100);
    assertThat(users.find(name).map(UserConfig::user).equals(java.util.Optional.of(name)))
        .isEqualTo(there);
  }

  @ParameterizedTest
  @ValueSource(strings = {"u{5..1}", "u{0..9", "u{1..2}{3..4}", "u{01..100}", "a b", "é", "u{..}"})
  void aUserNameThatCannotBeIsRefused(String name) {
    assertThat(reportOn("domain: a.b\nusers: [{user: \"%s\", password: p}]".formatted(name)))
        .startsWith("t.yaml:2:10: users[0].user: was \"" + name + "\"");
  }

  @Test
  void aUserMayBeThereOnce() {
    assertThat(
            reportOn("domain: a.b\nusers:\n  - {user: a, password: p}\n  - {user: a, password: q}"))
        .isEqualTo("t.yaml:4:6: users[1].user: was \"a\", which is taken");
  }

  @Test
  void environmentVariablesAreReplaced() throws Exception {
    ConfigLoader loader =
        new ConfigLoader(Map.of("HOST", "example.org", "EMPTY", "", "PW", "a${b}")::get);

    TandemConfig config =
        loader.parse(
            "t.yaml",
            """
            domain: sip.${HOST}
            registrar: {maxBindingsPerAor: "${MANY:-7}"}
            log: {level: "${EMPTY:-warn}"}
            users:
              - {user: a, password: "${PW}"}
              - {user: b, password: "$${PW}"}
            """,
            directory);

    assertThat(config.domain()).isEqualTo("sip.example.org");
    assertThat(config.registrar().maxBindingsPerAor()).isEqualTo(7);
    assertThat(config.log().level()).isEqualTo(Level.WARN);
    assertThat(config.users().find("a").orElseThrow().password()).isEqualTo(new Secret("a${b}"));
    assertThat(config.users().find("b").orElseThrow().password()).isEqualTo(new Secret("${PW}"));
  }

  @Test
  void aVariableThatIsNotSetIsAProblem() {
    assertThat(reportOn("domain: a.b\nusers: [{user: a, password: '${NO_PW}'}, {user: '${x y}'}]"))
        .contains("users[0].password: needs the environment variable NO_PW, which is not set")
        .contains("users[1].user: has a broken reference");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          registrar: {minExpires: 2h}                        | registrar.minExpires: must be from 1s to 1h, was 2h
          registrar: {minExpires: 10m, defaultExpires: 5m}   | registrar.defaultExpires: must be from 10m to 1h, was 5m
          websocket: {missedPings: 0}                        | websocket.missedPings: must be at least 1, was 0
          websocket: {sendQueue: 10KiB}                      | websocket.sendQueue: must hold at least one message (websocket.maxMessage is 64KiB), was 10KiB
          limits: {sendQueues: 1KiB}                         | limits.sendQueues: must be from 1048576 to 2147483647, was 1024
          websocket: {maxMessage: 1GiB}                      | websocket.maxMessage: was "1GiB", expected a size below 2048MiB such as 500, 64KiB or 1MiB
          websocket: {allowedOrigins: [phone.example]}       | websocket.allowedOrigins[0]: was "phone.example", expected an origin such as https://phone.example or http://localhost:*
          auth: {algorithms: [MD4]}                          | auth.algorithms[0]: was "MD4", expected one of MD5, SHA-256
          auth: {algorithms: []}                             | auth.algorithms: is empty or has one twice, expected SHA-256, MD5 or both
          auth: {enabled: maybe}                             | auth.enabled: was "maybe", expected true or false
          http: {tls: {listen: [":1"]}}                      | http.tls.certificate: is missing: http.tls.listen needs it
          sip: {listen: {tls: [":1"]}}                       | sip.tls.certificate: is missing: sip.listen.tls needs it
          http: {listen: [":70000"]}                         | http.listen[0]: was ":70000", expected host:port such as 127.0.0.1:5060, [::1]:5060 or :5060 (every address)
          calls: {maxDuration: never}                        | calls.maxDuration: was "never", expected a duration such as 500ms, 30s, 5m or 1h, or none
          calls: {sessionTimer: {min: 60s}}                  | calls.sessionTimer.min: must be from 90s to 24h, was 1m
          calls: {sessionTimer: {expires: 60s}}              | calls.sessionTimer.expires: must be from 90s to 24h, was 1m
          calls: {sessionTimer: none}                        | calls.sessionTimer: is one value, expected a mapping (key: value lines)
          routes: [{number: 9, trunk: x}]                    | routes[0].trunk: was "x", which is no trunk; there are no trunks
          trunks: [{name: a, address: b}, {name: a, address: c}] | trunks[1].name: was "a", which is taken
          trunks: [{name: a, address: b, transport: ws}]     | trunks[0].transport: was "ws", expected one of udp, tcp, tls
          admin: {allowFrom: [localhost]}                    | admin.allowFrom[0]: was "localhost", expected an IP address or a network such as 127.0.0.1, 10.0.0.0/8 or ::1
          log: {level: loud}                                 | log.level: was "loud", expected one of error, warn, info, debug, trace
          auth: yes                                          | auth: is one value, expected a mapping (key: value lines)
          domain: c.d                                        | domain: is here twice, the second time on line 2; expected once
          """)
  void whatCannotBeIsSaid(String line, String message) {
    String report = reportOn("domain: a.b\n" + line);
    assertThat(report.replaceFirst("t.yaml:\\d+:\\d+: ", "")).startsWith(message);
    assertThat(report.lines()).hasSize(1);
  }

  @Test
  void aMissingDomainIsSaid() {
    assertThat(reportOn(""))
        .isEqualTo("t.yaml: domain: is missing, expected a value such as sip.example.org");
  }

  @Test
  void whatIsNoYamlIsToldWithItsPlace() {
    assertThat(reportOn("domain: [a\nhttp: }")).startsWith("t.yaml:2:").contains("is not YAML");
    assertThat(reportOn("just text")).isEqualTo("t.yaml: is not a YAML mapping (key: value lines)");
    assertThat(reportOn("domain: a.b\n---\ndomain: c.d")).contains("more than one YAML document");
    assertThat(reportOn("domain: &d a.b\ndomainAliases: [*d]"))
        .isEqualTo("t.yaml:2:17: domainAliases[0]: is a YAML alias, which is not supported here");
  }

  @Test
  void aCertificateThatIsNotThereIsSaidOnce() {
    assertThat(reportOn("domain: a.b\nhttp: {tls: {listen: ':1', certificate: c, privateKey: k}}"))
        .contains("http.tls.certificate: was \"c\", expected a readable file (looked for ")
        .contains("http.tls.privateKey: was \"k\"")
        .hasLineCount(2);
    assertThat(reportOn("domain: a.b\nsip: {tls: {privateKey: k}}"))
        .contains("sip.tls.certificate: is missing, expected both or neither");
  }

  @ParameterizedTest
  @CsvSource({"500ms, 500ms", "90s, 90s", "600s, 10m", "1h30m, 90m", "2d, 48h", "0s, 0s"})
  void durationsAreReadAndWritten(String text, String written) {
    assertThat(Durations.format(Durations.parse(text))).isEqualTo(written);
  }

  @Test
  void aListenAddressResolves() throws Exception {
    assertThat(ListenAddress.parse(":5060").resolve().getAddress().isAnyLocalAddress()).isTrue();
    assertThat(ListenAddress.parse("[::1]:5060").resolve().getAddress())
        .isEqualTo(InetAddress.getByName("::1"));
    assertThatThrownBy(() -> ListenAddress.parse("::1:5060"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private TandemConfig parse(String yaml) throws InvalidConfigException {
    return new ConfigLoader(name -> null).parse("t.yaml", yaml, directory);
  }

  private String reportOn(String yaml) {
    InvalidConfigException refused =
        catchThrowableOfType(InvalidConfigException.class, () -> parse(yaml));
    assertThat(refused).as("the configuration is refused").isNotNull();
    assertThat(refused.problems()).isNotEqualTo(List.of());
    return refused.getMessage();
  }
}
